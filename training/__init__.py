"""What `train.py` stands on: recipes for networks, and what a training run keeps and shows."""
