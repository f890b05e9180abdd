"""The sheet that a person draws on, the desk behind it, and what is shown over it."""
