"""What training learns from beside the collected data: augmented images, other hands, constructed
digits and non-digits."""
