"""What training learns from beside the data as they are: variations of them, other hands, digits
that are constructed, and what is no digit at all."""
