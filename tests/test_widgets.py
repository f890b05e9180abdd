"""The widgets: what each draws, and that it draws nothing elsewhere."""

from unittest.mock import Mock

import numpy as np
import pygame
import pytest
from hand import SIZE, UNSURE, number, reading
from hypothesis import given
from hypothesis import strategies as st

from app.reading.answer import Answer, best_guesses
from app.reading.bars import Bars
from app.style import icons, theme
from app.style.icons import icon_surface
from app.style.layout import Layout
from app.style.sheet import Sheet
from app.style.text import MOST_LINES, Text, percentage
from app.style.theme import LIGHT
from digits.recognizer import Reading


@pytest.fixture
def text() -> Text:
    pygame.font.init()
    return Text()


@pytest.fixture
def bars(text) -> Bars:
    return Bars(Layout(SIZE), text, int, int)


READING = reading(5)


def test_bars_move_at_once_but_do_not_jump(bars):
    assert bars.update(READING, 1 / 60)
    assert ((bars.values > 0) == (UNSURE > 0)).all()
    assert (bars.values <= UNSURE / 2).all()


def test_bars_come_to_rest_at_the_probabilities_and_without_any_at_nothing(bars):
    for target, shown in ((UNSURE, READING), (np.zeros(10), None)):
        for _ in range(60):
            bars.update(shown, 1 / 60)
        assert (bars.values == target).all()
        assert not bars.update(shown, 1 / 60)


@given(frames=st.lists(st.floats(0, 0.1), min_size=1, max_size=30))
def test_bars_are_where_they_are_whatever_the_frame_rate(frames):
    pygame.font.init()
    many, one = (Bars(Layout(SIZE), Text(), int, int) for _ in range(2))
    for seconds in frames:
        many.update(READING, seconds)
    one.update(READING, sum(frames))
    assert many.values == pytest.approx(one.values, abs=1.5 * theme.SETTLED)


def test_bars_are_as_long_as_their_values(bars):
    bars.update(READING, 60)
    pixels = pixels_of(bars, READING)
    for digit, colour in ((3, LIGHT.bar), (5, LIGHT.accent)):
        line = pixels[bars.rect.left + theme.LABEL_WIDTH :, middle_of_row(bars, digit)]
        length = (line == colour).all(axis=1).sum()
        rest = (line == LIGHT.track).all(axis=1).sum()
        assert length / (length + rest) == pytest.approx(UNSURE[digit], abs=0.02)


def test_the_winner_is_set_off_by_more_than_colour(bars):
    pixels = pixels_of(bars, READING)
    column = (pixels[bars.rect.centerx] == LIGHT.track).all(axis=1)
    half_row = bars.rect.height // 22
    heights = [
        column[middle_of_row(bars, digit) - half_row : middle_of_row(bars, digit) + half_row].sum()
        for digit in range(10)
    ]
    assert heights.count(theme.BAR_HEIGHT) == 9
    assert heights[5] == theme.WINNING_BAR_HEIGHT


def test_every_place_among_the_bars_belongs_to_the_nearest(bars):
    x = bars.rect.centerx
    for digit in range(10):
        assert bars.digit_at((x, middle_of_row(bars, digit))) == digit
        assert bars.digit_at((bars.rect.right + 1, middle_of_row(bars, digit))) is None
    assert all(bars.digit_at((x, y)) is not None for y in range(bars.rect.top, bars.rect.bottom))
    assert bars.digit_at((x, bars.rect.top - 1)) is bars.digit_at((x, bars.rect.bottom)) is None


def middle_of_row(bars: Bars, digit: int) -> int:
    between = (bars.rect.height - theme.WINNING_BAR_HEIGHT) / 9
    return bars.rect.top + theme.WINNING_BAR_HEIGHT // 2 + round(digit * between)


def pixels_of(widget: Bars | Answer, shown: Reading | None) -> np.ndarray:
    surface = pygame.Surface(SIZE)
    widget.draw(surface, LIGHT, shown)
    return pygame.surfarray.array3d(surface)


@pytest.mark.parametrize(
    ("shares", "guesses"),
    [
        ({4: 0.4, 9: 0.5, 1: 0.1}, "9 or 4"),
        ({8: 0.97}, "8"),
        ({2: 0.3, 7: 0.3}, "2 or 7"),
        ({digit: 0.1 for digit in range(10)}, "not a digit"),
        ({1: 0.4, 3: 0.1, 5: 0.1, 7: 0.1}, "not a digit"),
        ({6: 0.2, 0: 0.2, 8: 0.2, 5: 0.2}, "not a digit"),
    ],
)
def test_an_unsure_answer_names_the_best_guesses(shares, guesses):
    probabilities = np.zeros(10, np.float32)
    for digit, share in shares.items():
        probabilities[digit] = share
    digit = int(probabilities.argmax())
    unsure = Reading(digit, probabilities, np.zeros((28, 28), np.float32), sure=False)
    assert best_guesses(unsure) == guesses


@pytest.mark.parametrize("sure", [True, False])
def test_a_digit_of_the_answer_is_selected_by_pointing_at_it_where_it_is_shown(sure):
    select, layout = Mock(), Layout(SIZE)
    answer, shown = Answer(layout, Text(), select), number(reading(5, sure), reading(3, sure))
    answer.update(shown, shown.digits[0])
    left, y = layout.answer.midleft
    for x in range(left, layout.answer.right, 9):
        answer.handle(pygame.Event(pygame.MOUSEMOTION, pos=(x, y)))
    assert {call.args[0] for call in select.call_args_list} == set(shown.digits if sure else ())


@pytest.mark.parametrize(
    ("probability", "said"), [(0.42, "42%"), (0.994, "99%"), (0.9951, ">99%"), (1.0, ">99%")]
)
def test_no_percentage_claims_certainty(probability, said):
    assert percentage(probability) == said


def test_a_sheet_shows_an_image_the_right_way_round():
    image = np.zeros((28, 28), np.float32)
    image[3, 20] = 1  # row 3, column 20
    paper, surface = Sheet(28), pygame.Surface((56, 56))
    paper.show(image)
    paper.draw(surface, LIGHT, surface.get_rect())
    assert surface.get_at((40, 6))[:3] == surface.get_at((41, 7))[:3] == LIGHT.ink
    assert surface.get_at((6, 40))[:3] == LIGHT.sheet


words = st.text(st.characters(codec="ascii", categories=["L", "Zs"]), max_size=120)


@given(string=words, room=st.integers(60, 400))
def test_wrapped_lines_fit_and_hold_all_the_words(string, room):
    pygame.font.init()
    text = Text()
    lines = text.wrapped(string, 10, room)
    assert all(text.width(line, 10) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(string.split())


@given(string=words, room=st.integers(60, 400))
def test_a_line_is_shortened_only_as_far_as_it_must_be(string, room):
    pygame.font.init()
    text = Text()
    line = text.shortened(string, 10, room)
    assert text.width(line, 10) <= room
    if text.width(string, 10) <= room:
        assert line == string
    else:
        kept = line.removesuffix("…")
        assert line == kept + "…" and string.startswith(kept)
        assert text.width(string[: len(kept) + 1] + "…", 10) > room


def test_a_files_name_that_is_no_text_is_drawn_with_escapes(text):
    surface = pygame.Surface((200, 20))
    name = "7-\udcff\n.json"  # as os.fsdecode makes it of the byte ff
    assert text.width(name, 9) == text.width(r"7-\udcff\n.json", 9)
    text.draw(surface, name, 9, LIGHT.ink, topleft=(0, 0))
    for line in (text.shortened(name, 9, 30), *text.wrapped(name, 9, 30)):
        text.draw(surface, line, 9, LIGHT.ink, topleft=(0, 0))


def test_text_keeps_a_bounded_number_of_lines(text):
    surface = pygame.Surface((10, 10))
    for line in range(2 * MOST_LINES):
        text.draw(surface, str(line), 9, LIGHT.ink, topleft=(0, 0))
    assert text._line.cache_info().currsize == MOST_LINES


@pytest.mark.parametrize("name", [name for name in vars(icons) if name.isupper() and len(name) > 4])
@pytest.mark.parametrize("side", [15, 23, 80])
def test_icons_are_whole(name, side):
    """Nothing of an icon is cut off, and something of it reaches each half."""
    alpha = pygame.surfarray.array_alpha(icon_surface(getattr(icons, name), side, LIGHT.ink))
    border = np.concatenate([alpha[[0, -1]].ravel(), alpha[:, [0, -1]].ravel()])
    assert border.max() < 200
    assert alpha[: side // 2].any() and alpha[side // 2 :].any()
