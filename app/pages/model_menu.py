"""The model menu lets another network read the same ink: what it makes of it shows at once."""

from collections.abc import Callable, Sequence

import pygame

from app.pages.page import Page
from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette
from digits.recognizer import Recognizer
from digits.recognizer.model_shelf import ShelvedModel

HEADS = "parameters", "MNIST test"
HINT = "Tab or arrows move  ·  Enter reads with it  ·  ESC closes"
NEXT = {pygame.K_TAB: 1, pygame.K_DOWN: 1, pygame.K_UP: -1}


class ModelMenu(Page):
    """A list with a row for each of `models`; `choose` is given the chosen one.

    While `current` reads, the model after it is highlighted. A model that can't be loaded is listed
    with the reason, which `say` is given, whole, if a person chooses it.
    """

    title = "Models"

    def __init__(
        self,
        models: Sequence[ShelvedModel],
        current: Recognizer,
        choose: Callable[[Recognizer], None],
        say: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._models = models
        self._current = current
        self._choose = choose
        self._say = say
        loaded = [model.recognizer for model in models]  # now, rather than while drawing
        self._highlighted = loaded.index(current) if current in loaded else -1
        self._first = 0  # of the rows that there is room for
        self._shown = len(models)
        self._move(1)

    def arrange(self, layout: Layout, text: Text) -> None:
        """Find everything its place in a window of this layout."""
        super().arrange(layout, text)
        inside = self.rect.inflate(-4 * self._padding, -2 * self._padding)
        self._edges = inside.left, inside.top, inside.right, inside.bottom
        self._rows_top = inside.top + self._title_type + self._padding + self._row_height
        second = inside.right - text.width(HEADS[1], self._type) - self._padding
        self._columns = second, inside.right  # where numbers end
        self._move(0)

    def _size(self, layout: Layout) -> tuple[int, int]:
        self._row_height = round(theme.MENU_ROW * self._type)
        # A title, the columns' heads, the rows, and the keys below them.
        around = self._title_type + self._row_height + 2 * self._type + 4 * self._padding
        room = (layout.window.height - around) // self._row_height
        self._shown = max(min(len(self._models), room), 1)
        hint = self._text.width(HINT, self._type) + 4 * self._padding
        return max(layout.scaled(theme.MENU_WIDTH), hint), around + self._shown * self._row_height

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

    def _press_key(self, event: pygame.Event) -> None:
        if event.key in NEXT:
            back = event.key == pygame.K_TAB and event.mod & pygame.KMOD_SHIFT
            self._move(-1 if back else NEXT[event.key])
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self._choose_highlighted()
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
        self._text.draw(surface, HINT, self._type, palette.quiet, bottomleft=(left, bottom))
        if self._shown < len(self._models):
            where = f"{self._highlighted + 1} of {len(self._models)}"
            self._text.draw(surface, where, self._type, palette.quiet, topright=(right, top))

    def _draw_row(self, surface: pygame.Surface, palette: Palette, place: int) -> None:
        model, row = self._models[place], self.row(place)
        if place == self._highlighted:
            pygame.draw.rect(surface, palette.track, row)
        left, end = self._edges[0], self._columns[0]
        room = end - left - self._text.width(HEADS[0], self._type) - self._padding
        name = self._text.shortened(model.name, self._type, room)
        self._text.draw(surface, name, self._type, palette.ink, midleft=(left, row.centery))
        if model.recognizer is None:
            left += self._text.width(name, self._type) + self._padding
            problem = self._text.shortened(model.problem, self._type, self._edges[2] - left)
            self._text.draw(
                surface, problem, self._type, palette.quiet, midleft=(left, row.centery)
            )
            return
        if model.recognizer is self._current:
            dot = (row.left + self._padding // 2, row.centery)
            pygame.draw.aacircle(surface, palette.accent, dot, self._type // 3)
        count, accuracy = model.recognizer.parameter_count, model.recognizer.accuracy
        facts = f"{count:,}", "–" if accuracy is None else f"{accuracy:.2%}"
        for fact, x in zip(facts, self._columns, strict=True):
            self._text.draw(surface, fact, self._type, palette.quiet, midright=(x, row.centery))

    def _move(self, steps: int) -> None:
        """Highlight another row; after the last comes the first."""
        self._highlighted = (self._highlighted + steps) % len(self._models)
        last = self._highlighted - self._shown + 1
        self._first = min(max(self._first, last), self._highlighted)

    def _choose_highlighted(self) -> None:
        model = self._models[self._highlighted]
        if model.recognizer is None:
            self._say(f"Can't read {model.path}: {model.problem}; choose another model")
        else:
            self.close()
            self._choose(model.recognizer)

    def row(self, place: int) -> pygame.Rect:
        """Where the row of a model is; rows reach into the padding, so that their words align."""
        top = self._rows_top + (place - self._first) * self._row_height
        margin = self._padding // 2
        left, width = self.rect.left + margin, self.rect.width - 2 * margin
        return pygame.Rect(left, top, width, self._row_height)

    def _row_at(self, position: tuple[float, float]) -> int | None:
        """The place of the model whose row is at a position in the window."""
        places = range(self._first, self._first + self._shown)
        return next((p for p in places if self.row(p).collidepoint(position)), None)
