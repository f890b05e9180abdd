"""The model menu shows how each model reads the drawing, and switches between them."""

from collections.abc import Callable, Sequence

import pygame

from app.controls.action import written
from app.pages.opinions import Opinions
from app.pages.page import Page
from app.sheet.desk import Desk
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette
from digits.recognizer import Recognizer
from digits.recognizer.model_shelf import ShelvedModel

HEADS = "parameters", "MNIST test"
HINT = "Enter or click: read with it  ·  B or right click: put it beside  ·  ESC closes"
BARS = 3  # digits of each model, the most probable ones
NEXT = {pygame.K_TAB: 1, pygame.K_DOWN: 1, pygame.K_UP: -1}


class ModelMenu(Page):
    """A list with a row for each of `models` and its reading of the drawing on the `desk`.

    `choose(recognizer)` is called with the chosen model, `put_beside(recognizer)` with the one to
    compare it with, or None to end that. The model after the current one is highlighted. A model
    that can't be loaded is listed with the reason; `say` gets the full message when it is chosen.
    """

    title = "Models"

    def __init__(
        self,
        models: Sequence[ShelvedModel],
        desk: Desk,
        choose: Callable[[Recognizer], None],
        put_beside: Callable[[Recognizer | None], None],
        say: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._models = models
        self._desk = desk
        self._choose = choose
        self._put_beside = put_beside
        self._say = say
        loaded = [model.recognizer for model in models]  # now, rather than while drawing
        current = desk.recognizer
        self._highlighted = loaded.index(current) if current in loaded else -1
        self._opinions = Opinions(desk, models)
        self._first = 0  # the first shown row
        self._shown = len(models)
        self._move(1)

    def arrange(self, layout: Layout, text: Text) -> None:
        """Place everything in a window of this layout."""
        super().arrange(layout, text)
        inside = self.rect.inflate(-4 * self._padding, -2 * self._padding)
        self._edges = inside.left, inside.top, inside.right, inside.bottom
        self._rows_top = inside.top + self._title_type + self._padding + self._row_height
        first, second = (text.width(head, self._type) + self._padding for head in HEADS)
        self._columns = inside.right - second, inside.right  # right edges of numbers
        # To their left, the answer and three bars, each with its digit.
        self._bars_left = self._columns[0] - first - BARS * self._step
        self._answer_left = self._bars_left - theme.MENU_ANSWER * self._type
        self._move(0)

    def _size(self, layout: Layout) -> tuple[int, int]:
        self._row_height = round(theme.MENU_ROW * self._type)
        # A title, the columns' heads, the rows, and the keys below them.
        around = self._title_type + self._row_height + 2 * self._type + 4 * self._padding
        room = (layout.window.height - around) // self._row_height
        self._shown = max(min(len(self._models), room), 1)
        self._bar = theme.MENU_BAR * self._type
        self._step = self._bar + 2 * self._type
        names = max(self._text.width(model.name, self._type) for model in self._models)
        heads = sum(self._text.width(head, self._type) + self._padding for head in HEADS)
        row = names + self._padding + theme.MENU_ANSWER * self._type + BARS * self._step + heads
        needs = max(self._text.width(HINT, self._type), row) + 4 * self._padding
        width = max(layout.scaled(theme.MENU_WIDTH), min(needs, layout.window.width))
        return width, around + self._shown * self._row_height

    def update(self, seconds: float) -> bool:
        """Read with one model after the other."""
        return self._opinions.update()

    def _act(self, event: pygame.Event) -> None:
        match event.type:
            case pygame.KEYDOWN:
                self._press_key(event)
            case pygame.MOUSEWHEEL:
                self._move(-event.y)
            case pygame.MOUSEMOTION:
                row = self._row_at(event.pos)
                self._highlighted = self._highlighted if row is None else row
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_LEFT:
                row = self._row_at(event.pos)
                if row is not None:
                    self._highlighted = row
                    self._choose_highlighted()
                elif not self.rect.collidepoint(event.pos):
                    self.close()
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_RIGHT:
                row = self._row_at(event.pos)
                if row is not None:
                    self._highlighted = row
                    self._put_highlighted_beside()

    def _press_key(self, event: pygame.Event) -> None:
        if event.key in NEXT:
            back = event.key == pygame.K_TAB and event.mod & pygame.KMOD_SHIFT
            self._move(-1 if back else NEXT[event.key])
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self._choose_highlighted()
        elif written(event) == "B":
            self._put_highlighted_beside()
        elif event.key == pygame.K_ESCAPE:
            self.close()

    def _draw_inside(self, surface: pygame.Surface, palette: Palette) -> None:
        left, top, right, bottom = self._edges
        self._text.draw(surface, self.title, self._title_type, palette.ink, topleft=(left, top))
        heads = self._rows_top - self._row_height // 2
        for head, x in zip(HEADS, self._columns, strict=True):
            self._text.draw(surface, head, self._type, palette.quiet, midright=(x, heads))
        for place in range(self._first, self._first + self._shown):
            self._draw_row(surface, palette, place)
        hint = self._text.shortened(HINT, self._type, right - left)
        self._text.draw(surface, hint, self._type, palette.quiet, bottomleft=(left, bottom))
        if self._shown < len(self._models):
            where = f"{self._highlighted + 1} of {len(self._models)}"
            self._text.draw(surface, where, self._type, palette.quiet, topright=(right, top))

    def _draw_row(self, surface: pygame.Surface, palette: Palette, place: int) -> None:
        model, row = self._models[place], self.row(place)
        if place == self._highlighted:
            pygame.draw.rect(surface, palette.track, row)
        left = self._edges[0]
        room = self._answer_left - left - self._padding
        name = self._text.shortened(model.name, self._type, room)
        self._text.draw(surface, name, self._type, palette.ink, midleft=(left, row.centery))
        if model.recognizer is None:
            left += self._text.width(name, self._type) + self._padding
            problem = self._text.shortened(model.problem, self._type, self._edges[2] - left)
            self._text.draw(
                surface, problem, self._type, palette.quiet, midleft=(left, row.centery)
            )
            return
        mark = (row.left + self._padding // 2, row.centery)
        if model.recognizer is self._desk.recognizer:
            pygame.draw.aacircle(surface, palette.accent, mark, self._type // 3)
        elif model.recognizer is self._desk.beside:
            dash = pygame.Rect(0, 0, self._type, max(self._type // 4, 2))
            dash.center = mark
            pygame.draw.rect(surface, palette.ink, dash)
        self._draw_opinion(surface, palette, model, row)
        count, accuracy = model.recognizer.parameter_count, model.recognizer.accuracy
        facts = f"{count:,}", "–" if accuracy is None else f"{accuracy:.2%}"
        for fact, x in zip(facts, self._columns, strict=True):
            self._text.draw(surface, fact, self._type, palette.quiet, midright=(x, row.centery))

    def _draw_opinion(
        self, surface: pygame.Surface, palette: Palette, model: ShelvedModel, row: pygame.Rect
    ) -> None:
        opinion = self._opinions.of(model)
        if opinion is None:
            return
        number, digit = opinion
        y, room = row.centery, theme.MENU_ANSWER * self._type - self._padding
        answer = self._text.shortened(number.text, self._type, room)
        colour = palette.ink if number.sure else palette.quiet
        self._text.draw(surface, answer, self._type, colour, midleft=(self._answer_left, y))
        probabilities = digit.reading.probabilities
        likely = (-probabilities).argsort(kind="stable")[:BARS]
        for place, one in enumerate(likely):
            left = self._bars_left + place * self._step
            self._text.draw(surface, str(one), self._type, palette.quiet, midleft=(left, y))
            bar = pygame.Rect(left + self._type, 0, self._bar - self._type // 2, self._type // 2)
            bar.centery = y
            pygame.draw.rect(surface, palette.edge, bar)
            bar.width = round(bar.width * probabilities[one])
            wins = digit.reading.sure and one == digit.reading.digit
            pygame.draw.rect(surface, palette.accent if wins else palette.bar, bar)

    def _move(self, steps: int) -> None:
        """Highlight another row; the first follows the last."""
        self._highlighted = (self._highlighted + steps) % len(self._models)
        last = self._highlighted - self._shown + 1
        self._first = min(max(self._first, last), self._highlighted)

    def _choose_highlighted(self) -> None:
        recognizer = self._of_highlighted()
        if recognizer is not None:
            self.close()
            self._choose(recognizer)

    def _put_highlighted_beside(self) -> None:
        recognizer = self._of_highlighted()
        if recognizer is self._desk.recognizer:
            self._say("That model is reading already; put another beside it")
        elif recognizer is not None:
            self.close()
            self._put_beside(None if recognizer is self._desk.beside else recognizer)

    def _of_highlighted(self) -> Recognizer | None:
        """The recognizer of the highlighted row; None, with a message, if it can't be loaded."""
        model = self._models[self._highlighted]
        if model.recognizer is None:
            self._say(f"Can't read {model.path}: {model.problem}; choose another model")
        return model.recognizer

    def row(self, place: int) -> pygame.Rect:
        """The rectangle of a model's row; it reaches into the padding, so that the text aligns."""
        top = self._rows_top + (place - self._first) * self._row_height
        margin = self._padding // 2
        left, width = self.rect.left + margin, self.rect.width - 2 * margin
        return pygame.Rect(left, top, width, self._row_height)

    def _row_at(self, position: tuple[float, float]) -> int | None:
        """The index of the model whose row is at a position in the window."""
        places = range(self._first, self._first + self._shown)
        return next((p for p in places if self.row(p).collidepoint(position)), None)
