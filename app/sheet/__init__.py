"""The sheet that a person draws on, and what lies on the desk around it."""
