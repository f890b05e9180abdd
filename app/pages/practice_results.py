"""How well a person's digits are read: the results of a practice sheet, and what teaching gains."""

import pygame

from app.controls.action import written
from app.pages.page import Page
from app.pages.thumbnail import draw_thumbnail
from app.sheet.files import Files
from app.sheet.teacher import Teacher
from app.style import theme
from app.style.layout import Layout
from app.style.theme import Palette
from digits import program
from digits.recognizer.practice import Attempt, Practice

COLUMNS, ROWS = 10, 2
FOR_GOOD = f"For good, in the model itself:  {program.TRAIN_COMMAND} --start MODEL --own DIR"


class PracticeResults(Page):
    """The digits drawn, with the misreadings.

    Enter or a click teaches the misread ones, then all are counted again; S saves all.
    """

    def __init__(self, practice: Practice, files: Files, teacher: Teacher) -> None:
        super().__init__()
        self._practice = practice
        self._files, self._teacher = files, teacher
        self._after: list[bool] | None = None  # whether each is read right after teaching
        self._is_saved = False
        right, count = len(practice.attempts) - len(practice.misread), len(practice.attempts)
        self.title = f"{right} of {count} read right"

    def _size(self, layout: Layout) -> tuple[int, int]:
        width = round(theme.RESULTS_WIDTH * layout.window.width)
        inside = width - 2 * self._padding
        self._line = round(theme.BUTTON_LINE * self._type)
        self._notes = self._text.wrapped(FOR_GOOD, self._type, inside)
        notes = len(self._notes) * round(theme.LINE_HEIGHT * self._type)
        around = self._title_type + 3 * self._padding + 2 * self._line + notes
        gap, below = max(layout.scaled(theme.THUMBNAIL_GAP), 2), self._padding + 2 * self._type
        room = (layout.window.height - around) // ROWS - below + gap
        self._pitch = max(min(inside // COLUMNS, room), 2 * gap)
        self._side = self._pitch - gap
        self._row = self._side + below
        return width, around + ROWS * self._row

    def _buttons(self) -> list[tuple[str, str, pygame.Rect]]:
        """The verb, the label and the rectangle (in the window) of each button."""
        misread = self._practice.misread
        words = {}
        if misread and self._after is None:
            them = "the one misread" if len(misread) == 1 else f"the {len(misread)} misread"
            words["teach"] = f"Enter  ·  Teach {them}"
        if not self._is_saved:
            words["save"] = "S  ·  Save all, labelled"
        words["close"] = "ESC  ·  Close"
        left, top = self.rect.left + self._padding, self._below()
        buttons = []
        for verb, text in words.items():
            width = self._text.width(text, self._type) + self._padding
            rect = pygame.Rect(left, top, width, self._line - self._padding // 2)
            buttons.append((verb, text, rect))
            left = rect.right + self._padding // 2
        return buttons

    def _below(self) -> int:
        """The bottom of the thumbnails and of the line below them."""
        head = self._title_type + 2 * self._padding
        return self.rect.top + head + ROWS * self._row + self._line

    def _act(self, event: pygame.Event) -> None:
        keys = {pygame.K_RETURN: "teach", pygame.K_KP_ENTER: "teach", pygame.K_ESCAPE: "close"}
        if event.type == pygame.KEYDOWN:
            self._do("save" if written(event) == "S" else keys.get(event.key))
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == pygame.BUTTON_LEFT:
            for verb, _, rect in self._buttons():
                if rect.collidepoint(event.pos):
                    self._do(verb)

    def _do(self, verb: str | None) -> None:
        if verb not in [name for name, _, _ in self._buttons()]:
            return
        if verb == "close":
            self.close()
        elif verb == "save":
            self._is_saved = self._files.save_all(one.drawing for one in self._practice.attempts)
        else:
            self._teacher.teach_all(one.drawing for one in self._practice.misread)
            self._after = self._practice.read_again(self._teacher.recognizer)

    def _draw_inside(self, surface: pygame.Surface, palette: Palette) -> None:
        left, top = self.rect.left + self._padding, self.rect.top + self._padding
        draw = self._text.draw
        draw(surface, self.title, self._title_type, palette.ink, topleft=(left, top))
        top += self._title_type + self._padding
        for number, attempt in enumerate(self._practice.attempts):
            row, column = divmod(number, COLUMNS)
            corner = left + column * self._pitch, top + row * self._row
            self._draw_attempt(surface, palette, attempt, pygame.Rect(corner, (self._side,) * 2))
        line = left, self._below() - self._line
        draw(surface, self._summary(), self._type, palette.ink, topleft=line)
        for verb, text, rect in self._buttons():
            ground, words = palette.track, palette.ink
            if verb == "teach":
                ground, words = palette.accent, palette.sheet
            pygame.draw.rect(surface, ground, rect)
            place = rect.left + self._padding // 2, rect.centery
            draw(surface, text, self._type, words, midleft=place)
        y = self._below() + self._line + self._padding // 2
        for number, note in enumerate(self._notes):
            place = left, y + number * round(theme.LINE_HEIGHT * self._type)
            draw(surface, note, self._type, palette.quiet, topleft=place)

    def _draw_attempt(
        self, surface: pygame.Surface, palette: Palette, attempt: Attempt, place: pygame.Rect
    ) -> None:
        draw_thumbnail(surface, palette, place, attempt.reading.image)
        below = place.left, place.bottom + self._padding // 4
        text, colour = str(attempt.drawing.label), palette.quiet
        if not attempt.is_right:
            shown = attempt.reading.digit if attempt.reading.sure else "?"
            text, colour = f"{text} as {shown}", palette.accent
            pygame.draw.rect(surface, palette.accent, place, 2)
        text = self._text.shortened(text, self._type, self._pitch)
        self._text.draw(surface, text, self._type, colour, topleft=below)

    def _summary(self) -> str:
        count = len(self._practice.attempts)
        if self._after is not None:
            right = f"{sum(self._after)} of {count}"
            return f"With what it learned: {right}, each read without its own lesson"
        if self._practice.misread:
            return "Once taught, they and drawings like them are read right"
        return "Nothing to teach here"
