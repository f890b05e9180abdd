"""The network: a list of layers, a cost function, and all their parameters in one flat vector."""

import copy
import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import cached_property
from operator import itemgetter
from pathlib import Path

import numpy as np

from nn import blas, model_files
from nn.activation_functions import Array
from nn.cost_functions import COSTS, Cost
from nn.insight import Insight
from nn.lanes import Lane, cores, run_at_once
from nn.layer import Layer, Shape, require_whole
from nn.layers import BatchNorm, Conv2D, Dense, InLayer, from_recipe
from nn.model_files import ModelFileError
from nn.optimizers import SGD, Optimizer

log = logging.getLogger("nn")

# Images at a time through convolutions: half of a usual batch, for each of two cores. With fewer,
# more would stay in a core's cache, but the threads would wait for Python's lock longer than that
# gains.
MICRO_BATCH = 64
MEASURED = 2  # the kind of number that stands last in a network's state: see Net._slots
PREDICTION_BATCH = 500  # rows at a time through dense layers, so that memory is bounded


class Net:
    """A feed-forward network.

    layers: an InLayer first, a Dense last. They hold the network's parameters from now on; layers
        that do so already for another network, or place, are copied.
    cost_function: CrossEntropyLoss or MSE, the class or an instance.
    generator: where the initial weights come from; without one they differ from run to run.
    dtype: float32, or float64 to check gradients with.

    Every parameter is a view into the flat vector `parameters`, every gradient one into
    `gradients`; what decays stands in front, as parameters[decaying]. So an optimizer is a handful
    of operations on whole vectors, however many layers there are. `state` is one vector too: the
    parameters and, behind them, the statistics that layers keep. `metadata` is a dict of whatever
    belongs to the trained network and JSON can hold; it is saved and loaded with the model.
    A network uses threads of its own, and is itself to be used from one thread at a time.

    A ValueError names the layer and the reason where the layers do not fit together.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        cost_function: type[Cost] | Cost,
        generator: np.random.Generator | None = None,
        dtype: type = np.float32,
    ):
        self.layers: list[Layer] = []
        seen = set()
        for layer in layers:
            # Each place needs its own arrays, also where one object stands in two.
            taken = getattr(layer, "taken", False) or id(layer) in seen
            self.layers.append(copy.copy(layer) if taken else layer)
            seen.add(id(layer))
        self.cost_function = cost_function() if isinstance(cost_function, type) else cost_function
        if not isinstance(self.cost_function, Cost):
            raise ValueError(
                f"cost_function must be one of {', '.join(COSTS)}, not {cost_function!r}"
            )
        self.metadata: dict[str, object] = {}
        connect(self.layers)
        slots = []
        for i, layer in enumerate(self.layers):
            learned, measured = layer.parameter_shapes(), layer.statistics_shapes()
            slots += [(name != "weights", i, name, shape) for name, shape in learned.items()]
            slots += [(MEASURED, i, name, shape) for name, shape in measured.items()]
        self._slots = sorted(slots, key=itemgetter(0))
        sizes = [0, 0, 0]
        for kind, _, _, shape in slots:
            sizes[kind] += math.prod(shape)
        self.decaying, self._learned = slice(0, sizes[0]), slice(0, sizes[0] + sizes[1])
        self.state = np.zeros(sum(sizes), dtype)
        self.parameters = self.state[self._learned]
        self._results = np.zeros_like(self.state)  # of a batch, in the same order
        self.gradients = self._results[self._learned]
        self._lanes: list[Lane] = []
        self._convolutional = any(isinstance(layer, Conv2D) for layer in self.layers)
        self._at_once = MICRO_BATCH if self._convolutional else PREDICTION_BATCH
        generator = generator or np.random.default_rng()
        shares = zip(
            self.layers, *self._deal(self.state), self._deal(self._results)[0], strict=True
        )
        for layer, layer.parameters, layer.statistics, layer.gradients in shares:
            layer.initialize(generator)
            layer.taken = True

    def _deal(self, vector: Array) -> tuple[list[dict[str, Array]], list[dict[str, Array]]]:
        """Views into a vector like `state`, by layer and name: of the learned, of the measured."""
        learned, measured = ([{} for _ in self.layers] for _ in range(2))
        start = 0
        for kind, i, name, shape in self._slots:
            end = start + math.prod(shape)
            (measured if kind == MEASURED else learned)[i][name] = vector[start:end].reshape(shape)
            start = end
        return learned, measured

    def __repr__(self) -> str:
        """A table of the layers, the shapes of their outputs and the numbers of parameters."""
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
        alpha: float = 0.01,
        epochs: int = 1,
        batch_size: int = 128,
        optimizer: Optimizer | None = None,
        generator: np.random.Generator | None = None,
    ) -> list[float]:
        """Train on X (m, …) and Y, one-hot (m, units) or integer labels (m,).

        alpha: the learning rate of plain gradient descent; an `optimizer` brings its own instead.
        generator: shuffles the examples anew in each epoch.
        Returns the mean cost of each epoch; the log "nn" tells them as they come (level INFO).
        """
        optimizer = optimizer or SGD(alpha)
        generator = generator or np.random.default_rng()
        X, Y = self._examples(X, Y)
        history = []
        for epoch in range(require_whole("epochs", epochs)):
            total = 0.0
            for batch in shuffled_batches(len(X), batch_size, generator):
                cost, _ = self.backpropagate(X[batch], Y[batch], generator)
                optimizer.step(self.parameters, self.gradients, self.decaying)
                total += cost * len(batch)
            history.append(total / len(X))
            log.info("epoch %d of %d: cost %.4f", epoch + 1, epochs, history[-1])
        return history

    def backpropagate(
        self, X: Array, Y: Array, generator: np.random.Generator | None = None
    ) -> tuple[float, Array]:
        """Fill `gradients` with the derivative of the batch's mean cost by `parameters`.

        Returns that cost, and the outputs (m, units). The generator draws what Dropout drops.
        """
        X, Y = self._examples(X, Y)
        m = len(X)
        generator = generator or np.random.default_rng()
        costs, outputs = np.empty(m, X.dtype), np.empty(Y.shape, X.dtype)
        # Of almost the same size, so that BatchNorm measures as well in each.
        count = math.ceil(m / MICRO_BATCH) if self._convolutional else 1
        chunks = _slices(m, math.ceil(m / count))
        # A generator for each chunk: what is dropped does not depend on the number of cores.
        seed = generator.integers(2**63)
        draws = [np.random.default_rng([seed, i]) for i in range(len(chunks))]

        def learn(lane: Lane, share: range) -> None:
            total = np.zeros_like(lane.results) if len(share) > 1 else None
            for i in share:
                chunk = chunks[i]
                costs[chunk], outputs[chunk] = lane.learn(X[chunk], Y[chunk], 1 / m, draws[i])
                if total is not None:
                    total += lane.results
            if total is not None:
                lane.results[:] = total

        for lane in self._run(learn, len(chunks))[1:]:
            self._results += lane.results  # to those of the first lane
        statistics, measured = (v[self._learned.stop :] for v in (self.state, self._results))
        statistics += BatchNorm.MOMENTUM * (measured - statistics)
        return float(costs.mean()), outputs

    # Answering

    def predict(self, X: Array) -> Array:
        """The outputs (m, units) for X (m, …): with softmax, the probability of each class."""
        return self._answer(X, Lane.predict, self.layers[-1].units)

    def features(self, X: Array) -> Array:
        """What the last layer sees of X (m, …): its input, (m, features). The layers before it have
        learned to put there what tells the classes apart."""
        return self._answer(X, Lane.features, *self.layers[-1].input_shape)

    def evaluate(self, X: Array, Y: Array) -> tuple[float, float]:
        """The mean cost over X (m, …) and Y, and the share of X whose greatest output is Y's."""
        X, Y = self._examples(X, Y)
        costs, hits = np.empty(len(X)), np.empty(len(X), bool)
        chunks = _slices(len(X), self._at_once)

        def evaluate(lane: Lane, share: range) -> None:
            for i in share:
                chunk = chunks[i]
                costs[chunk], outputs = lane.evaluate(X[chunk], Y[chunk])
                hits[chunk] = outputs.argmax(axis=1) == Y[chunk].argmax(axis=1)

        self._run(evaluate, len(chunks))
        return float(costs.mean()), float(hits.mean())

    def activations(self, X: Array) -> list[tuple[Layer, Array]]:
        """Each layer, and what it passes on for the one image X (1, …), after its activation:
        (height, width, channels) or (units,)."""
        return self._insight.activations(self._inputs(X))

    def input_gradient(self, X: Array, unit: int) -> Array:
        """How the output `unit` changes with each number of the one image X (1, …): the derivative
        of its z, before the activation, in X's shape: a new array."""
        return self._insight.input_gradient(self._inputs(X), unit)

    @cached_property
    def _insight(self) -> Insight:
        return Insight(self.layers, self.parameters.dtype)

    def _answer(self, X: Array, answer: Callable[[Lane, Array], Array], size: int) -> Array:
        """answer(lane, X) of any number of images: (m, size)."""
        X = self._inputs(X)
        if 0 < len(X) <= self._at_once:  # a single reading need not wait for the sharing out
            return answer(self._lane(0), X)
        chunks = _slices(len(X), self._at_once)
        answers = np.empty((len(X), size), X.dtype)

        def work(lane: Lane, share: range) -> None:
            for i in share:
                answers[chunks[i]] = answer(lane, X[chunks[i]])

        self._run(work, len(chunks))
        return answers

    def _run(self, work: Callable[[Lane, range], None], count: int) -> list[Lane]:
        """Call work(lane, numbers of chunks) so that the lanes share `count` chunks between them.

        Networks with convolutions take chunks on all cores at once, and every matrix product on one
        thread. Dense networks want the opposite: the whole batch, and products that use all cores
        by themselves.
        """
        parallel = self._convolutional and blas.can_set_threads()
        workers = min(cores(), count) if parallel else 1
        lanes = [self._lane(i) for i in range(workers)]
        if workers == 1:
            work(lanes[0], range(count))
        else:
            with blas.one_thread():
                run_at_once(work, lanes, [range(i, count, workers) for i in range(workers)])
        return lanes

    def _lane(self, i: int) -> Lane:
        """The lane number i. They are made when first needed; the first fills `gradients`."""
        while len(self._lanes) <= i:
            results = np.zeros_like(self._results) if self._lanes else self._results
            lane = Lane(self.layers, self.cost_function, results, *self._deal(results))
            self._lanes.append(lane)
        return self._lanes[i]

    def _inputs(self, X: Array) -> Array:
        X = np.asarray(X, self.parameters.dtype)
        if not self.layers[0].takes(X.shape):
            wanted = ", ".join(str(side) for side in self.layers[0].output_shape)
            raise ValueError(f"X must be (m, {wanted}), got {X.shape}")
        return X

    def _examples(self, X: Array, Y: Array) -> tuple[Array, Array]:
        """X, and Y one-hot."""
        X, Y = self._inputs(X), np.asarray(Y)
        units = self.layers[-1].units
        if len(X) == 0 or Y.shape not in ((len(X),), (len(X), units)):
            raise ValueError(
                f"Y must be labels (m,) or one-hot (m, {units}) for at least one X, "
                f"got {Y.shape} for X {X.shape}"
            )
        if Y.ndim == 1:
            if not np.issubdtype(Y.dtype, np.integer) or Y.min() < 0 or Y.max() >= units:
                raise ValueError(f"labels must be whole numbers from 0 to {units - 1}")
            Y = np.eye(units, dtype=X.dtype)[Y]
        return X, Y.astype(X.dtype, copy=False)

    # Keeping

    def save_model(self, path: str | Path) -> None:
        """Write the network to one .npz file: its recipe, as JSON, and its arrays.

        The file is written beside `path` and renamed, so that what was there before stays until
        all of the new is written. OSError where that fails.
        """
        cost = self.cost_function
        recipe = {
            "layers": [layer.recipe() for layer in self.layers],
            "cost_function": {"cost": type(cost).__name__} | asdict(cost),
            "metadata": self.metadata,
        }
        model_files.write(path, recipe, self._arrays())

    @classmethod
    def load_model(cls, path: str | Path) -> "Net":
        """The network that `save_model` wrote.

        ModelFileError, with the path and the reason, for a file that is not such a network, whole;
        OSError for one that cannot be read.
        """
        recipe, arrays = model_files.read(path)
        try:
            layers = [from_recipe(layer) for layer in recipe["layers"]]
            cost = dict(recipe["cost_function"])
            cost_function = COSTS[cost.pop("cost")](**cost)
            metadata = dict(recipe["metadata"])
            connect(layers)
            # Before anything is allocated, so that no file can ask for more than it brings.
            _compare(_shapes(layers), {name: array.shape for name, array in arrays.items()})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            reason = str(error).partition("\n")[0]  # a name in the file can have line ends
            raise ModelFileError(f"{path}: it describes no whole network: {reason}") from error
        return cls(layers, cost_function)._filled(arrays, metadata)

    def __deepcopy__(self, memo: dict) -> "Net":
        # Copied one by one, the layers' arrays would no longer be views into the flat vectors.
        layers = [from_recipe(layer.recipe()) for layer in self.layers]
        twin = Net(layers, self.cost_function, dtype=self.parameters.dtype)
        return twin._filled(self._arrays(), copy.deepcopy(self.metadata, memo))

    def _filled(self, arrays: dict[str, Array], metadata: dict[str, object]) -> "Net":
        self.metadata = metadata
        for name, array in self._arrays().items():
            array[:] = arrays[name]
        return self

    def _arrays(self) -> dict[str, Array]:
        """All that a model file keeps, by names such as "1.weights"."""
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
    """Tell every layer the shape of its input; a ValueError names the one that does not fit."""
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


def _shapes(layers: Sequence[Layer]) -> dict[str, Shape]:
    return {
        f"{i}.{name}": shape
        for i, layer in enumerate(layers)
        for name, shape in (layer.parameter_shapes() | layer.statistics_shapes()).items()
    }


def _compare(wanted: dict[str, Shape], found: dict[str, Shape]) -> None:
    """A ValueError unless the arrays are those that the layers need."""
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            needs, has = (shapes.get(name, "none") for shapes in (wanted, found))
            raise ValueError(f"its layers need {needs} as {name!r}, the file has {has}")


def _slices(m: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, m)) for start in range(0, m, size)]
