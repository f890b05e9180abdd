"""The canvas is where a person draws: it turns mouse movements into strokes and ink.

The network reads the drawing's strokes; the ink is for display only, and can be repainted from them
at any size.
"""

import time
from collections.abc import Iterator

import numpy as np
import pygame

from app.sheet.pen import Pen
from app.style import theme
from app.style.layout import Layout
from app.style.sheet import Sheet
from app.style.text import Text
from app.style.theme import Palette
from digits.drawing import Drawing, Point, Stroke
from digits.drawing.ink import Box, Ink
from digits.recognizer.numbers import WrittenDigit

PAINTING_SECONDS = 0.004  # per frame
FEW = 20  # strokes; if more change, everything is repainted
DRAWING_BUTTONS = pygame.BUTTON_LEFT, pygame.BUTTON_RIGHT


class Canvas:
    """A square sheet that shows `drawing`, and changes it with `pen`."""

    def __init__(self, layout: Layout, text: Text, drawing: Drawing, pen: Pen) -> None:
        self.rect = layout.canvas
        self._drawing = drawing
        self._pen = pen
        self._ink = Ink(self.rect.width)
        self._sheet = Sheet(self.rect.width)
        self._title_type = layout.type_height(theme.INVITATION_TYPE)
        self._type = layout.type_height(theme.TYPE)
        self._padding = layout.scaled(theme.PADDING)
        self._text = text
        self._button: int | None = None  # held to draw or erase
        self._erases = False  # whether the held button erases
        self._last: Point = (0.0, 0.0)  # where the pen was when it last touched the paper
        self._mouse: tuple[float, float] | None = None
        self._painted: int | None = None  # the version of the drawing that the ink shows
        self._picture: np.ndarray | None = None  # of that version
        self._strokes: dict[int, tuple[Stroke, int]] = {}  # of that version, with point counts
        self._painting: Iterator[None] | None = None  # the remaining steps of painting it
        self._box: Box = (0, 0, 0, 0)  # the area being painted
        self.update()

    @property
    def is_pointed(self) -> bool:
        """Whether the mouse is on the canvas."""
        return self._mouse is not None

    @property
    def is_held(self) -> bool:
        """Whether a button is held to draw or erase."""
        return self._button is not None

    def handle(self, event: pygame.Event) -> bool:
        """Draw or erase with the mouse. True if the event is handled.

        A stroke begun on the canvas captures the mouse until the button is released, wherever it
        moves.
        """
        if self._painted != self._drawing.version:
            self.update()
        self._follow(event)
        match event.type:
            case pygame.MOUSEBUTTONDOWN if self._button is None:
                if event.button in DRAWING_BUTTONS and self.rect.collidepoint(event.pos):
                    self._button = event.button
                    self._begin(self._point(event.pos))
                    return True
            case pygame.MOUSEMOTION if self._button is not None:
                # The button is up: its release was lost. Replayed motions may lack this field.
                held = getattr(event, "buttons", None)
                if held is not None and not held[self._button - 1]:
                    self.lift()
                    return False
                self._extend(self._point(event.pos))
                return True
            case pygame.MOUSEBUTTONUP if event.button == self._button:
                self._extend(self._point(event.pos))
                self.lift()
                return True
            case pygame.MOUSEBUTTONDOWN | pygame.MOUSEBUTTONUP:  # of another button
                return self._button is not None
            case pygame.WINDOWFOCUSLOST:  # another window may get the release
                self.lift()
        return False

    def lift(self) -> None:
        """Lift the pen: end the current stroke, even if the button is still held."""
        self._button = None

    def update(self) -> bool:
        """Bring the ink up to date with the drawing, as far as a frame has time for it. If anything
        else changed what is drawn, the current stroke ends.

        Returns whether there was something new to show.
        """
        if self._painted != self._drawing.version:
            box = self._changed()
            if any(box):
                self.lift()
            self._repaint(box)
        if self._painting is None:
            return False
        end = time.perf_counter() + PAINTING_SECONDS
        is_over = all(time.perf_counter() < end for _ in self._painting)
        # Ink repaired near a change is shown only when complete.
        if is_over or self._box == self._whole:
            self._sheet.show(self._ink.pixels, self._box)
        if is_over:
            self._painting = None
        return True

    @property
    def _whole(self) -> Box:
        return 0, 0, *self.rect.size

    def _repaint(self, box: Box) -> None:
        """Begin to repaint the current drawing in `box`, and in areas still unfinished."""
        if self._painting is not None:
            left, top, right, bottom = zip(box, self._box, strict=True)
            box = min(left), min(top), max(right), max(bottom)
        self._remember()
        self._box, self._painting = box, self._ink.redrawing(box, self._drawing)

    def _changed(self) -> Box:
        """The box in which the ink is out of date; all 0 if it is not."""
        now = {id(stroke): (stroke, len(stroke.points)) for stroke in self._drawing.strokes}
        before, both = self._strokes, now | self._strokes
        changed = [both[key][0] for key in both if now.get(key) != before.get(key)]
        if self._drawing.picture is not self._picture or len(changed) > FEW:
            return self._whole
        boxes = [self._box_of(stroke) for stroke in changed]
        edges = np.array([box for box in boxes if box is not None] or [(0, 0, 0, 0)])
        return *edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist()

    def _box_of(self, stroke: Stroke) -> Box | None:
        low, high = np.min(stroke.points, axis=0), np.max(stroke.points, axis=0)
        return self._ink.box(tuple(low.tolist()), tuple(high.tolist()), stroke.width)

    def _remember(self) -> None:
        """Remember the state that the ink shows, or will show when painted."""
        self._painted, self._picture = self._drawing.version, self._drawing.picture
        strokes = self._drawing.strokes
        self._strokes = {id(stroke): (stroke, len(stroke.points)) for stroke in strokes}

    def draw(
        self,
        surface: pygame.Surface,
        palette: Palette,
        digit: WrittenDigit | None,
        *,
        invites: bool = True,
        labels: bool = True,
    ) -> None:
        """Draw the sheet: with `labels` the label of `digit`, highlighted if its reading
        contradicts it, and with `invites` an invitation while the sheet is blank."""
        self._sheet.draw(surface, palette, self.rect)
        pygame.draw.rect(surface, palette.edge, self.rect, 1)
        if invites and not self._drawing:
            self._draw_invitation(surface, palette)
        label = self._drawing.label if digit is None else self._drawing.label_of(digit.strokes)
        if labels and label is not None:
            self._draw_label(surface, palette, label, digit)
        if self._mouse is not None:
            self._draw_ring(surface, palette, self._mouse)

    def _follow(self, event: pygame.Event) -> None:
        """Track the mouse while it is on the canvas."""
        if event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN):
            self._mouse = event.pos if self.rect.collidepoint(event.pos) else None
        elif event.type == pygame.WINDOWLEAVE or (
            event.type == pygame.MOUSEBUTTONUP and getattr(event, "touch", False)
        ):
            self._mouse = None

    def _point(self, position: tuple[float, float]) -> Point:
        """The middle of a pixel of the window, in units of the canvas's side."""
        x, y = position
        side = self.rect.width
        return (x - self.rect.left + 0.5) / side, (y - self.rect.top + 0.5) / side

    def _begin(self, point: Point) -> None:
        self._last = point
        self._erases = self._pen.erases or self._button == pygame.BUTTON_RIGHT
        if self._erases:
            self._erase(point)
        else:
            self._drawing.begin(point, self._pen.width)
            self._line(point)

    def _extend(self, point: Point) -> None:
        if point == self._last:  # a release where the last movement ended
            return
        if self._erases:
            self._erase(point)
        else:
            self._drawing.extend(point)
            self._line(point)

    def _line(self, end: Point) -> None:
        start, self._last = self._last, end
        self._painted, stroke = self._drawing.version, self._drawing.strokes[-1]
        self._strokes[id(stroke)] = stroke, len(stroke.points)
        box = self._ink.line(start, end, stroke.width)
        if box is not None:
            self._sheet.show(self._ink.pixels, box)

    def _erase(self, point: Point) -> None:
        start, self._last = self._last, point
        picture = self._drawing.picture
        pixel = 0 if picture is None else 1 / min(picture.shape)  # a picture loses whole pixels
        widest = max((stroke.width for stroke in self._drawing.strokes), default=0)
        width = self._pen.eraser_width
        changed = self._drawing.erase(start, point, width)
        self._remember()
        box = self._ink.box(start, point, width + 2 * max(widest, pixel))
        if changed and box is not None:
            if self._painting is not None:
                self._repaint(box)
            self._ink.redraw(box, self._drawing)
            self._sheet.show(self._ink.pixels, box)

    def _draw_ring(
        self, surface: pygame.Surface, palette: Palette, centre: tuple[float, float]
    ) -> None:
        """Draw the outline of the pen or eraser, dark and light, so that it shows on both paper and
        ink."""
        erases = self._pen.erases if self._button is None else self._erases
        width = self._pen.eraser_width if erases else self._pen.width
        radius = max(width * self.rect.width / 2, 2)
        surface.set_clip(self.rect)
        pygame.draw.aacircle(surface, palette.sheet, centre, radius - 1, 1)
        pygame.draw.aacircle(surface, palette.accent if erases else palette.ink, centre, radius, 1)
        surface.set_clip(None)

    def _draw_label(
        self, surface: pygame.Surface, palette: Palette, label: int, digit: WrittenDigit | None
    ) -> None:
        words, colour = f"Label {label}", palette.quiet
        if digit is not None and digit.reading.sure and digit.reading.digit != label:
            words, colour = f"Label {label}, but read as {digit.reading.digit}", palette.accent
        corner = self.rect.left + self._padding, self.rect.top + self._padding
        self._text.draw(surface, words, self._type, colour, topleft=corner)

    def _draw_invitation(self, surface: pygame.Surface, palette: Palette) -> None:
        x, y = self.rect.center
        title, hint = "Draw a number", "one digit or several, any size, anywhere on this sheet"
        self._text.draw(surface, title, self._title_type, palette.ink, midbottom=(x, y))
        room = self.rect.width - 2 * self._padding
        for number, line in enumerate(self._text.wrapped(hint, self._type, room)):
            below = y + self._title_type + round(number * theme.LINE_HEIGHT * self._type)
            self._text.draw(surface, line, self._type, palette.quiet, midtop=(x, below))
