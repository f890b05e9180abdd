"""A small neural-network library: NumPy and the standard library, nothing else.

`README.md` beside this file goes from a pixel to a probability and back, formula by formula. Start
with `Lane.learn` in `lane`: it is backpropagation. Then read `activation_functions`,
`cost_functions`, `layer`, `layers`, `convolution`, `pooling` and `normalization`, which compute;
`nets`, which trains them; `optimizers`, which change the parameters, given their gradients;
`schedules`, which vary the learning rate, and `averaging`, which averages the weights. The others
can wait: `slots` lays all arrays out in one vector, `lanes` and `blas` split the work between
cores, `insight`, `contributions` and `receptive_field` explain an answer, `model_files` (with
`whole_files`) saves a network, and `checks` refuses invalid hyperparameters.
"""
