import numpy as np
import pytest

from digits.drawing.retrace import retrace
from digits.learning import constructed
from digits.learning.paths import box, on_sheet, parse, proportions
from digits.recognizer import SHIPPED_MODEL
from nn.nets import Net

KINDS = constructed.TRAINED | constructed.HELD_OUT
FIGURES = {
    "blocks": constructed.BLOCKS,
    "curves": constructed.CURVES,
    "other blocks": constructed.OTHER_BLOCKS,
    "other curves": constructed.OTHER_CURVES,
}


def holes(image):
    """How many areas of paper the ink encloses: two in an 8, none in a 1."""
    paper = np.pad(image < 0.35, 1, constant_values=True)
    areas = 0
    while paper.any():
        areas += 1
        reached = [tuple(np.argwhere(paper)[0])]
        while reached:
            row, column = reached.pop()
            if paper[row, column]:
                paper[row, column] = False
                beside = (
                    (row + 1, column),
                    (row - 1, column),
                    (row, column + 1),
                    (row, column - 1),
                )
                reached += [
                    (r, c)
                    for r, c in beside
                    if r < len(paper) and c < len(paper) and min(r, c) >= 0
                ]
    return areas - 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("label", range(10))
def test_every_digit_can_be_constructed_higher_than_wide_and_seen(kind, label):
    for seed in range(10):
        paths = KINDS[kind](label, np.random.default_rng(seed))
        low, high = box(paths)
        width, height = high - low
        assert 0.7 < height < 1.5
        assert width < 1.5 * height
        assert retrace(on_sheet(paths)).max() == 1


@pytest.mark.parametrize(("label", "expected"), [(0, {1, 2}), (1, {0}), (8, {2}), (7, {0})])
@pytest.mark.parametrize("kind", FIGURES)
def test_figures_enclose_as_much_paper_as_their_digit(kind, label, expected):
    for text in FIGURES[kind][label]:
        image = retrace(on_sheet([path * [0.7, 1] for path in parse(text)]), 0.07)
        assert holes(image) in expected, text


@pytest.mark.parametrize("kind", [*FIGURES, "bars"])
def test_the_shipped_model_reads_every_figure_as_its_digit(kind):
    lit = {
        label: [";".join(map(constructed.BARS.get, bars)) for bars in some]
        for label, some in constructed.LIT.items()
    }
    figures = FIGURES.get(kind, lit)
    texts = [(label, text) for label in range(10) for text in figures[label]]
    images = [retrace(on_sheet([path * [0.6, 1] for path in parse(text)])) for _, text in texts]
    answers = Net.load_model(SHIPPED_MODEL).predict(np.array(images)).argmax(axis=1)
    assert not [some for some, read in zip(texts, answers, strict=True) if some[0] != read]


def test_lines_that_meet_still_meet_when_their_corners_are_moved():
    for seed in range(20):
        change = proportions(np.random.default_rng(seed), constructed.WIDTHS)
        first, second = parse("0,0 10,10; 10,10 0,10", change)
        np.testing.assert_array_equal(first[-1], second[0])


def test_bars_light_as_a_display_does():
    lit = {label: {frozenset(bars) for bars in some} for label, some in constructed.LIT.items()}
    every = [bars for some in lit.values() for bars in some]
    assert len(set(every)) == len(every), "two digits would look the same"
    for label, some in lit.items():
        for bars in some:
            for other, others in lit.items():
                assert label == other or bars not in others


def test_the_pen_is_lifted_between_bars():
    for seed in range(20):
        paths = constructed.bars(8, np.random.default_rng(seed))
        assert [len(path) for path in paths] == [2] * 7


def test_held_out_figures_are_others():
    for trained, held_out in (
        (constructed.BLOCKS, constructed.OTHER_BLOCKS),
        (constructed.CURVES, constructed.OTHER_CURVES),
    ):
        assert trained.keys() == held_out.keys() == set(range(10))
        for label in range(10):
            assert not set(trained[label]) & set(held_out[label])


@pytest.mark.parametrize("label", range(10))
def test_every_drawing_differs_and_the_same_seed_repeats_it(label):
    def image(seed):
        return retrace(constructed.draw(label, np.random.default_rng(seed))).tobytes()

    assert image(1) == image(1)
    assert len({image(seed) for seed in range(8)}) == 8


def test_proportions_range_from_narrow_to_wide():
    generator = np.random.default_rng(0)
    widths = []
    for _ in range(60):
        low, high = box(constructed.bars(8, generator))
        widths.append(np.divide(*(high - low)))
    assert min(widths) < 0.5
    assert max(widths) > 0.9
