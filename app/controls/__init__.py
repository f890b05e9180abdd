"""What a person can do, and how the window tells them: actions, buttons, messages."""
