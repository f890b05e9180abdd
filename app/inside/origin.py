"""The origin of a map: its filter, the maps that the filter is applied to, and the receptive field
of one place in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.inside.stage import Stage
from app.style import theme
from digits.recognizer import Reading, Recognizer
from nn.contributions import feeding_weights, is_fed
from nn.convolution import Conv2D
from nn.pooling import GlobalAveragePool2D
from nn.receptive_field import Field, receptive_field, window


@dataclass(frozen=True)
class Feeder:
    """A map of an earlier stage: what it `added`, its values (height, width), and the weights
    (height, width) that multiply them."""

    number: int
    added: float
    values: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class Sight:
    """The input as seen from one place in a map: the `image` (height, width), and the receptive
    `field` in it.

    For the first stage, also the `filter` and the `patch` of the input below it, of the same shape
    (height, width); a dense layer's filter is as large as the image and has no patch.
    """

    image: np.ndarray
    field: Field
    filter: np.ndarray | None = None
    patch: np.ndarray | None = None


@dataclass(frozen=True)
class Origin:
    """What made map `number` of `stage`, and its value at (`row`, `column`).

    maker: the stage whose weights made it; an earlier one if `stage` is a pool.
    source: the stage that feeds the maker, None for the input; `feeders` are its maps that add
        most, the strongest first: none without a reading. `seen` is the part of them that the
        value depends on.
    """

    stage: Stage
    number: int
    row: int
    column: int
    maker: Stage
    source: Stage | None = None
    seen: Field | None = None
    feeders: Sequence[Feeder] = ()
    sight: Sight | None = None


class Origins:
    """Finds the origins of the maps of the recognizer's network; `stages` are all its stages."""

    def __init__(self, recognizer: Recognizer, stages: Sequence[Stage]) -> None:
        self._recognizer = recognizer
        self._layers = recognizer.layers
        self._stages = stages

    def before(self, stage: Stage, shown: Sequence[Stage]) -> Stage | None:
        """The stage that feeds another. Pools that are not `shown` are skipped in favour of the
        stage that they pool."""
        layers = [other.layer for other in shown]
        for earlier in reversed(self._stages):
            if earlier.layer < stage.layer and (not earlier.pooled or earlier.layer in layers):
                return earlier
        return None

    def of(
        self,
        stage: Stage,
        place: tuple[int, int, int],
        shown: Sequence[Stage],
        reading: Reading | None,
        values: Sequence[np.ndarray],
    ) -> Origin:
        """The origin of map, row and column `place` of a stage. values: those of all layers for the
        reading; empty without one."""
        number, row, column = place
        maker, at = stage, (row, column)
        if stage.pooled and (made := self.before(stage, ())) is not None:
            maker, at = made, self._strongest(stage, place, made, values)
        averages = isinstance(self._layers[stage.layer], GlobalAveragePool2D)  # of all places
        source, seen, feeders = self.before(maker, shown), None, []
        if source is not None and is_fed(self._layers, maker.layer, source.layer):
            whose = (stage.layer, row, column) if averages else (maker.layer, *at)
            seen = receptive_field(self._layers, *whose, source.layer)
            if reading is not None:
                feeders = self._feeders(maker, number, source, reading, values)
        sight = self._sight(stage, (row, column), reading)
        is_first = self.before(maker, self._stages) is None  # not even a hidden pool is before it
        if sight and is_first and not averages and is_fed(self._layers, maker.layer, 0):
            sight = self._laid(sight, maker, number, at)
        return Origin(stage, number, row, column, maker, source, seen, feeders, sight)

    def _strongest(
        self,
        pool: Stage,
        place: tuple[int, int, int],
        maker: Stage,
        values: Sequence[np.ndarray],
    ) -> tuple[int, int]:
        """The place in the maker's map that a pool's value comes from: the greatest value, as it is
        after any layers in between."""
        number, *at = place
        for layer in range(pool.layer, maker.layer, -1):
            rows, columns = receptive_field(self._layers, layer, *at, layer - 1)
            part = np.zeros((len(rows), len(columns)))
            if values:
                part = values[layer - 1][np.ix_(rows, columns)][..., number]
            row, column = divmod(int(part.argmax()), len(columns))
            at = rows[row], columns[column]
        return tuple(at)

    def _feeders(
        self,
        maker: Stage,
        number: int,
        source: Stage,
        reading: Reading,
        values: Sequence[np.ndarray],
    ) -> list[Feeder]:
        added = self._recognizer.contributions(reading, maker.layer, source.layer, number)
        weights = feeding_weights(self._layers, maker.layer, source.layer, number)
        maps = values[source.layer].reshape(source.height, source.width, source.maps)
        strongest = np.argsort(-np.abs(added), kind="stable")[: theme.MOST_FEEDERS].tolist()
        return [Feeder(i, float(added[i]), maps[..., i], weights[i]) for i in strongest if added[i]]

    def _sight(self, stage: Stage, at: tuple[int, int], reading: Reading | None) -> Sight | None:
        """The input, if the network takes it as one image."""
        shape = self._layers[0].output_shape
        image = np.zeros((28, 28), np.float32) if reading is None else reading.image
        if shape == (*image.shape, 1):
            return Sight(image, receptive_field(self._layers, stage.layer, *at))
        if shape == (image.size,):
            return Sight(image, tuple(map(range, image.shape)))
        return None

    def _laid(self, sight: Sight, maker: Stage, number: int, at: tuple[int, int]) -> Sight:
        """The sight with the weights of map `number` of the first stage and the pixels below."""
        layer, image = self._layers[maker.layer], sight.image
        weights = feeding_weights(self._layers, maker.layer, 0, number)
        if not isinstance(layer, Conv2D):
            return Sight(image, sight.field, weights.reshape(image.shape))
        # Outside the image is its zero padding.
        size = layer.kernel_size
        padded = np.pad(image, size)
        rows, columns = (part.start + size for part in window(layer, *at))
        patch = padded[rows : rows + size, columns : columns + size]
        return Sight(image, sight.field, weights[0], patch)
