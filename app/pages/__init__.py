"""Pages that lie over the window."""
