"""The drawing window, driven by real events and without a display."""

from itertools import combinations

import numpy as np
import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import theme
from app.answer import Answer
from app.bars import Bars
from app.canvas import Canvas
from app.footer import KEYS, Footer
from app.layout import Layout
from app.preview import Preview
from app.sample import sample_events
from app.sheet import Sheet
from app.text import Text, percentage
from app.window import App
from digits.recognizer import Reading

SIZE = (1000, 640)
UNSURE = np.array([1, 0, 1, 31, 0, 42, 2, 0, 17, 6], np.float32) / 100


class FakeRecognizer:
    """Reads any ink as a five, and counts how often."""

    name = "fake"

    def __init__(self) -> None:
        self.calls = 0

    def read(self, ink: np.ndarray) -> Reading | None:
        self.calls += 1
        if not ink.any():
            return None
        return Reading(5, UNSURE, np.full((28, 28), ink.mean(), np.float32))


@pytest.fixture
def app() -> App:
    return App(FakeRecognizer(), SIZE)


def on(app: App, x: float, y: float) -> tuple[int, int]:
    """The window's pixel at a place on the canvas, in units of its side."""
    rect = app.canvas_rect
    return rect.left + int(x * rect.width), rect.top + int(y * rect.height)


def press(app: App, pos: tuple[int, int], button: int = 1) -> None:
    app.handle(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=pos, button=button))


def move(app: App, pos: tuple[int, int], held: bool = True) -> None:
    app.handle(pygame.Event(pygame.MOUSEMOTION, pos=pos, rel=(0, 0), buttons=(int(held), 0, 0)))


def release(app: App, pos: tuple[int, int]) -> None:
    app.handle(pygame.Event(pygame.MOUSEBUTTONUP, pos=pos, button=1))


def key(app: App, key: int) -> None:
    app.handle(pygame.Event(pygame.KEYDOWN, key=key, mod=0, unicode=""))


def picture(app: App, size: tuple[int, int] = SIZE) -> np.ndarray:
    """What the window shows: (width, height, 3)."""
    surface = pygame.Surface(size)
    app.draw(surface)
    return pygame.surfarray.array3d(surface)


def sheet(app: App) -> np.ndarray:
    """What the window shows of the canvas without its edge, as brightness (width, height)."""
    rect = app.canvas_rect.inflate(-2, -2)
    return picture(app)[rect.left : rect.right, rect.top : rect.bottom].mean(axis=2)


def drawn(app: App) -> np.ndarray:
    """Which pixels of the canvas show ink rather than paper."""
    return sheet(app) < np.mean([theme.INK, theme.SHEET])


def test_the_canvas_is_a_square_inside_the_window(app):
    rect = app.canvas_rect
    assert rect.width == rect.height
    assert pygame.Rect((0, 0), SIZE).contains(rect)


def test_nobody_can_move_the_canvas_by_its_rectangle(app):
    app.canvas_rect.move_ip(100, 0)
    assert app.canvas_rect == App(FakeRecognizer(), SIZE).canvas_rect


def test_ink_appears_where_the_mouse_is(app):
    press(app, on(app, 0.25, 0.75))
    x, y = np.argwhere(drawn(app)).mean(axis=0) / app.canvas_rect.width
    assert (x, y) == pytest.approx((0.25, 0.75), abs=0.005)


def test_a_fast_stroke_leaves_no_gap(app):
    press(app, on(app, 0.1, 0.5))
    move(app, on(app, 0.9, 0.5))  # one movement across the canvas
    columns = drawn(app).any(axis=1)
    assert columns[int(0.1 * len(columns)) : int(0.9 * len(columns))].all()


def test_strokes_are_as_wide_as_the_pen(app):
    press(app, on(app, 0.1, 0.5))
    move(app, on(app, 0.9, 0.5))
    middle = drawn(app)[app.canvas_rect.width // 2]
    assert middle.sum() == pytest.approx(theme.PEN_WIDTH * app.canvas_rect.height, abs=1.5)


def test_strokes_are_anti_aliased(app):
    press(app, on(app, 0.1, 0.2))
    move(app, on(app, 0.9, 0.7))
    assert len(np.unique(sheet(app))) > 50


def test_a_click_makes_a_dot(app):
    press(app, on(app, 0.5, 0.5))
    release(app, on(app, 0.5, 0.5))
    radius = theme.PEN_WIDTH / 2 * app.canvas_rect.width
    assert drawn(app).sum() == pytest.approx(np.pi * radius**2, rel=0.05)
    assert app.reading is not None


def test_a_stroke_goes_on_when_the_mouse_leaves_the_window_and_returns(app):
    press(app, on(app, 0.5, 0.2))
    move(app, (-300, 200))
    app.handle(pygame.Event(pygame.WINDOWLEAVE))
    move(app, (-300, 5000))
    assert not drawn(app)[:, -20:].any()
    move(app, on(app, 0.5, 0.8))
    assert drawn(app)[int(0.5 * len(drawn(app))), int(0.8 * len(drawn(app)))]
    move(app, on(app, 0.7, 0.8))
    assert drawn(app)[int(0.6 * len(drawn(app))), int(0.8 * len(drawn(app)))]


def test_a_stroke_ends_where_the_button_is_released(app):
    press(app, on(app, 0.2, 0.2))
    release(app, on(app, 0.2, 0.6))  # the last movement is in the release
    before = drawn(app)
    assert before[:, int(0.4 * len(before))].any()
    move(app, on(app, 0.8, 0.8), held=False)
    assert (drawn(app) == before).all()


@pytest.mark.parametrize("end", ["release outside", "lost release", "focus lost"])
def test_nothing_is_drawn_once_a_stroke_has_ended(app, end):
    press(app, on(app, 0.2, 0.2))
    move(app, (5, 5))
    if end == "release outside":
        release(app, (5, 5))
    elif end == "lost release":
        move(app, on(app, 0.5, 0.5), held=False)
    else:
        app.handle(pygame.Event(pygame.WINDOWFOCUSLOST))
    before = drawn(app)
    move(app, on(app, 0.8, 0.8))
    assert (drawn(app) == before).all()


def test_a_press_outside_the_canvas_starts_nothing(app):
    blank = picture(app)
    press(app, (app.canvas_rect.right + 5, app.canvas_rect.centery))
    move(app, app.canvas_rect.center)
    release(app, app.canvas_rect.center)
    assert (picture(app) == blank).all()
    assert app.reading is None


@pytest.mark.parametrize("button", [2, 3, 4, 5])
def test_only_the_left_button_draws(app, button):
    press(app, on(app, 0.5, 0.5), button)
    move(app, on(app, 0.6, 0.6))
    assert app.reading is None


def test_a_blank_canvas_gives_no_reading_but_an_invitation(app):
    app.update(1 / 60)
    assert app.reading is None
    assert sheet(app).min() < 100  # something is written on it
    blank = picture(app)
    press(app, on(app, 0.01, 0.01))  # in a corner, far from the words
    assert (picture(app) != blank)[
        app.canvas_rect.centerx - 100 : app.canvas_rect.centerx + 100,
        app.canvas_rect.centery - 50 : app.canvas_rect.centery + 50,
    ].any()


def test_space_clears(app):
    blank = picture(app)
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    app.update(1)
    assert app.reading is not None
    assert (picture(app) != blank).any()
    key(app, pygame.K_SPACE)
    assert app.reading is None
    app.update(60)
    assert (picture(app) == blank).all()


def test_space_in_the_middle_of_a_stroke_ends_it(app):
    press(app, on(app, 0.2, 0.2))
    key(app, pygame.K_SPACE)
    move(app, on(app, 0.8, 0.8))
    release(app, on(app, 0.8, 0.8))
    assert app.reading is None


def test_escape_ends(app):
    assert app.running
    key(app, pygame.K_ESCAPE)
    assert not app.running


def test_closing_the_window_ends(app):
    app.handle(pygame.Event(pygame.QUIT))
    assert not app.running


def test_the_reading_is_up_to_date_before_the_next_frame(app):
    press(app, on(app, 0.5, 0.5))
    dot = app.reading.image
    move(app, on(app, 0.5, 0.9))
    assert (app.reading.image > dot).all()


def test_the_network_runs_only_when_the_ink_has_changed():
    recognizer = FakeRecognizer()
    app = App(recognizer, SIZE)

    def frames() -> int:
        before = recognizer.calls
        for _ in range(5):
            app.update(1 / 60)
            picture(app)
        return recognizer.calls - before

    assert frames() == 0
    press(app, on(app, 0.2, 0.2))
    for step in range(10):
        move(app, on(app, 0.2, 0.2 + step / 20))
    assert frames() == 1  # for eleven events
    release(app, on(app, 0.2, 0.65))
    move(app, on(app, 0.9, 0.9), held=False)
    press(app, (5, 5))
    assert frames() == 0
    key(app, pygame.K_SPACE)
    assert frames() == 0


def test_drawing_never_changes_the_state(app):
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    app.update(1 / 60)
    reading, first = app.reading, picture(app)
    for _ in range(3):
        assert (picture(app) == first).all()
    assert app.reading is reading


def test_the_same_strokes_give_the_same_picture():
    pictures = []
    for _ in range(2):
        app = App(FakeRecognizer(), SIZE)
        for event in sample_events(app.canvas_rect):
            app.handle(event)
        app.update(1 / 60)
        pictures.append(picture(app))
    assert (pictures[0] == pictures[1]).all()


@pytest.fixture
def bars() -> Bars:
    pygame.font.init()
    return Bars(Layout(SIZE), Text())


READING = Reading(5, UNSURE, np.zeros((28, 28), np.float32))


def test_bars_move_at_once_but_do_not_jump(bars):
    bars.update(READING, 1 / 60)
    assert ((bars.values > 0) == (UNSURE > 0)).all()
    assert (bars.values <= UNSURE / 2).all()


def test_bars_come_to_rest_at_the_probabilities_and_without_any_at_nothing(bars):
    for target, reading in ((UNSURE, READING), (np.zeros(10), None)):
        for _ in range(60):
            bars.update(reading, 1 / 60)
        assert bars.values == pytest.approx(target, abs=1e-5)


@given(frames=st.lists(st.floats(0, 0.1), min_size=1, max_size=30))
def test_bars_are_where_they_are_whatever_the_frame_rate(frames):
    pygame.font.init()
    many, one = (Bars(Layout(SIZE), Text()) for _ in range(2))
    for seconds in frames:
        many.update(READING, seconds)
    one.update(READING, sum(frames))
    assert many.values == pytest.approx(one.values, abs=1e-5)


def test_bars_are_as_long_as_their_values(bars):
    bars.update(READING, 60)
    pixels = pixels_of(bars, READING)
    for digit, colour in ((3, theme.BAR), (5, theme.ACCENT)):
        line = pixels[bars.rect.left + theme.LABEL_WIDTH :, middle_of_row(bars, digit)]
        length = (line == colour).all(axis=1).sum()
        rest = (line == theme.TRACK).all(axis=1).sum()
        assert length / (length + rest) == pytest.approx(UNSURE[digit], abs=0.02)


def test_the_winner_is_set_off_by_more_than_colour(bars):
    pixels = pixels_of(bars, READING)
    column = (pixels[bars.rect.centerx] == theme.TRACK).all(axis=1)
    half_row = bars.rect.height // 22
    heights = [
        column[middle_of_row(bars, digit) - half_row : middle_of_row(bars, digit) + half_row].sum()
        for digit in range(10)
    ]
    assert heights.count(theme.BAR_HEIGHT) == 9
    assert heights[5] == theme.WINNING_BAR_HEIGHT


def middle_of_row(bars: Bars, digit: int) -> int:
    between = (bars.rect.height - theme.WINNING_BAR_HEIGHT) / 9
    return bars.rect.top + theme.WINNING_BAR_HEIGHT // 2 + round(digit * between)


def pixels_of(widget: Bars, reading: Reading | None) -> np.ndarray:
    surface = pygame.Surface(SIZE)
    widget.draw(surface, reading)
    return pygame.surfarray.array3d(surface)


@pytest.mark.parametrize(
    ("probability", "said"), [(0.42, "42%"), (0.994, "99%"), (0.9951, ">99%"), (1.0, ">99%")]
)
def test_no_percentage_claims_certainty(probability, said):
    assert percentage(probability) == said


def test_a_sheet_shows_an_image_the_right_way_round():
    image = np.zeros((28, 28), np.float32)
    image[3, 20] = 1  # row 3, column 20
    paper = Sheet(28)
    paper.show(image)
    assert paper.surface.get_at((20, 3))[:3] == theme.INK
    assert paper.surface.get_at((3, 20))[:3] == theme.SHEET


sizes = st.tuples(
    st.integers(theme.SMALLEST_SIZE[0], 2560), st.integers(theme.SMALLEST_SIZE[1], 1440)
)


@settings(max_examples=25, deadline=None)
@given(size=sizes, digit=st.integers(0, 9))
def test_widgets_stay_in_the_window_and_apart_and_keep_to_their_places(size, digit):
    pygame.font.init()
    layout, text = Layout(size), Text()
    reading = Reading(digit, np.eye(10, dtype=np.float32)[digit], np.ones((28, 28), np.float32))
    canvas, footer = Canvas(layout, text), Footer(layout, "a long name " * 30, text)
    answer, preview, bars = (kind(layout, text) for kind in (Answer, Preview, Bars))
    bars.update(reading, 60)
    draws = {
        canvas: lambda surface: canvas.draw(surface),
        footer: lambda surface: footer.draw(surface),
        **{
            widget: lambda surface, widget=widget: widget.draw(surface, reading)
            for widget in (answer, preview, bars)
        },
    }

    for widget, draw in draws.items():
        assert pygame.Rect((0, 0), size).contains(widget.rect)
        surface = pygame.Surface(size)
        draw(surface)
        surface.fill("black", widget.rect)
        assert not pygame.surfarray.pixels2d(surface).any(), f"{widget} draws outside its place"
    for one, other in combinations(draws, 2):
        assert not one.rect.colliderect(other.rect)


@given(size=sizes)
def test_words_leave_room_for_what_stands_beside_them(size):
    pygame.font.init()
    layout, text = Layout(size), Text()
    height = layout.type_height(theme.TYPE)
    assert text.width(">99%", height) < layout.scaled(theme.PERCENTAGE_WIDTH)
    assert text.width(KEYS, height) < layout.footer.width // 2 - height


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (theme.INK, theme.SHEET),
        (theme.INK, theme.BACKGROUND),
        (theme.QUIET, theme.SHEET),
        (theme.QUIET, theme.BACKGROUND),
        (theme.ACCENT, theme.BACKGROUND),
        (theme.SHEET, theme.ACCENT),
    ],
)
def test_text_can_be_read(text, ground):
    """WCAG 2.2, AA: a contrast of at least 4.5 to 1."""
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("colour", [theme.BAR, theme.ACCENT])
def test_bars_can_be_told_from_what_they_run_in(colour):
    """WCAG 2.2, AA: graphics need a contrast of at least 3 to 1."""
    assert contrast(colour, theme.TRACK) >= 3


def contrast(one: theme.Colour, other: theme.Colour) -> float:
    """The ratio of two colours' relative luminances, as WCAG 2.2 defines it."""

    def luminance(colour: theme.Colour) -> float:
        channels = np.array(colour) / 255
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        return float(linear @ (0.2126, 0.7152, 0.0722))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
