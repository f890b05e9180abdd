"""What training learns from beside the data as they are: variations, renderings, non-digits."""
