"""The network's reading of the drawing: the answer, the bars, its input, the evidence."""
