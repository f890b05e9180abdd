"""The drawing window: a canvas, what the network makes of it, and how they look."""
