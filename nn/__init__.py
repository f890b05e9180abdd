"""A small neural-network library: NumPy and the standard library, nothing else.

`README.md` beside this file goes from a pixel to a probability and back, formula by formula. Read
the modules in this order: `activation_functions`, `cost_functions`, `layer`, `layers`,
`convolution`, `pooling`, `normalization`, which compute; `lane`, whose `Lane.learn` is
backpropagation, and `nets`; `optimizers`, `schedules` and `averaging`, which learn from the
gradients. The others can wait: `slots` deals out one vector, `lanes` and `blas` share out the work,
`insight`, `contributions` and `receptive_field` look inside, and `model_files` (with `whole_files`)
keeps the result.
"""
