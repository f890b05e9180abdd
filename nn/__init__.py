"""A small neural-network library: NumPy and the standard library, nothing else.

`README.md` beside this file goes from a pixel to a probability and back, formula by formula. Read
the modules in this order: `activation_functions`, `cost_functions`, `layer`, `layers`,
`convolution`, `pooling`, `normalization`, which compute; `lane`, whose `Lane.learn` is
backpropagation, and `nets`; `optimizers`, `schedules` and `averaging`, which learn from the
gradients. The others can wait: `slots` lays all arrays out in one vector, `lanes` and `blas` split
the work between cores, `insight`, `contributions` and `receptive_field` explain an answer, and
`model_files` (with `whole_files`) saves a network.
"""
