"""What a drawn digit is: strokes, ink, MNIST's format, data sets, the recognizer."""
