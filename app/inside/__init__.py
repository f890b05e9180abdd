"""The inside of the network: its layers' activations."""
