"""A small neural-network library: NumPy and the standard library, nothing else.

Read it in this order: `activation_functions`, `cost_functions`, `layer`, `layers`, `convolution`,
`normalization`, which compute; `lanes` (with `blas`), `nets` and `insight`, which run them;
`schedules`, `optimizers` and `averaging`, which learn from the gradients; and `model_files` (with
`whole_files`), which keeps the result.
"""
