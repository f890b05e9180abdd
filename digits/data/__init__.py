"""Collected digits: MNIST, pen strokes, and the user's own."""
