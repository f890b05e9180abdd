"""What a person can do, and how the window says so: actions, buttons, messages."""
