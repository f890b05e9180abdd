"""Drawings that no person made, for pictures, tests and benchmarks."""
