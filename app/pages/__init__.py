"""Pages shown over the window."""
