"""A small neural-network library: NumPy and the standard library, nothing else.

Read it in this order: `activation_functions`, `cost_functions`, `layer`, `layers`, `convolution`,
`normalization`, `lanes`, `nets`; then `schedules` and `optimizers`, which change what the gradients
say should change; then `model_files`, which keeps the result.
"""
