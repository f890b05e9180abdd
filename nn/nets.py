"""The network: a list of layers, a cost function, and all their parameters in one flat vector."""

import copy
import logging
import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from nn import model_files
from nn.activation_functions import Array
from nn.checks import require_whole
from nn.cost_functions import Cost
from nn.cost_functions import from_config as cost_from_config
from nn.insight import Insight
from nn.lane import Lane
from nn.lanes import Lanes
from nn.layer import Layer, Shape
from nn.layers import Dense, InLayer, from_config
from nn.model_files import ModelFileError, reason
from nn.optimizers import SGD, Optimizer
from nn.slots import Slots, array_shapes, require_same

log = logging.getLogger("nn")


class Net:
    """A feed-forward network.

    layers: an InLayer first, a Dense last. They are descriptions: the network works with copies of
        them, in its own `layers`, so one layer object may occur several times and in several
        networks. Do not change their hyperparameters later: make a new network instead.
    cost_function: CrossEntropyLoss or MSE, the class or an instance; or one of your own (see
        `cost_functions.Cost`).
    generator: draws the initial weights; or its seed. Without one they differ from run to run.
    dtype: float32, or float64 to check gradients with.

    All parameters are one flat vector, `parameters`, and all gradients another, `gradients`; the
    layers' arrays are views into them (see `slots`). Weight decay applies to parameters[decaying].
    `state` is the parameters followed by the layers' statistics. `metadata` is a dict of
    JSON-serialisable facts about the network; it is saved and loaded with the model. All networks
    share the threads that they run on: never run two at the same time.

    ValueError where the layers do not fit together; it names the layer and the reason.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        cost_function: type[Cost] | Cost,
        generator: np.random.Generator | int | None = None,
        dtype: type = np.float32,
    ):
        self.layers = [copy.copy(layer) for layer in layers]
        connect(self.layers)
        self.cost_function = cost_function() if isinstance(cost_function, type) else cost_function
        if not isinstance(self.cost_function, Cost):
            raise ValueError(
                "cost_function must have a method `evaluate`, as CrossEntropyLoss and MSE have, "
                f"not be {cost_function!r}"
            )
        self.metadata: dict[str, object] = {}
        slots = Slots(self.layers)
        self.decaying = slots.decaying
        self.state = np.zeros(slots.size, dtype)
        self.parameters = self.state[slots.learned]
        results = np.zeros_like(self.state)  # of a batch, in the same order
        self.gradients = results[slots.learned]
        self._lanes = Lanes(self.layers, slots, results)
        generator = np.random.default_rng(generator)
        shares = zip(
            self.layers,
            slots.parameters(self.state),
            slots.statistics(self.state),
            slots.parameters(results),
            slots.statistics(results),
            strict=True,
        )
        for layer, parameters, statistics, gradients, measured in shares:
            layer.parameters, layer.statistics = parameters, statistics
            layer.gradients, layer.measured = gradients, measured
            layer.initialize(generator)

    def __repr__(self) -> str:
        """A table of the layers, their output shapes and their parameter counts."""
        rows = [("layer", "output", "parameters")]
        for layer in self.layers:
            count = sum(parameter.size for parameter in layer.parameters.values())
            shape = " × ".join(str(side) for side in layer.output_shape)
            rows.append((repr(layer), shape, f"{count:,}"))
        rows.append(("total", "", f"{self.parameters.size:,}"))
        wide = [max(len(row[column]) for row in rows) for column in range(3)]
        return "\n".join(
            f"{name:<{wide[0]}}  {shape:<{wide[1]}}  {count:>{wide[2]}}"
            for name, shape, count in rows
        )

    # Learning

    def gradient_descent(
        self,
        X: Array,
        Y: Array,
        alpha: float | None = None,
        epochs: int = 1,
        batch_size: int = 128,
        optimizer: Optimizer | None = None,
        generator: np.random.Generator | int | None = None,
    ) -> list[float]:
        """Train on X (m, …) and Y, one-hot (m, units) or integer labels (m,).

        alpha: the learning rate of plain gradient descent, 0.01 by default. An `optimizer` has its
            own rate: give one or the other.
        generator: shuffles the examples in each epoch, and draws what Dropout drops; or its seed.
        Returns the mean cost of each epoch, which is also logged to "nn" at level INFO. Raises
        ValueError where X and Y do not suit the network, or another argument is out of its range.
        """
        if optimizer and alpha is not None:
            raise ValueError(f"an optimizer has its own learning rate: leave out alpha={alpha}")
        if optimizer and not isinstance(optimizer, Optimizer):
            raise ValueError(f"optimizer must be one such as Adam(), not {optimizer!r}")
        optimizer = optimizer or SGD(0.01 if alpha is None else alpha)
        generator = np.random.default_rng(generator)
        X, Y = self._examples(X, Y)
        _require_finite(X, Y)
        history = []
        for epoch in range(require_whole("epochs", epochs)):
            total = 0.0
            for batch in shuffled_batches(len(X), batch_size, generator):
                cost, _ = self.backpropagate(X[batch], Y[batch], generator)
                optimizer.step(self.parameters, self.gradients, self.decaying)
                self.update_statistics()
                total += cost * len(batch)
            history.append(total / len(X))
            log.info("epoch %d of %d: cost %.4f", epoch + 1, epochs, history[-1])
        return history

    def backpropagate(
        self, X: Array, Y: Array, generator: np.random.Generator | int | None = None
    ) -> tuple[float, Array]:
        """Fill `gradients` with the derivative of the batch's mean cost with respect to
        `parameters`. `Lane.learn` says how.

        Returns that cost, and the outputs (m, units). Dropout and BatchNorm work as in training;
        the generator, or the one of this seed, draws what Dropout drops. Parameters and statistics
        do not change: an optimizer and `update_statistics` change them. ValueError where X or Y
        does not suit the network.
        """
        X, Y = self._examples(X, Y)
        generator = np.random.default_rng(generator)
        costs, outputs = self._lanes.learn(X, Y, self.cost_function, generator)
        cost = float(costs.mean())
        if not math.isfinite(cost):
            _require_finite(X, Y)  # only now: checking every batch would take time
        return cost, outputs

    def update_statistics(self) -> None:
        """Update the statistics of BatchNorm from the last batch that went through
        `backpropagate`. Call it in every training step."""
        for layer in self.layers:
            layer.update_statistics()

    # Answering: ValueError where X (or Y) does not suit the network

    def predict(self, X: Array) -> Array:
        """The outputs (m, units) for X (m, …): with softmax, the probability of each class."""
        return self._lanes.answer(self._inputs(X), Lane.predict, self.layers[-1].units)

    def features(self, X: Array) -> Array:
        """The last layer's input (m, features) for X (m, …): the representation that the network
        has learned."""
        (size,) = self.layers[-1].input_shape
        return self._lanes.answer(self._inputs(X), Lane.features, size)

    def evaluate(self, X: Array, Y: Array) -> tuple[float, float]:
        """The mean cost over X (m, …) and Y, one-hot (m, units) or labels (m,), and the accuracy:
        the fraction of X whose greatest output is at the right class; nan for a network with one
        output, which has no classes."""
        X, Y = self._examples(X, Y)
        costs, outputs = self._lanes.evaluate(X, Y, self.cost_function)
        hits = outputs.argmax(axis=1) == Y.argmax(axis=1)
        return float(costs.mean()), float(hits.mean()) if Y.shape[1] > 1 else math.nan

    def activations(self, X: Array) -> list[tuple[Layer, Array]]:
        """Each layer with its output for the one image X (1, …), after its activation: a new array
        (height, width, channels) or (units,)."""
        return self._followed(X).activations()

    def input_gradient(self, X: Array, unit: int) -> Array:
        """The derivative of the logit of output `unit` with respect to the one image X (1, …): a
        new array of X's shape."""
        if require_whole("unit", unit, least=0) >= self.layers[-1].units:
            raise ValueError(f"unit must be below {self.layers[-1].units}, not {unit}")
        return self._followed(X).input_gradient(unit).reshape(np.shape(X))

    def _followed(self, X: Array) -> Insight:
        X = self._inputs(X)  # checked before the buffers for it are made
        self._insight.forward(X)
        return self._insight

    @cached_property
    def _insight(self) -> Insight:
        return Insight(self.layers, self.parameters.dtype)

    def _inputs(self, X: Array) -> Array:
        X = np.asarray(X, self.parameters.dtype)
        if not self.layers[0].takes(X.shape):
            wanted = ", ".join(str(side) for side in self.layers[0].output_shape)
            raise ValueError(f"X must be (m, {wanted}), got {X.shape}")
        return X

    def _examples(self, X: Array, Y: Array) -> tuple[Array, Array]:
        """X (m, …) and Y one-hot (m, units), checked."""
        X, Y = self._inputs(X), np.asarray(Y)
        units = self.layers[-1].units
        if len(X) == 0 or Y.shape not in ((len(X),), (len(X), units)):
            raise ValueError(
                f"Y must be labels (m,) or one-hot (m, {units}) for at least one X, "
                f"got {Y.shape} for X {X.shape}"
            )
        if Y.ndim == 1:
            if units == 1:
                raise ValueError("with one output, Y must be targets (m, 1), not labels (m,)")
            if not np.issubdtype(Y.dtype, np.integer) or Y.min() < 0 or Y.max() >= units:
                raise ValueError(f"labels must be whole numbers from 0 to {units - 1}")
            Y = np.eye(units, dtype=X.dtype)[Y]
        return X, Y.astype(X.dtype, copy=False)

    # Keeping

    def save_model(self, path: str | Path) -> None:
        """Write the network to one .npz file: a header in JSON, and its arrays, in float32.

        The file is written beside `path` and then renamed, so that an older file stays until the
        new one is complete. OSError where that fails, ValueError where a parameter is not finite,
        TypeError where JSON can't hold the metadata.
        """
        cost = self.cost_function
        header = {
            "layers": [layer.config() for layer in self.layers],
            "cost_function": {"cost": type(cost).__name__} | vars(cost),
            "metadata": self.metadata,
        }
        model_files.write(path, header, self._arrays())

    @classmethod
    def load_model(cls, path: str | Path) -> "Net":
        """The network that `save_model` wrote.

        ModelFileError, with the path and the reason, for a file that is not a complete network;
        OSError for one that cannot be read.
        """
        header, arrays = model_files.read(path)
        try:
            layers = [from_config(layer) for layer in header["layers"]]
            cost_function = cost_from_config(header["cost_function"])
            metadata = dict(header["metadata"])
            connect(layers)
            # Before anything is allocated, so that no file can make us allocate more than it holds.
            require_same(array_shapes(layers), {name: a.shape for name, a in arrays.items()})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelFileError(f"{path}: not a complete network: {reason(error)}") from error
        return cls(layers, cost_function)._filled(arrays, metadata)

    def __getstate__(self) -> None:
        raise TypeError(
            "a Net is neither pickled nor copied by copy.copy: use save_model and load_model, or "
            "copy.deepcopy"
        )

    def __deepcopy__(self, memo: dict) -> "Net":
        # A plain deep copy of the layers' arrays would no longer be views into the flat vectors.
        twin = Net(self.layers, self.cost_function, dtype=self.parameters.dtype)
        return twin._filled(self._arrays(), copy.deepcopy(self.metadata, memo))

    def _filled(self, arrays: dict[str, Array], metadata: dict[str, object]) -> "Net":
        self.metadata = metadata
        for name, array in self._arrays().items():
            array[...] = arrays[name]
        return self

    def _arrays(self) -> dict[str, Array]:
        """The arrays that a model file holds, by names such as "1.weights"."""
        return {
            f"{i}.{name}": array
            for i, layer in enumerate(self.layers)
            for name, array in (layer.parameters | layer.statistics).items()
        }


def shuffled_batches(m: int, batch_size: int, generator: np.random.Generator) -> Iterator[Array]:
    """The indices 0 … m - 1 in random order, batch_size at a time; the last batch is the rest."""
    batch_size = require_whole("batch_size", batch_size)
    order = generator.permutation(m)
    for start in range(0, m, batch_size):
        yield order[start : start + batch_size]


def connect(layers: Sequence[Layer]) -> None:
    """Build every layer for the output shape of the one before. ValueError, which names the layer,
    where one does not fit."""
    if not all(isinstance(layer, Layer) for layer in layers):
        raise ValueError("a network is made of layers, such as Dense(10)")
    if len(layers) < 2 or not isinstance(layers[0], InLayer) or not isinstance(layers[-1], Dense):
        raise ValueError("a network's first layer must be an InLayer, its last a Dense")
    shape: Shape = ()
    for i, layer in enumerate(layers):
        if i > 0 and isinstance(layer, InLayer):
            raise ValueError(f"layer {i}, {layer!r}, can only be the first layer")
        try:
            shape = layer.build(shape)
        except ValueError as error:
            raise ValueError(f"layer {i}, {layer!r}, {error}") from None


def _require_finite(X: Array, Y: Array) -> None:
    for name, array in (("X", X), ("Y", Y)):
        finite = np.isfinite(array).reshape(len(array), -1).all(axis=1)
        if not finite.all():
            raise ValueError(f"{name}[{finite.argmin()}] has numbers that are not finite")
