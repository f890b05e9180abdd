"""Inside the network: what feeds the map under the mouse, and how to get at what has no room."""

import numpy as np
import pygame
import pytest
from hand import NotedText

from app.inside.connections import Connections, End
from app.inside.network_panel import NetworkPanel
from app.inside.origin import Origin, Origins, Sight
from app.inside.origin_pictures import OriginPictures
from app.inside.stage import can_be_negative, stages
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import DARK, LIGHT
from app.window import App
from digits.recognizer import Reading, Recognizer
from nn.activation_functions import LeakyReLU, ReLU, sigmoid, softmax, tanh
from nn.cost_functions import CrossEntropyLoss
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

IMAGE = (28, 28, 1)
NETWORKS = {
    "784-20-15-15-10": [
        InLayer(784),
        Dense(20, ReLU),
        Dense(15, tanh),
        Dense(15, ReLU),
        Dense(10, softmax),
    ],
    "one layer": [InLayer(784), Dense(10, softmax)],
    "pooled": [
        InLayer(shape=IMAGE),
        Conv2D(24, 5, activation=ReLU),
        MaxPool2D(),
        BatchNorm(),
        Conv2D(128, 3, padding="same", activation=ReLU),
        BatchNorm(),
        MaxPool2D(3),
        Dropout(0.4),
        Flatten(),
        Dense(256, ReLU),
        Dense(10, softmax),
    ],
    "twelve convolutions": [
        InLayer(shape=IMAGE),
        *[Conv2D(96, 3, padding="same", activation=ReLU)] * 12,
        GlobalAveragePool2D(),
        Dense(10, softmax),
    ],
    "pooled first": [InLayer(shape=IMAGE), MaxPool2D(), Flatten(), Dense(30), Dense(10, softmax)],
    "four channels": [
        InLayer(shape=(14, 14, 4)),
        Conv2D(8, 3, activation=LeakyReLU),
        Flatten(),
        Dense(10, softmax),
    ],
}
SIZES = [(640, 480), (1000, 640), (700, 1200), (1600, 600)]


def recognizer_of(name: str) -> Recognizer:
    return Recognizer.load() if name == "shipped" else made_of(NETWORKS[name])


def made_of(layers: list) -> Recognizer:
    return Recognizer(Net(layers, CrossEntropyLoss, np.random.default_rng(0)), "made")


def reading_of(recognizer: Recognizer) -> Reading:
    image = np.random.default_rng(1).random((28, 28)).astype(np.float32)
    return recognizer.read_image(image)


def panel_of(recognizer: Recognizer, size: tuple[int, int]) -> NetworkPanel:
    pygame.font.init()
    return NetworkPanel(Layout(size, network=True), recognizer, Text())


def places(panel: NetworkPanel) -> dict[str, tuple[int, int]]:
    """A position of each map that is shown, by its name."""
    rect = panel.rect
    step = 3 if rect.width > 600 else 2  # maps are larger in large windows
    found = {}
    for y in range(rect.top, rect.bottom, step):
        for x in range(rect.left, rect.right, step):
            found.setdefault(panel.name_at((x, y)), (x, y))
    del found[None]
    return found


def all_names(recognizer: Recognizer) -> set[str]:
    some = stages(recognizer.layers)
    return {stage.map_name(number) for stage in some for number in range(stage.maps)}


def point_at(panel: NetworkPanel, position: tuple[int, int], reading: Reading | None) -> None:
    assert not panel.handle(pygame.Event(pygame.MOUSEMOTION, pos=position, buttons=(0, 0, 0)))
    panel.update(reading)


def click(panel: NetworkPanel, position: tuple[int, int]) -> bool:
    return panel.handle(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=position, button=1))


def origins_of(recognizer: Recognizer) -> tuple[Origins, list]:
    some = stages(recognizer.layers)
    return Origins(recognizer, some), some


def origin_of(recognizer: Recognizer, name: str, place=(0, 0, 0), shown: list[str] | None = None):
    """The origin of a map (number, row, column) of the stage called `name`."""
    origins, some = origins_of(recognizer)
    reading = reading_of(recognizer)
    values = [array for _, array in recognizer.activations(reading)]
    stage = next(stage for stage in some if stage.name == name)
    shown = [stage for stage in some if shown is None or stage.name in shown]
    return origins.of(stage, place, shown, reading, values)


# --- What has no room


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["shipped", *NETWORKS])
def test_turning_over_what_is_marked_shows_every_map_of_every_stage(name, size):
    recognizer = recognizer_of(name)
    panel = panel_of(recognizer, size)
    seen, turned = set(), 0
    for _ in range(20):  # pages of stages, and on each those of their maps
        for _ in range(12):
            seen |= set(places(panel))
            marks = [mark for mark in panel.marks if mark.place is not None]
            for mark in marks:
                assert click(panel, mark.rect.center)
            if not marks:
                break
        of_stages = [mark for mark in panel.marks if mark.place is None]
        if not of_stages or seen == all_names(recognizer):
            break
        assert click(panel, of_stages[0].rect.center)
        turned += 1
    assert seen == all_names(recognizer)
    assert turned or not of_stages


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["shipped", *NETWORKS])
def test_marks_say_how_many_are_left_out(name, size):
    recognizer = recognizer_of(name)
    panel = panel_of(recognizer, size)
    some = {stage.name: stage.maps for stage in stages(recognizer.layers)}
    shown = [found.split(", ")[0] for found in places(panel)]
    left_out = [f"+{some[stage] - shown.count(stage)}" for stage in dict.fromkeys(shown)]
    expected = sorted(words for words in left_out if words != "+0")
    assert sorted(mark.words for mark in panel.marks if mark.place is not None) == expected
    count = len(some) - len(set(shown))
    words = [mark.words for mark in panel.marks if mark.place is None]
    assert words == ([f"{count} stage{'s' if count > 1 else ''} more"] if count else [])
    for mark in panel.marks:
        assert panel.rect.contains(mark.rect)


def test_a_dense_784_20_15_15_10_needs_no_marks():
    for size in SIZES:
        assert panel_of(recognizer_of("784-20-15-15-10"), size).marks == []


def test_the_wheel_turns_maps_over_to_the_last_and_back_to_the_first():
    panel = panel_of(recognizer_of("shipped"), (1000, 640))
    found = places(panel)
    assert not panel.turn(1)  # the mouse is elsewhere
    point_at(panel, found["Conv2D 4, map 3"], None)
    seen = [panel.name_at(found["Conv2D 4, map 3"])]
    for step in (1, 1, 1, 1, -1, -1, -1, -1):
        assert panel.turn(step)
        seen.append(panel.name_at(found["Conv2D 4, map 3"]))
    assert [int(name.rpartition(" ")[2]) for name in seen] == [3, 23, 43, 47, 47, 43, 23, 3, 3]
    assert panel.name_at(found["Conv2D 3, map 3"]) == "Conv2D 3, map 3"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["shipped", "pooled"])
def test_the_wheel_on_a_mark_shows_the_maps_that_the_mark_stands_for(name, size):
    panel = panel_of(recognizer_of(name), size)
    for mark in [mark for mark in panel.marks if mark.place is not None]:
        point_at(panel, mark.rect.midright - pygame.Vector2(2, 0), None)
        before = list(panel._paging.firsts)
        assert panel.turn(1)
        turned = [place for place, now in enumerate(panel._paging.firsts) if now != before[place]]
        assert turned == [mark.place]


def test_over_maps_that_are_all_shown_the_wheel_is_the_pen_s():
    app = App(recognizer_of("784-20-15-15-10"), (1000, 640))
    app.handle(pygame.Event(pygame.KEYDOWN, key=pygame.K_n, mod=0, unicode="n"))
    thinner = next(action for action in app.actions if action.name == "Thinner pen")
    assert thinner.enabled()
    x, y = Layout((1000, 640), network=True).network.center
    app.handle(pygame.Event(pygame.MOUSEMOTION, pos=(x, y), rel=(0, 0), buttons=(0, 0, 0)))
    for _ in range(20):
        app.handle(pygame.Event(pygame.MOUSEWHEEL, x=0, y=-1))
    assert not thinner.enabled()


def test_the_map_that_comes_under_the_mouse_is_the_one_that_is_explained():
    recognizer = recognizer_of("shipped")
    panel, reading = panel_of(recognizer, (1000, 640)), reading_of(recognizer)
    point_at(panel, places(panel)["Conv2D 4, map 3"], reading)
    assert panel.origin.number == 3
    panel.turn(1)
    panel.update(reading)
    assert panel.origin.number == 23


def test_other_maps_are_shown_with_their_own_values():
    recognizer = recognizer_of("shipped")
    panel, reading = panel_of(recognizer, (1000, 640)), reading_of(recognizer)
    position = places(panel)["Conv2D 4, map 3"]
    point_at(panel, position, reading)
    pictures = []
    for step in (0, 1, -1):
        if step:
            panel.turn(step)
            panel.update(reading)
        surface = pygame.Surface((1000, 640))
        panel.draw(surface, LIGHT)
        left, top = position
        pictures.append(pygame.surfarray.array3d(surface.subsurface((left, top, 18, 18))))
    assert (pictures[0] != pictures[1]).any()
    assert (pictures[0] == pictures[2]).all()


# --- What made a map


def test_the_maps_that_feed_a_map_are_those_that_add_most():
    recognizer = recognizer_of("shipped")
    origin = origin_of(recognizer, "Conv2D 3", (5, 2, 3))
    layer, source = origin.stage.layer, origin.source.layer
    assert (layer, source) == (5, 3)
    added = recognizer.contributions(reading_of(recognizer), layer, source, 5)
    strongest = sorted(range(32), key=lambda number: -abs(added[number]))[:5]
    assert [feeder.number for feeder in origin.feeders] == strongest
    assert [feeder.added for feeder in origin.feeders] == pytest.approx(added[strongest].tolist())
    assert origin.feeders[0].weights.shape == (5, 5)
    assert [len(part) for part in origin.seen] == [5, 5]


def test_a_unit_is_fed_by_units_times_their_weights():
    recognizer = recognizer_of("784-20-15-15-10")
    origin = origin_of(recognizer, "Dense 3", (7, 0, 0))
    assert origin.feeders
    for feeder in origin.feeders:
        weight = recognizer.layers[3].parameters["weights"][feeder.number, 7]
        assert feeder.weights.item() == weight
        assert feeder.added == pytest.approx(weight * feeder.values.item())
    assert origin.sight.filter is None


def test_a_unit_of_the_first_layer_has_its_weights_as_an_image():
    recognizer = recognizer_of("784-20-15-15-10")
    origin = origin_of(recognizer, "Dense 1", (7, 0, 0))
    weights = recognizer.layers[1].parameters["weights"][:, 7]
    np.testing.assert_array_equal(origin.sight.filter.ravel(), weights)
    assert origin.source is None and not origin.feeders
    assert origin.sight.field == (range(28), range(28))


def test_a_first_filter_times_the_patch_below_it_is_the_value_that_is_pointed_at():
    recognizer = recognizer_of("pooled")
    reading = reading_of(recognizer)
    layer = recognizer.layers[1]
    values = recognizer.activations(reading)[1][1]
    for place in ((3, 0, 0), (7, 11, 5), (0, 23, 23)):
        sight = origin_of(recognizer, "Conv2D 1", place).sight
        z = (sight.filter * sight.patch).sum() + layer.parameters["biases"][place[0]]
        number, row, column = place
        assert max(z, 0) == pytest.approx(values[row, column, number], rel=1e-4, abs=1e-6)
        rows, columns = sight.field
        np.testing.assert_array_equal(sight.patch, reading.image[np.ix_(rows, columns)])


def test_a_patch_at_the_edge_has_the_zeros_of_the_margin():
    sight = origin_of(recognizer_of("twelve convolutions"), "Conv2D 1", (0, 0, 27)).sight
    assert sight.field == (range(0, 2), range(26, 28))
    assert not sight.patch[0].any() and not sight.patch[:, 2].any()
    assert sight.patch[1:, :2].all()


def test_behind_a_pooled_map_is_the_convolution_and_the_place_that_was_the_maximum():
    recognizer = recognizer_of("pooled")
    origin = origin_of(recognizer, "MaxPool2D 1", (3, 4, 5))
    convolution, pool = (recognizer.activations(reading_of(recognizer))[i][1] for i in (1, 2))
    assert origin.maker.name == "Conv2D 1"
    z = (origin.sight.filter * origin.sight.patch).sum()
    assert max(z, 0) == pytest.approx(pool[4, 5, 3], rel=1e-4)
    assert convolution[8:10, 10:12, 3].max() == pool[4, 5, 3]
    assert origin.sight.field == (range(8, 14), range(10, 16))


def test_pools_that_are_not_shown_are_passed_over():
    recognizer = recognizer_of("pooled")
    assert origin_of(recognizer, "Conv2D 2").source.name == "MaxPool2D 1"
    convolutions = ["Conv2D 1", "Conv2D 2", "Dense 1", "Dense 2"]
    origin = origin_of(recognizer, "Conv2D 2", shown=convolutions)
    assert origin.source.name == "Conv2D 1"
    assert origin.feeders[0].values.shape == (24, 24)
    assert origin_of(recognizer, "Dense 1", shown=convolutions).source.name == "Conv2D 2"


def test_what_a_map_depends_on_lies_around_the_same_place_in_those_that_feed_it():
    origin = origin_of(recognizer_of("pooled"), "Conv2D 2", (0, 4, 7))
    assert origin.source.name == "MaxPool2D 1"
    assert origin.seen == (range(3, 6), range(6, 9))


@pytest.mark.parametrize(
    ("layers", "name"),
    [
        (NETWORKS["pooled first"], "Dense 1"),
        (
            [InLayer(shape=IMAGE), MaxPool2D(), Conv2D(4, 3), Flatten(), Dense(10, softmax)],
            "Conv2D",
        ),
    ],
    ids=["dense", "convolution"],
)
def test_what_a_hidden_pool_shrinks_has_no_filter_over_the_pixels(layers, name):
    shown = ["Conv2D", "Dense", "Dense 1", "Dense 2"]
    sight = origin_of(made_of(layers), name, (3, 0, 0), shown).sight
    assert sight.filter is None and sight.patch is None


def test_a_mean_depends_on_every_place():
    layers = [InLayer(shape=IMAGE), Conv2D(4, 3), Conv2D(5, 3), GlobalAveragePool2D()]
    recognizer = made_of([*layers, Dense(10, softmax)])
    origin = origin_of(recognizer, "GlobalAveragePool2D", (2, 0, 0))
    assert origin.maker.name == "Conv2D 2" and origin.source.name == "Conv2D 1"
    assert origin.seen == (range(26), range(26))
    recognizer = made_of([layers[0], layers[1], layers[3], Dense(10, softmax)])
    assert origin_of(recognizer, "GlobalAveragePool2D", (2, 0, 0)).sight.patch is None


def test_a_maximum_after_a_normalisation_that_turns_the_sign_is_the_least_value_before_it():
    layers = [InLayer(shape=IMAGE), Conv2D(4, 5), BatchNorm(), MaxPool2D(), Flatten()]
    recognizer = made_of([*layers, Dense(10, softmax)])
    recognizer.layers[2].parameters["scale"][:] = -1
    values = recognizer.activations(reading_of(recognizer))[1][1]
    sight = origin_of(recognizer, "MaxPool2D", (3, 4, 5)).sight
    least = values[8:10, 10:12, 3].min()
    assert (sight.filter * sight.patch).sum() == pytest.approx(least, rel=1e-4)


def test_without_a_reading_there_is_a_filter_and_nothing_that_feeds():
    recognizer = recognizer_of("pooled")
    origins, some = origins_of(recognizer)
    for stage in some:
        origin = origins.of(stage, (0, 0, 0), some, None, [])
        assert isinstance(origin, Origin) and not origin.feeders
    assert origins.of(some[0], (0, 0, 0), some, None, []).sight.filter.shape == (5, 5)


# --- What is drawn


def test_a_filter_s_squares_lie_on_their_pixels():
    pygame.font.init()
    weights = np.zeros((3, 3), np.float32)
    weights[0, 2], weights[2, 1] = 1, -0.5
    sight = Sight(np.zeros((28, 28)), (range(3), range(3)), weights, np.zeros((3, 3)))
    shown = OriginPictures(Layout((1000, 640), network=True), Text()).filter(LIGHT, sight)
    cell = shown.width // 3
    for (row, column), weight in np.ndenumerate(weights):
        middle = int((column + 0.5) * cell), int((row + 0.5) * cell)
        assert shown.get_at(middle)[:3] == (LIGHT.side(weight) if weight else LIGHT.sheet)


@pytest.mark.parametrize("has_reading", [True, False])
def test_of_means_and_places_the_words_say_that_they_are(has_reading):
    recognizer, text = recognizer_of("pooled"), NotedText()
    panel = NetworkPanel(Layout((1000, 640), network=True), recognizer, text)
    reading = reading_of(recognizer) if has_reading else None
    panel.update(reading)
    some = places(panel)
    for name, is_mean, place in (
        ("Conv2D 2, map 1", True, "the frame" if has_reading else "this place"),
        ("Dense 1, unit 1", False, "it"),
    ):
        point_at(panel, some[name], reading)
        text.words.clear()
        panel.draw_enlarged(pygame.Surface((1000, 640)), LIGHT)
        assert f"What {place} sees" in text.words
        formulas = [words for words in text.words if "what it adds" in words]
        assert [words.endswith(" on average") for words in formulas] == [is_mean] * has_reading


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["shipped", *NETWORKS])
def test_every_map_can_be_pointed_at_and_explained_inside_the_window(name, size):
    recognizer = recognizer_of(name)
    panel = panel_of(recognizer, size)
    inside = pygame.Rect((0, 0), size).inflate(-2, -2)
    for palette, reading in ((LIGHT, reading_of(recognizer)), (DARK, None)):
        panel.update(reading)
        some = places(panel)
        for name in list(some)[:: max(len(some) // 25, 1)]:
            point_at(panel, some[name], reading)
            surface = pygame.Surface(size)
            surface.fill(palette.background)
            panel.draw(surface, palette)
            panel.draw_enlarged(surface, palette)
            surface.fill(palette.background, inside)
            pixels = pygame.surfarray.array3d(surface).reshape(-1, 3)
            assert (pixels == palette.background).all(), name


def test_a_line_leads_to_each_feeder_or_to_the_mark_that_stands_for_it():
    recognizer = recognizer_of("shipped")
    panel, reading = panel_of(recognizer, (1000, 640)), reading_of(recognizer)
    some = places(panel)
    point_at(panel, some["Conv2D 4, map 3"], reading)
    feeders = {feeder.number for feeder in panel.origin.feeders}
    surface = pygame.Surface((1000, 640))
    panel.draw_enlarged(surface, LIGHT)
    colours = LIGHT.speaks_for, LIGHT.speaks_against

    def is_framed(rect):
        corners = rect.topleft, (rect.right - 1, rect.top), (rect.left, rect.bottom - 1)
        return all(surface.get_at(corner)[:3] in colours for corner in corners)

    shown = {number for number in range(32) if f"Conv2D 3, map {number}" in some}
    assert shown & feeders
    for number in shown & feeders:
        x, y = some[f"Conv2D 3, map {number}"]
        name = panel.name_at((x, y))
        while panel.name_at((x - 1, y)) == name:
            x -= 1
        while panel.name_at((x, y - 1)) == name:
            y -= 1
        width = next(i for i in range(1, 99) if panel.name_at((x + i, y)) != name)
        height = next(i for i in range(1, 99) if panel.name_at((x, y + i)) != name)
        assert is_framed(pygame.Rect(x, y, width, height).inflate(4, 4))
    (mark,) = (mark for mark in panel.marks if mark.tip[0].startswith("Conv2D 3"))
    assert is_framed(mark.rect.inflate(4, 4)) == bool(feeders - shown)


def test_lines_are_the_wider_the_more_is_added_and_have_the_colour_of_its_sign():
    surface = pygame.Surface((300, 200))
    surface.fill(LIGHT.background)
    layout = Layout((1000, 640), network=True)
    cells = [pygame.Rect(10, 40 * row, 20, 20) for row in range(1, 4)]
    ends = [End(cell, added) for cell, added in zip(cells, (4.0, -2.0, 0.5), strict=True)]
    Connections(layout).draw(surface, LIGHT, ends, pygame.Rect(250, 80, 20, 20), wide=True)
    widths = []
    for cell, colour in zip(
        cells, (LIGHT.speaks_for, LIGHT.speaks_against, LIGHT.speaks_for), strict=True
    ):
        # Close to the cell, where the line runs to the right.
        column = pygame.surfarray.array3d(surface)[38, cell.top : cell.bottom].astype(float)
        drawn, whole = LIGHT.background - column, np.subtract(LIGHT.background, colour)
        covered = drawn @ whole / (whole @ whole)
        np.testing.assert_allclose(drawn, covered[:, None] * whole, atol=3)  # in no other colour
        widths.append(covered.sum())
    assert widths == pytest.approx([5, 2.5, 1], abs=0.6)


def test_the_legend_speaks_of_values_below_zero_only_where_there_can_be_any():
    for activation in (ReLU, sigmoid):
        net = Net([InLayer(784), Dense(5, activation), Dense(10, softmax)], CrossEntropyLoss)
        assert not can_be_negative(net.layers)
    for activation in (tanh, LeakyReLU):
        net = Net([InLayer(784), Dense(5, activation), Dense(10, softmax)], CrossEntropyLoss)
        assert can_be_negative(net.layers)
    assert can_be_negative(recognizer_of("pooled").layers)  # normalised, then pooled
    layers = [InLayer(shape=IMAGE), Conv2D(4, 3, activation=ReLU), MaxPool2D(), BatchNorm()]
    assert not can_be_negative(made_of([*layers, Flatten(), Dense(10, softmax)]).layers)


@pytest.mark.parametrize(("activation", "low"), [(ReLU, "zero"), (tanh, "below zero")])
def test_the_legend_begins_at_the_least_that_values_can_be(activation, low):
    recognizer, text = (
        made_of([InLayer(784), Dense(5, activation), Dense(10, softmax)]),
        NotedText(),
    )
    panel = NetworkPanel(Layout((1000, 640), network=True), recognizer, text)
    panel.draw(pygame.Surface((1000, 640)), LIGHT)
    assert {"zero", "below zero"} & set(text.words) == {low}
