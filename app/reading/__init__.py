"""What the network makes of the drawing: the answer, the bars, its input, the evidence."""
