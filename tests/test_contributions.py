"""What feeds a unit: contributions that add up, weights as pictures, and the receptive field."""

import numpy as np
import pytest

from nn.activation_functions import LeakyReLU, ReLU, softmax, tanh
from nn.contributions import feeding_weights, is_fed
from nn.cost_functions import CrossEntropyLoss
from nn.insight import Insight
from nn.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    InLayer,
    MaxPool2D,
)
from nn.nets import Net
from nn.receptive_field import receptive_field, window

SIDE = 14
# Each with its feeding pairs: a layer, and the earlier one whose maps feed it.
NETWORKS = {
    "dense": (
        [
            InLayer(SIDE**2),
            Dense(7, tanh),
            Dropout(0.5),
            BatchNorm(),
            Dense(6, ReLU),
            Dense(5, softmax),
        ],
        [(1, 0), (4, 1), (5, 4)],
    ),
    "convolutions": (
        [
            InLayer(shape=(SIDE, SIDE, 1)),
            Conv2D(3, 3, padding="same", activation=ReLU),
            BatchNorm(),
            MaxPool2D(),
            Conv2D(4, 2, strides=2, padding="same", activation=LeakyReLU),
            Dropout(0.2),
            Conv2D(5, 3, activation=ReLU),
            BatchNorm(),
            Flatten(),
            BatchNorm(),
            Dense(6, tanh),
            Dense(5, softmax),
        ],
        [(1, 0), (4, 1), (4, 3), (6, 4), (10, 6), (11, 10)],
    ),
    "global average": (
        [
            InLayer(shape=(SIDE, SIDE, 1)),
            Conv2D(3, 4, strides=3, activation=tanh),
            BatchNorm(),
            GlobalAveragePool2D(),
            Dense(5, softmax),
        ],
        [(1, 0), (4, 1), (4, 3)],
    ),
}
PAIRS = [(name, *pair) for name, (_, pairs) in NETWORKS.items() for pair in pairs]


def net_of(name: str) -> Net:
    """A network in float64 whose every parameter and running statistic is its own."""
    generator = np.random.default_rng(0)
    net = Net(NETWORKS[name][0], CrossEntropyLoss, generator, dtype=np.float64)
    net.parameters += generator.normal(0, 0.1, net.parameters.shape)
    net.backpropagate(generator.random((20, SIDE**2)), np.arange(20) % 5, generator)
    net.update_statistics()
    return net


def image() -> np.ndarray:
    return np.random.default_rng(1).random((1, SIDE**2))


def followed(net: Net) -> Insight:
    insight = Insight(net.layers, np.float64)
    insight.forward(image())
    return insight


def given(net: Net, place: int, source: int, maps: np.ndarray) -> np.ndarray:
    """What the layer at `place` computes, before its activation, when the one at `source` passes on
    `maps` (height, width, maps) or (units,): in the same form."""
    x = maps[None] if maps.ndim == 1 else maps.transpose(0, 2, 1)[..., None]
    for layer in net.layers[source + 1 : place + 1]:
        layer.allocate(1, np.float64)
        x = layer.forward(x)
    return x[0] if x.ndim == 2 else x[..., 0].transpose(0, 2, 1)


def seen(values: np.ndarray, activations: np.ndarray) -> float:
    """The mean of the values where there are activations, and of all where there are none."""
    return values[activations != 0].mean() if activations.any() else values.mean()


@pytest.mark.parametrize(("name", "place", "source"), PAIRS)
def test_contributions_and_the_rest_add_up_to_the_weighted_sum(name, place, source):
    net = net_of(name)
    insight = followed(net)
    passed = [array for _, array in insight.activations()]
    sums = given(net, place, source, passed[source])
    for number in range(sums.shape[-1]):
        added, rest = insight.contributions(place, source, number)
        assert added.shape == net.layers[source].output_shape[-1:]
        expected = seen(sums[..., number], passed[place][..., number])
        assert added.sum() + rest == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("name", "place", "source"), PAIRS)
def test_a_contribution_is_what_is_lost_without_that_map(name, place, source):
    net = net_of(name)
    insight = followed(net)
    passed = [array for _, array in insight.activations()]
    sums = given(net, place, source, passed[source])
    added, _ = insight.contributions(place, source, 2)
    for number in range(len(added))[:4]:
        without = passed[source].copy()
        without[..., number] = 0
        lost = sums - given(net, place, source, without)
        expected = seen(lost[..., 2], passed[place][..., 2])
        assert added[number] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_a_blank_map_adds_nothing_whatever_normalisation_makes_of_it():
    net = net_of("convolutions")
    insight = followed(net)
    net.layers[1].parameters["weights"][1] = 0
    net.layers[1].parameters["biases"][1] = -1
    insight.forward(image())
    added, _ = insight.contributions(4, 1, 0)
    assert added[1] == 0 != added[0]


def test_contributions_leave_the_layers_as_they_were():
    net = net_of("convolutions")
    insight = followed(net)
    before = [array.copy() for _, array in insight.activations()]
    insight.contributions(10, 6, 0)
    for (_, array), copy in zip(insight.activations(), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("name", "place", "source"), [("dense", 1, 0), ("dense", 4, 1), ("convolutions", 10, 6)]
)
def test_the_weights_of_a_unit_are_what_each_value_is_multiplied_by(name, place, source):
    net = net_of(name)
    values = np.random.default_rng(2).random(net.layers[source].output_shape)
    weights = feeding_weights(net.layers, place, source, 3)
    assert weights.shape == (values.shape[-1], *(values.shape[:-1] or (1, 1)))
    expected = given(net, place, source, values) - given(net, place, source, 0 * values)
    products = weights * values.reshape(*weights.shape[1:], -1).transpose(2, 0, 1)
    assert products.sum() == pytest.approx(expected[3])


def test_the_weights_of_a_filter_are_its_slices():
    layers = net_of("convolutions").layers
    slices = feeding_weights(layers, 6, 4, 3)
    np.testing.assert_array_equal(slices, layers[6].parameters["weights"][3].transpose(2, 0, 1))
    scaled = feeding_weights(layers, 4, 1, 2)
    bn = layers[2]
    factor = bn.parameters["scale"] / np.sqrt(bn.statistics["variance"] + bn.EPSILON)
    expected = layers[4].parameters["weights"][2] * factor
    np.testing.assert_allclose(scaled, expected.transpose(2, 0, 1))


def test_only_what_keeps_maps_apart_may_stand_between():
    layers = net_of("convolutions").layers
    assert is_fed(layers, 4, 1) and is_fed(layers, 4, 3) and is_fed(layers, 10, 6)
    assert not is_fed(layers, 6, 1)  # another convolution
    assert not is_fed(layers, 3, 1)  # a pool has no weights
    assert not is_fed(layers, 1, 1) and not is_fed(layers, 1, 4)  # nor does anything feed backwards


# --- Receptive fields


def spatial(net: Net) -> list[tuple[int, int]]:
    """Pairs of a layer and an earlier one that both pass on images."""
    images = [i for i, layer in enumerate(net.layers) if len(layer.output_shape) == 3]
    return [(place, source) for place in images for source in images if source < place]


@pytest.mark.parametrize("name", ["convolutions", "global average"])
def test_what_is_outside_a_unit_s_receptive_field_does_not_change_it(name):
    net = net_of(name)
    insight = followed(net)
    passed = [array for _, array in insight.activations()]
    generator = np.random.default_rng(3)
    for place, source in spatial(net):
        rows, columns, _ = net.layers[place].output_shape
        for row, column in ((0, 0), (rows // 2, columns // 2), (rows - 1, columns - 1)):
            seen_rows, seen_columns = receptive_field(net.layers, place, row, column, source)
            others = passed[source] + generator.normal(size=passed[source].shape)
            inside = np.ix_(seen_rows, seen_columns)
            others[inside] = passed[source][inside]
            after, before = (answered(net, place, source, x) for x in (others, passed[source]))
            np.testing.assert_array_equal(after[row, column], before[row, column])
            changed = (after != before).any()
            whole = passed[source][inside].size == passed[source].size
            assert changed or whole


def answered(net: Net, place: int, source: int, maps: np.ndarray) -> np.ndarray:
    """What the layer at `place` passes on when the one at `source` passes on `maps`."""
    x = maps.transpose(0, 2, 1)[..., None]
    for layer in net.layers[source + 1 : place + 1]:
        layer.allocate(1, np.float64)
        x = layer.forward(x)
        if hasattr(layer, "activation"):
            x = layer.activation(x)
    return x[..., 0].transpose(0, 2, 1)


def test_every_edge_of_a_receptive_field_matters():
    layers = [InLayer(shape=(SIDE, SIDE, 1)), Conv2D(3, 3, 2, "same"), Conv2D(2, 3), Flatten()]
    net = Net([*layers, Dense(5)], CrossEntropyLoss, np.random.default_rng(0), dtype=np.float64)
    x = np.random.default_rng(1).random((SIDE, SIDE, 1))
    rows, columns = receptive_field(net.layers, 2, 1, 2)
    assert (rows, columns) == (range(2, 9), range(4, 11))
    before = answered(net, 2, 0, x)[1, 2]
    for row, column in ((2, 4), (2, 10), (8, 4), (8, 10)):
        other = x.copy()
        other[row, column] += 1
        assert (answered(net, 2, 0, other)[1, 2] != before).all()


def test_a_unit_of_a_row_sees_all_that_its_row_was_made_of():
    layers = net_of("convolutions").layers
    assert receptive_field(layers, 11, 0, 0) == (range(SIDE), range(SIDE))
    height, width, _ = layers[6].output_shape
    assert receptive_field(layers, 10, 0, 0, source=6) == (range(height), range(width))
    assert receptive_field(layers, 11, 0, 0, source=10) == (range(1), range(1))


def test_a_window_may_reach_into_the_zeros_around_the_image():
    layers = net_of("convolutions").layers
    assert window(layers[1], 0, 13) == (range(-1, 2), range(12, 15))
    assert receptive_field(layers, 1, 0, 13) == (range(0, 2), range(12, 14))


def test_contributions_of_a_silent_map_say_what_keeps_it_silent():
    net = net_of("convolutions")
    net.layers[6].parameters["biases"][:] = -100
    insight = followed(net)
    added, rest = insight.contributions(6, 4, 1)
    sums = given(net, 6, 4, [array for _, array in insight.activations()][4])
    assert rest == pytest.approx(-100)
    assert added.sum() + rest == pytest.approx(sums[..., 1].mean())
