"""How the window looks: colours, sizes, text, icons."""
