"""What `train.py` is built on: recipes for networks, and what a training run keeps and shows."""
