"""Generated drawings, for pictures, tests and benchmarks."""
