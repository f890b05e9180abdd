"""The canvas is where a person draws: it turns the mouse's movements into strokes and ink.

It keeps the strokes beside the ink: points can be drawn anew at another size, pixels can't.
"""

import pygame

from app import theme
from app.layout import Layout
from app.sheet import Sheet
from app.text import Text
from digits.drawing import Drawing, Point
from digits.ink import Ink


class Canvas:
    """A square sheet; `ink` has a pixel for each pixel of the window that it covers."""

    def __init__(self, layout: Layout, text: Text) -> None:
        self.rect = layout.canvas
        self.drawing = Drawing()
        self.ink = Ink(self.rect.width)
        self._sheet = Sheet(self.rect.width)
        self._title_type = layout.type_height(theme.INVITATION_TYPE)
        self._hint_type = layout.type_height(theme.TYPE)
        self._text = text
        self._pen_down = False

    def handle(self, event: pygame.Event) -> bool:
        """Draw as the mouse says. True if the ink may have changed.

        A stroke that began on the canvas lasts until the button is released, wherever the mouse
        goes meanwhile.
        """
        match event.type:
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_LEFT:
                self._pen_down = self.rect.collidepoint(event.pos)
                return self._pen_down and self._begin(self._point(event.pos))
            case pygame.MOUSEMOTION if self._pen_down:
                # Not held any more: the release was lost. A replayed motion may not say.
                self._pen_down = bool(getattr(event, "buttons", (True,))[0])
                return self._pen_down and self._extend(self._point(event.pos))
            case pygame.MOUSEBUTTONUP if self._pen_down and event.button == pygame.BUTTON_LEFT:
                self._pen_down = False
                return self._extend(self._point(event.pos))
            case pygame.WINDOWFOCUSLOST:  # the release may go to another window
                self._pen_down = False
        return False

    def clear(self) -> None:
        """Take a new sheet; a stroke being drawn ends."""
        self._pen_down = False
        self.drawing.clear()
        self.ink.clear()
        self._sheet.show(self.ink.pixels)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw the sheet, with an invitation as long as nothing is drawn."""
        surface.blit(self._sheet.surface, self.rect)
        pygame.draw.rect(surface, theme.EDGE, self.rect, 1)
        if not self.drawing:
            self._draw_invitation(surface)

    def _point(self, position: tuple[int, int]) -> Point:
        """The middle of a pixel of the window, in units of the canvas's side."""
        x, y = position
        side = self.rect.width
        return (x - self.rect.left + 0.5) / side, (y - self.rect.top + 0.5) / side

    def _begin(self, point: Point) -> bool:
        self.drawing.begin(point, theme.PEN_WIDTH)
        return self._line(point, point)

    def _extend(self, point: Point) -> bool:
        start = self.drawing.strokes[-1].points[-1]
        if point == start:  # a release where the last movement ended
            return False
        self.drawing.extend(point)
        return self._line(start, point)

    def _line(self, start: Point, end: Point) -> bool:
        box = self.ink.line(start, end, theme.PEN_WIDTH)
        if box is not None:
            self._sheet.show(self.ink.pixels, box)
        return box is not None

    def _draw_invitation(self, surface: pygame.Surface) -> None:
        x, y = self.rect.center
        title, hint = "Draw a digit", "0 to 9, any size, anywhere on this sheet"
        self._text.draw(surface, title, self._title_type, theme.INK, midbottom=(x, y))
        below = y + self._title_type
        self._text.draw(surface, hint, self._hint_type, theme.QUIET, midtop=(x, below))
