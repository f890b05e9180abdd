"""`Lanes` divides a batch among the lanes of a network, so that several cores have work.

A network with convolutions learns from chunks of at most 64 images, each on a core of its own, with
each matrix product on one thread: a batch of 128 uses two cores, one of 512 eight. A dense network
learns from the whole batch as one chunk, with each matrix product on all cores. Where the number of
threads can't be set (see `blas`), a network with convolutions takes one chunk after the other.

For batches of up to 128 images, what a convolutional network learns does not depend on the number
of cores, to the last bit: there are at most two chunks, and one way to add their gradients. With
more chunks each lane adds its own first, and a different order of addition rounds differently.
"""

import functools
import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import pairwise

import numpy as np

from nn import blas
from nn.activation_functions import Array
from nn.cost_functions import Cost
from nn.lane import Lane
from nn.layer import Layer
from nn.layers import Conv2D
from nn.slots import Slots

# Images at a time through convolutions: half of a usual batch, for each of two cores. Fewer would
# make better use of a core's cache, but waiting for Python's GIL would cost more than that gains.
MICRO_BATCH = 64
PREDICTION_BATCH = 500  # rows at a time through dense layers, so that memory is bounded


class Lanes:
    """The lanes of the network that has these layers.

    results: the vector that `learn` fills, in the order of `slots`.
    """

    def __init__(self, layers: Sequence[Layer], slots: Slots, results: Array):
        self._layers, self._slots, self._results = layers, slots, results
        self._convolutional = any(isinstance(layer, Conv2D) for layer in layers)
        self._at_once = MICRO_BATCH if self._convolutional else PREDICTION_BATCH
        self._lanes: list[Lane] = []

    def learn(
        self, X: Array, Y: Array, cost: Cost, generator: np.random.Generator
    ) -> tuple[Array, Array]:
        """`Lane.learn` for the whole batch: fill the results, with the gradients of the mean cost;
        returns the costs (m,) and the outputs (m, units)."""
        m = len(X)
        costs, outputs = np.empty(m, X.dtype), np.empty(Y.shape, X.dtype)
        # Of almost equal size, so that BatchNorm's estimates are equally good in each.
        count = math.ceil(m / MICRO_BATCH) if self._convolutional else 1
        chunks = [slice(*ends) for ends in pairwise(-(-m * i // count) for i in range(count + 1))]
        draws = [generator]
        if len(chunks) > 1:  # so that what Dropout drops does not depend on the number of cores
            seed = generator.integers(2**63)
            draws = [np.random.default_rng([seed, i]) for i in range(len(chunks))]

        def work(lane: Lane, share: range) -> None:
            total = np.zeros_like(lane.results) if len(share) > 1 else None
            for i in share:
                chunk = chunks[i]
                costs[chunk], outputs[chunk] = lane.learn(X[chunk], Y[chunk], cost, 1 / m, draws[i])
                if total is not None:
                    total += lane.results
            if total is not None:
                lane.results[:] = total

        for lane in self._share_out(work, len(chunks))[1:]:
            self._results += lane.results  # to those of the first lane
        return costs, outputs

    def evaluate(self, X: Array, Y: Array, cost: Cost) -> tuple[Array, Array]:
        """The cost of each image (m,), and the outputs (m, units)."""
        costs, outputs = np.empty(len(X)), np.empty(Y.shape, X.dtype)
        chunks = _chunks(len(X), self._at_once)

        def work(lane: Lane, share: range) -> None:
            for i in share:
                chunk = chunks[i]
                costs[chunk], outputs[chunk] = lane.evaluate(X[chunk], Y[chunk], cost)

        self._share_out(work, len(chunks))
        return costs, outputs

    def answer(self, X: Array, answer: Callable[[Lane, Array], Array], size: int) -> Array:
        """Apply `answer`, such as Lane.predict, to the images X (m, …), chunk by chunk. Returns the
        answers (m, size)."""
        if 0 < len(X) <= self._at_once:  # a single reading need not wait for threads
            return answer(self._lane(0), X)
        answers = np.empty((len(X), size), X.dtype)
        chunks = _chunks(len(X), self._at_once)

        def work(lane: Lane, share: range) -> None:
            for i in share:
                answers[chunks[i]] = answer(lane, X[chunks[i]])

        self._share_out(work, len(chunks))
        return answers

    def _share_out(self, work: Callable[[Lane, range], None], count: int) -> list[Lane]:
        """Divide `count` chunks among the lanes: call work(lane, numbers of its chunks) on a thread
        for each lane, as NumPy releases Python's GIL. Returns the lanes used."""
        parallel = self._convolutional and blas.can_set_threads()
        workers = min(cores(), count) if parallel else 1
        lanes = [self._lane(i) for i in range(workers)]
        if not parallel:
            work(lanes[0], range(count))
            return lanes
        with blas.one_thread():
            futures = [
                _threads().submit(work, lane, range(i, count, workers))
                for i, lane in enumerate(lanes)
            ]
            try:
                wait(futures)  # for all of them, even if one fails: they share the parameters
            finally:  # after Ctrl-C too, or they would write into the next batch's results
                wait(futures)
            for future in futures:
                future.result()
        return lanes

    def _lane(self, i: int) -> Lane:
        """Lane i, made when first needed. Lane 0 fills the network's results directly."""
        while len(self._lanes) <= i:
            results = np.zeros_like(self._results) if self._lanes else self._results
            self._lanes.append(Lane(self._layers, self._slots, results))
        return self._lanes[i]


def _chunks(m: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, m)) for start in range(0, m, size)]


@functools.cache
def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), thread_name_prefix="lane")


if hasattr(os, "register_at_fork"):  # a forked process has none of its parent's threads
    os.register_at_fork(after_in_child=_threads.cache_clear)
