"""The drawing window: the canvas, the network's reading of it, and how they look."""
