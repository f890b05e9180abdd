"""The lessons page shows every drawing that was taught, to be looked at and taken back."""

from collections.abc import Callable
from datetime import datetime

import pygame

from app.pages.page import Page
from app.pages.thumbnail import draw_thumbnail
from app.sheet.teacher import Teacher
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette
from digits.drawing.saved_drawings import SavedDrawingError
from digits.recognizer.memory import Lesson

EMPTY = (
    "Nothing yet. Draw a digit; if it is misread, press the key of the digit that it is, or click "
    "on its bar. From then on, it and drawings like it are read as that digit. P asks for twenty "
    "digits and counts how many are read right."
)
HINT = "Click on a drawing to take it back  ·  ESC closes"
BACK = "Click to teach it again"
CONTRADICTION = "!  The same shape was taught as {0} later; of such lessons the newest counts"
STEPS = {pygame.K_LEFT: -1, pygame.K_RIGHT: 1}


class Lessons(Page):
    """A row of thumbnails for each digit, the newest first; the wheel and the arrow keys scroll
    rows that don't fit.

    A click takes a drawing back, as its digit's key does; it stays on the page, pale, and another
    click teaches it again. `say(message)` is called with errors.
    """

    title = "What it knows"

    def __init__(self, teacher: Teacher, say: Callable[[str], None]) -> None:
        super().__init__()
        self._teacher = teacher
        self._recognizer = teacher.recognizer
        self._memory = self._recognizer.memory
        self._say = say
        self._gone: list[Lesson] = []  # taken back on this page
        self._when: dict[Lesson, datetime] = {}  # of those taught again here: when they were first
        self._first = 0  # the first shown drawing of a row
        self._pointer = (-1, -1)  # the mouse's last position
        self._hovered: Lesson | None = None
        self._look()

    def arrange(self, layout: Layout, text: Text) -> None:
        """Place everything in a window of this layout."""
        super().arrange(layout, text)
        self._layout = layout
        self._move(0)  # there may be room for more

    def update(self, seconds: float) -> bool:
        """Show lessons added or removed meanwhile. True if there are any."""
        if self._version == self._memory.version:
            return False
        self._look()
        self.arrange(self._layout, self._text)
        return True

    def lesson_at(self, position: tuple[float, float]) -> Lesson | None:
        """The lesson whose thumbnail is at a position in the window."""
        places = ((lesson, self._place(*place)) for lesson, place in self._shown())
        return next((lesson for lesson, rect in places if rect.collidepoint(position)), None)

    def _look(self) -> None:
        """Sort the lessons into rows."""
        self._version = self._memory.version
        lessons = [*self._memory.lessons, *self._gone]
        lessons.sort(key=lambda lesson: self._when.get(lesson, lesson.when))
        self._rows = [[one for one in lessons[::-1] if one.digit == d] for d in range(10)]
        self._newer = dict(self._recognizer.contradictions())

    def _size(self, layout: Layout) -> tuple[int, int]:
        width = round(theme.LESSONS_WIDTH * layout.window.width)
        around = self._title_type + self._type + 5 * self._padding
        if not any(self._rows):
            self._lines = self._text.wrapped(EMPTY, self._type, width - 2 * self._padding)
            self._line = round(theme.LINE_HEIGHT * self._type)
            return width, around + len(self._lines) * self._line
        room = round(theme.LESSONS_HEIGHT * layout.window.height) - around
        self._pitch = room // 10
        self._side = self._pitch - max(layout.scaled(theme.THUMBNAIL_GAP), 2)
        self._left = 2 * self._padding + self._text.width("0", self._type)
        more = self._text.width("+ 000", self._type)
        self._columns = (width - self._left - self._padding - more) // self._pitch
        return width, around + 10 * self._pitch

    def _place(self, digit: int, column: int) -> pygame.Rect:
        top = self.rect.top + self._title_type + 2 * self._padding + digit * self._pitch
        left = self.rect.left + self._left + column * self._pitch
        return pygame.Rect(left, top, self._side, self._side)

    def _shown(self) -> list[tuple[Lesson, tuple[int, int]]]:
        """The shown lessons, each with its row and column."""
        last = self._first + self._columns if any(self._rows) else 0
        return [
            (lesson, (digit, column))
            for digit, row in enumerate(self._rows)
            for column, lesson in enumerate(row[self._first : last])
        ]

    def _act(self, event: pygame.Event) -> None:
        self._pointer = getattr(event, "pos", self._pointer)
        match event.type:
            case pygame.KEYDOWN if event.key in STEPS and any(self._rows):
                self._move(STEPS[event.key])
            case pygame.KEYDOWN:
                self.close()
            case pygame.MOUSEWHEEL:
                self._move(-event.y)
            case pygame.MOUSEMOTION:
                self._hovered = self.lesson_at(event.pos)
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_LEFT:
                self._hovered = self.lesson_at(event.pos)
                if self._hovered is not None:
                    self._turn(self._hovered)
                elif not self.rect.collidepoint(event.pos):
                    self.close()

    def _move(self, steps: int) -> None:
        most = max(map(len, self._rows)) - self._columns if any(self._rows) else 0
        self._first = max(min(self._first + steps, most), 0)
        self._hovered = self.lesson_at(self._pointer)

    def _turn(self, lesson: Lesson) -> None:
        """Take a lesson back, or teach it again."""
        try:
            if lesson in self._gone:
                self._gone.remove(lesson)
                self._hovered = self._teacher.teach_again(lesson)
                self._when[self._hovered] = self._when.get(lesson, lesson.when)
            elif self._teacher.forget(lesson):
                self._gone.append(lesson)
        except OSError as error:
            self._say(f"Can't change its file in {self._memory.folder}: {error.strerror}")
        except SavedDrawingError as error:
            self._say(str(error))
        self._look()

    def _draw_inside(self, surface: pygame.Surface, palette: Palette) -> None:
        left, top = self.rect.left + self._padding, self.rect.top + self._padding
        draw, right = self._text.draw, self.rect.right - self._padding
        draw(surface, self.title, self._title_type, palette.ink, topleft=(left, top))
        count = len(self._memory.lessons)
        if count:
            taught = f"{count} drawing{'' if count == 1 else 's'} taught"
            draw(surface, taught, self._type, palette.quiet, topright=(right, top))
        if any(self._rows):
            self._draw_rows(surface, palette)
        else:
            top += self._title_type + self._padding
            for number, line in enumerate(self._lines):
                place = left, top + number * self._line
                draw(surface, line, self._type, palette.ink, topleft=place)
        bottom = self.rect.bottom - self._padding
        hint = self._text.shortened(self._hint(), self._type, right - left)
        draw(surface, hint, self._type, palette.quiet, bottomleft=(left, bottom))

    def _draw_rows(self, surface: pygame.Surface, palette: Palette) -> None:
        for digit, row in enumerate(self._rows):
            place = self._place(digit, 0)
            label = self.rect.left + self._padding, place.centery
            colour = palette.ink if row else palette.quiet
            self._text.draw(surface, str(digit), self._type, colour, midleft=label)
            more = len(row) - self._first - self._columns
            if more > 0:
                end = self.rect.right - self._padding, place.centery
                self._text.draw(surface, f"+ {more}", self._type, palette.quiet, midright=end)
        for lesson, place in self._shown():
            self._draw_lesson(surface, palette, lesson, self._place(*place))

    def _draw_lesson(
        self, surface: pygame.Surface, palette: Palette, lesson: Lesson, place: pygame.Rect
    ) -> None:
        is_gone = lesson in self._gone
        draw_thumbnail(surface, palette, place, lesson.image * (theme.PALE_INK if is_gone else 1))
        if is_gone:
            pygame.draw.line(surface, palette.accent, place.bottomleft, place.topright, 2)
        if lesson in self._newer:
            corner = place.right - 3, place.top + 3
            self._text.draw(surface, "!", self._type, palette.accent, topright=corner)
        if lesson is self._hovered:
            pygame.draw.rect(surface, palette.accent, place, 2)

    def _hint(self) -> str:
        lesson = self._hovered
        if not any(self._rows):
            return "Any key closes this page"
        if lesson in self._newer:
            return CONTRADICTION.format(self._newer[lesson].digit)
        if lesson is None and self._newer:
            return f"{len(self._newer)} marked !: the same shape is taught as another digit too"
        if lesson is None:
            return HINT
        taught = f"Taught {lesson.when.astimezone():%Y-%m-%d %H:%M}"
        return f"{taught}  ·  {BACK if lesson in self._gone else HINT}"
