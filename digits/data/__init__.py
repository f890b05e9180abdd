"""Digits that were collected: MNIST, pen strokes, and those of one's own."""
