"""The layout: at every size everything is inside the window, apart, and large enough to read."""

from itertools import combinations
from unittest.mock import Mock

import numpy as np
import pygame
import pytest
from hand import FakeRecognizer, number
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.controls.footer import HELP, Footer
from app.controls.notice import Notice
from app.controls.tooltip import Tooltip
from app.inside.network_panel import NetworkPanel
from app.pages.help import Help
from app.reading.answer import Answer
from app.reading.bars import Bars
from app.reading.preview import Preview
from app.sheet.canvas import Canvas
from app.sheet.pen import Pen
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import DARK, LIGHT, Colour
from app.window import App
from digits.drawing import Drawing
from digits.recognizer import Reading, Recognizer

LARGEST = 3840, 2160
sizes = st.tuples(
    st.integers(theme.SMALLEST_SIZE[0], LARGEST[0]), st.integers(theme.SMALLEST_SIZE[1], LARGEST[1])
)
SHAPES = ((640, 480), (1000, 640), LARGEST, (640, 2160), (3840, 480), (900, 900), (700, 1000))
PLACES = "toolbar", "canvas", "answer", "preview", "bars", "footer", "network"


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


@settings(max_examples=300)
@given(size=sizes, network=st.booleans())
def test_places_are_inside_the_window_and_apart(size, network):
    layout = Layout(size, network)
    places = [getattr(layout, name) for name in PLACES if getattr(layout, name) is not None]
    assert len(places) == 6 + network
    for place in places:
        assert place.width > 0 and place.height > 0
        assert layout.window.contains(place)
    for one, other in combinations(places, 2):
        assert not one.colliderect(other)


@given(size=sizes, network=st.booleans())
def test_the_composition_fits_the_window_and_the_canvas_has_a_good_part_of_it(size, network):
    layout = Layout(size, network)
    places = [getattr(layout, name) for name in PLACES if getattr(layout, name) is not None]
    whole = places[0].unionall(places[1:])
    room = [have - need for have, need in zip(size, whole.size, strict=True)]
    assert min(room) <= 3 * layout.scaled(theme.MARGIN)  # one side is used to the full
    left, top = whole.topleft
    assert abs(2 * left - room[0]) <= 4 and abs(2 * top - room[1]) <= 4  # and it is centred
    assert layout.canvas.width >= (0.46 if network else 0.7) * min(size) * 0.75


@given(size=sizes)
@example((640, 646))
def test_buttons_are_inside_the_toolbar_apart_and_large_enough_to_hit(size):
    toolbar = App(FakeRecognizer(), size).toolbar
    rects = [button.rect for button in toolbar.buttons]
    assert all(toolbar.rect.contains(rect) for rect in rects)
    assert not any(one.colliderect(other) for one, other in combinations(rects, 2))
    assert all(min(rect.size) >= 24 for rect in rects)  # WCAG 2.2, AA


@settings(max_examples=20)
@given(size=sizes, network=st.booleans(), count=st.integers(1, 12))
@example((3840, 480), False, 3)
def test_the_answers_digits_are_as_large_as_fits(size, network, count):
    pygame.font.init()
    layout, text = Layout(size, network), Text()
    answer = Answer(layout, text, Mock())
    height, largest = answer._fitting(count), answer._fitting(1)
    assert height == 1 or text.width("0" * count, height) <= answer.rect.width
    assert height == largest or text.width("0" * count, height + 1) > answer.rect.width


@settings(max_examples=10)
@given(
    size=sizes,
    network=st.booleans(),
    digit=st.integers(0, 9),
    sure=st.booleans(),
    count=st.integers(1, 12),
)
@example((640, 480), True, 4, False, 1)
@example((700, 1000), True, 4, False, 1)
@example((640, 480), True, 4, True, 20)
def test_widgets_draw_nothing_outside_their_places(recognizer, size, network, digit, sure, count):
    pygame.font.init()
    layout, text = Layout(size, network), Text()
    shown = Reading(digit, np.eye(10, dtype=np.float32)[digit], np.ones((28, 28), np.float32), sure)
    canvas = Canvas(layout, text, Drawing(), Pen())
    canvas.handle(pygame.Event(pygame.MOUSEMOTION, pos=canvas.rect.topleft, buttons=(0, 0, 0)))
    recognizer.name = "a long name " * 30
    footer, toolbar = Footer(layout, text, recognizer), App(recognizer, size).toolbar
    answer, bars = Answer(layout, text, Mock()), Bars(layout, text, Mock(), Mock())
    preview = Preview(layout, text)
    bars.update(shown, 60)
    written = number(*[shown] * count)
    answer.update(written, written.digits[-1])
    draws = {widget: (LIGHT,) for widget in (footer, answer)}
    draws |= {widget: (LIGHT, shown) for widget in (preview, bars)}
    draws[canvas] = LIGHT, written.digits[-1]
    if network:
        draws[NetworkPanel(layout, recognizer, text)] = (LIGHT,)
    else:
        draws[toolbar] = (LIGHT,)

    named = {canvas: {"invites": True}}
    for widget, arguments in draws.items():
        surface = pygame.Surface(size)
        widget.draw(surface, *arguments, **named.get(widget, {}))
        surface.fill("black", widget.rect)
        assert not pygame.surfarray.pixels2d(surface).any(), f"{widget} draws outside its place"


@given(size=sizes, network=st.booleans())
def test_words_leave_room_for_what_stands_beside_them(size, network):
    pygame.font.init()
    layout, text = Layout(size, network), Text()
    height = layout.type_height(theme.TYPE)
    assert text.width(">99%", height) < layout.scaled(theme.PERCENTAGE_WIDTH)
    assert text.width(HELP, height) < layout.footer.width // 2 - height
    guesses = text.width("0 or 8", layout.type_height(theme.PERCENTAGE_TYPE))
    assert guesses <= layout.answer.width


@settings(max_examples=20)
@given(size=sizes, network=st.booleans())
@example((640, 480), True)
def test_help_tooltips_and_notices_fit_the_window(size, network):
    app = App(FakeRecognizer(), size)
    layout = Layout(size, network)
    pygame.font.init()
    text = Text()
    page = Help(app.actions)
    page.arrange(layout, text)
    assert layout.window.contains(page.rect)

    tooltip = Tooltip(layout, text)
    for button in app.toolbar.buttons:
        width = text.width(button.action.name, layout.type_height(theme.TYPE))
        width += text.width(button.action.hint, layout.type_height(theme.TYPE))
        assert button.rect.right + width + 5 * layout.scaled(theme.PADDING) < size[0]
        tooltip.update(button, 0)

    notice, surface = Notice(Drawing()), pygame.Surface(size)
    notice.say("Not saved: can't write to " + "/a-very-long-name" * 20 + ": no")
    notice.draw(surface, LIGHT, layout, text)
    drawn = pygame.mask.from_threshold(surface, LIGHT.ink, (1, 1, 1)).get_bounding_rects()
    assert drawn and all(layout.window.contains(rect) for rect in drawn)
    assert max(rect.height for rect in drawn) < size[1] * 2 // 5
    assert not any(rect.colliderect(layout.bars) for rect in drawn)


TEXTS = [
    ("ink", "sheet"),
    ("ink", "background"),
    ("ink", "track"),
    ("quiet", "sheet"),
    ("quiet", "background"),
    ("quiet", "track"),
    ("accent", "background"),
    ("sheet", "accent"),
    ("sheet", "ink"),
    ("on_ink", "ink"),
    ("speaks_for", "sheet"),
    ("speaks_against", "sheet"),
]
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# Machado, Oliveira and Fernandes 2009, for who lacks one kind of cones.
COLOUR_BLIND = {
    "deuteranopia": np.array(
        [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]
    ),
    "protanopia": np.array(
        [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]
    ),
}
GRAPHICS = [
    ("bar", "track"),
    ("accent", "track"),
    ("ink", "edge"),  # icons
    ("speaks_for", "sheet"),
    ("speaks_against", "sheet"),
]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(palette, text, ground):
    """WCAG 2.2, AA: a contrast of at least 4.5 to 1."""
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("part", "ground"), GRAPHICS)
def test_graphics_can_be_told_from_what_they_stand_on(palette, part, ground):
    """WCAG 2.2, AA: graphics that mean something need a contrast of at least 3 to 1."""
    assert contrast(getattr(palette, part), getattr(palette, ground)) >= 3


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", COLOUR_BLIND)
def test_for_and_against_can_be_told_apart_without_red_or_green(palette, sight):
    """A difference of 2.3 in CIELAB is just noticed; by 50 they are as blue and orange."""
    seen = [
        lab(np.clip(COLOUR_BLIND[sight] @ linear(colour), 0, 1))
        for colour in (palette.speaks_for, palette.speaks_against)
    ]
    assert np.linalg.norm(seen[0] - seen[1]) > 50


def contrast(one: Colour, other: Colour) -> float:
    """The ratio of two colours' relative luminances, as WCAG 2.2 defines it."""

    low, high = sorted(float(linear(colour) @ XYZ[1]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def linear(colour: Colour) -> np.ndarray:
    """The light of an sRGB colour's channels, 0..1."""
    channels = np.array(colour) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """CIELAB's L, a, b."""
    x, y, z = np.cbrt(XYZ @ light / XYZ.sum(axis=1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
