"""Where feature maps stand: of any network, in any rectangle."""

from itertools import chain, pairwise

import numpy as np
import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.inside.map_grid import MapGrid
from app.inside.stage import Stage, stages
from app.style import theme
from nn.activation_functions import ReLU, softmax
from nn.layers import BatchNorm, Conv2D, Dense, Dropout, Flatten, InLayer, MaxPool2D
from nn.nets import connect
from training.recipes import RECIPES

LINE = 17


def built(*layers) -> list:
    connect(layers)
    return list(layers)


def grid(some: list[Stage], size: tuple[int, int], wide: bool, scale: float = 1) -> MapGrid:
    return MapGrid(some, size, wide, lambda length: round(length * scale), LINE, lambda stage: 90)


def outputs(number: int = 10) -> Stage:
    return Stage("Dense", 9, number, 1, 1)


POOLED = built(
    InLayer(shape=(28, 28, 1)),
    Conv2D(24, 5, activation=ReLU),
    MaxPool2D(),
    Conv2D(32, 3, activation=ReLU),
    MaxPool2D(),
    Flatten(),
    Dense(256, ReLU),
    Dropout(0.4),
    Dense(10, softmax),
)


def test_stages_are_the_layers_that_make_something_new():
    found = [(stage.name, stage.size, stage.layer) for stage in stages(POOLED)]
    assert found == [
        ("Conv2D 1", "24 · 24×24", 1),
        ("MaxPool2D 1", "24 · 12×12", 2),
        ("Conv2D 2", "32 · 10×10", 3),
        ("MaxPool2D 2", "32 · 5×5", 4),
        ("Dense 1", "256 units", 6),
        ("Dense 2", "10 units", 8),
    ]


def test_what_is_normalised_is_shown_once():
    convolution = Conv2D(8, 3)
    layers = built(InLayer(shape=(28, 28, 1)), convolution, BatchNorm(), Flatten(), Dense(10))
    assert [(stage.name, stage.layer) for stage in stages(layers)] == [("Conv2D", 1), ("Dense", 4)]


def test_maps_and_units_have_names():
    first, *_, last = stages(POOLED)
    assert first.map_name(7) == "Conv2D 1, map 7"
    assert last.map_name(7) == "Dense 2, unit 7"


@pytest.mark.parametrize(("size", "wide"), [((888, 156), True), ((344, 528), False)])
def test_every_layer_of_the_shipped_network_is_shown_clearly_in_full_lines(size, wide):
    shipped = stages(built(*RECIPES["inkling"].layers()))
    placed = grid(shipped, size, wide).pages[0]
    assert [stage.stage.name for stage in placed] == [stage.name for stage in shipped]
    for stage in placed[:-1]:
        assert stage.stage.is_units or min(stage.maps[0].size) >= theme.CLEAR_MAP
        lines = [(cell.left if wide else cell.top) for cell in stage.maps]
        assert len({lines.count(line) for line in lines}) == 1
        across = [(cell.bottom if wide else cell.right) for cell in stage.maps]
        assert max(across) == (size[1] if wide else size[0])  # from edge to edge


def test_maps_are_left_out_rather_than_unclear_and_unclear_rather_than_none():
    some = [Stage("Conv2D", 0, 128, 28, 28), outputs()]
    per_line = (344 + theme.MAP_GAP) // (theme.CLEAR_MAP + theme.MAP_GAP)
    lines = -(-128 // per_line)
    pitch = (344 + theme.MAP_GAP) // per_line
    need = LINE * 2 + lines * pitch - theme.MAP_GAP + theme.STAGE_GAP + theme.OUTPUTS_LENGTH
    for height, shown in ((need, 128), (need - 1, (lines - 1) * per_line)):
        placed = grid(some, (344, height), wide=False).pages[0][0]
        assert len(placed.maps) == placed.stage.shown == shown
        assert placed.maps[0].height >= theme.CLEAR_MAP
    assert placed.stage.hidden == 128 - (lines - 1) * per_line
    low = LINE * 2 + theme.SMALLEST_MAP + theme.STAGE_GAP + theme.OUTPUTS_LENGTH
    placed = grid(some, (344, low), wide=False).pages[0][0]
    assert theme.SMALLEST_MAP <= placed.maps[0].height < theme.CLEAR_MAP


def test_pools_make_room_for_what_is_learned():
    some = [Stage("Conv2D", 0, 24, 24, 24), Stage("Pool", 1, 24, 12, 12, pooled=True), outputs()]
    high = grid(some, (344, 240), wide=False).pages[0]
    low = grid(some, (344, 150), wide=False).pages[0]
    assert [len(placed.maps) for placed in high] == [24, 24, 10]
    assert [placed.stage.name for placed in low] == ["Conv2D", "Dense"]
    assert low[0].maps[0].height > theme.CLEAR_MAP


def test_layers_share_the_room():
    some = [Stage("Conv2D", i, 24, 24, 24) for i in range(3)]
    for wide, size in ((True, (900, 200)), (False, (300, 560))):
        placed = grid([*some, outputs()], size, wide).pages[0]
        sides = [stage.maps[0].height for stage in placed[:-1]]
        assert min(sides) > max(max(sides) / 2, 2 * theme.SMALLEST_MAP)


maps = st.builds(
    Stage,
    name=st.just("Layer 1"),
    layer=st.just(0),
    maps=st.integers(1, 300),
    height=st.integers(1, 28),
    width=st.integers(1, 28),
    pooled=st.booleans(),
)


@settings(max_examples=60)
@given(
    some=st.lists(maps, max_size=12),
    size=st.tuples(st.integers(120, 1600), st.integers(100, 1200)),
    wide=st.booleans(),
    scale=st.sampled_from([0.7, 1, 2.3]),
)
def test_maps_stay_inside_apart_and_large_enough_to_see(some, size, wide, scale):
    placed = grid([*some, outputs()], size, wide, scale).pages[0]
    for stage in placed[:-1]:
        smallest = theme.SMALLEST_UNIT if stage.stage.is_units else theme.SMALLEST_MAP
        assert 0 < len(stage.maps) == stage.stage.shown <= stage.stage.maps
        assert all(min(cell.size) >= smallest for cell in stage.maps)
    covered = np.zeros(size, int)
    for stage in placed:
        for cell in stage.maps:
            assert pygame.Rect((0, 0), size).contains(cell)
            covered[cell.left : cell.right, cell.top : cell.bottom] += 1
    assert covered.max(initial=0) <= 1
    for one, other in pairwise(placed):
        end = pygame.Rect(one.maps[0]).unionall(one.maps)
        gap = other.title[0] - end.right if wide else other.title[1] - end.bottom
        assert gap >= round(theme.STAGE_GAP * scale)
    titles = [stage.title for stage in placed]
    assert not any(covered[x : x + 9, y : y + 9].any() for x, y in titles)


@given(size=st.tuples(st.integers(200, 1000), st.integers(100, 1000)))
def test_more_room_never_shows_less(size):
    some = stages(POOLED)
    width, height = size
    for wide, larger in ((True, (width + 40, height)), (False, (width, height + 40))):
        assert len(grid(some, larger, wide).pages[0]) >= len(grid(some, size, wide).pages[0])


def test_each_page_begins_with_the_last_stage_of_the_one_before():
    some = [Stage(f"Conv2D {i}", i, 96, 28, 28) for i in range(9)]
    pages = grid([*some, outputs()], (500, 120), wide=True).pages
    names = [[placed.stage.name for placed in page[:-1]] for page in pages]
    assert len(pages) > 2
    for before, after in pairwise(names):
        assert after[0] == before[-1] and len(after) > 1
    assert list(dict.fromkeys(chain(*names))) == [stage.name for stage in some]


def test_where_all_is_shown_there_is_one_page():
    assert len(grid(stages(POOLED), (1600, 300), wide=True).pages) == 1
