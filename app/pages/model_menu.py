"""The model menu lets another network read the same ink: what it makes of it shows at once."""

from collections.abc import Callable, Sequence

import pygame

from app.style import theme
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette
from digits.recognizer import Recognizer
from digits.recognizer.model_shelf import ShelvedModel, accuracy_on_test_set

HEADS = "parameters", "MNIST test"
HINT = "Tab or arrows move  ·  Enter reads with it  ·  ESC closes"
NEXT = {pygame.K_TAB: 1, pygame.K_DOWN: 1, pygame.K_UP: -1}


class ModelMenu:
    """A list over the window with a row for each of `models`; `choose` is given the chosen one.

    A model that can't be loaded is listed with the reason, and can't be chosen.
    """

    def __init__(
        self,
        layout: Layout,
        models: Sequence[ShelvedModel],
        choose: Callable[[Recognizer], None],
        text: Text,
    ) -> None:
        self.is_open = False
        self._models = models
        self._choose = choose
        self._text = text
        self._title_type = layout.type_height(theme.TITLE_TYPE)
        self._type = layout.type_height(theme.TYPE)
        self._row_height = round(theme.MENU_ROW * self._type)
        self._padding = 2 * layout.scaled(theme.PADDING)
        self._current: Recognizer | None = None
        self._highlighted = 0
        self._first = 0  # of the rows that there is room for

        # A title, the columns' heads, the rows, and the keys below them.
        around = self._title_type + self._row_height + 2 * self._type + 4 * self._padding
        room = (layout.window.height - around) // self._row_height
        self._shown = max(min(len(models), room), 1)
        width = max(
            layout.scaled(theme.MENU_WIDTH), text.width(HINT, self._type) + 4 * self._padding
        )
        self.rect = pygame.Rect(0, 0, width, around + self._shown * self._row_height)
        self.rect.center = layout.window.center
        inside = self.rect.inflate(-4 * self._padding, -2 * self._padding)
        self._edges = inside.left, inside.top, inside.right, inside.bottom
        self._rows_top = inside.top + self._title_type + self._padding + self._row_height
        second = inside.right - text.width(HEADS[1], self._type) - self._padding
        self._columns = second, inside.right  # where numbers end

    def open(self, current: Recognizer) -> None:
        """Open the list while `current` reads, the model after it being highlighted."""
        self.is_open = True
        self._current = current
        loaded = [model.recognizer for model in self._models]  # now, rather than while drawing
        self._highlighted = loaded.index(current) if current in loaded else -1
        self._move(1)

    def close(self) -> None:
        """Close the list; nothing is chosen."""
        self.is_open = False

    def handle(self, event: pygame.Event) -> bool:
        """Move, choose or close. True if the event was for the open menu."""
        if not self.is_open:
            return False
        match event.type:
            case pygame.KEYDOWN:
                self._handle_key(event)
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
            case _:
                return False
        return True

    def _handle_key(self, event: pygame.Event) -> None:
        if event.key in NEXT:
            back = event.key == pygame.K_TAB and event.mod & pygame.KMOD_SHIFT
            self._move(-1 if back else NEXT[event.key])
        elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER):
            self._choose_highlighted()
        elif event.key == pygame.K_ESCAPE:
            self.close()

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the list over a darker window, if it is open."""
        if not self.is_open:
            return
        shade = pygame.Surface(surface.get_size(), pygame.SRCALPHA)
        shade.fill(palette.shade)
        surface.blit(shade, (0, 0))
        pygame.draw.rect(surface, palette.background, self.rect)
        left, top, right, bottom = self._edges
        self._text.draw(surface, "Models", self._title_type, palette.ink, topleft=(left, top))
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
        net, accuracy = model.recognizer.net, accuracy_on_test_set(model.recognizer.net)
        facts = f"{net.parameters.size:,}", "–" if accuracy is None else f"{accuracy:.2%}"
        for fact, x in zip(facts, self._columns, strict=True):
            self._text.draw(surface, fact, self._type, palette.quiet, midright=(x, row.centery))

    def _move(self, steps: int) -> None:
        """Highlight another row; after the last comes the first."""
        self._highlighted = (self._highlighted + steps) % len(self._models)
        last = self._highlighted - self._shown + 1
        self._first = min(max(self._first, last), self._highlighted)

    def _choose_highlighted(self) -> None:
        recognizer = self._models[self._highlighted].recognizer
        if recognizer is not None:
            self.close()
            self._choose(recognizer)

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
