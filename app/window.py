"""The window joins canvas, recognizer and panel. It opens nothing: whoever runs it has the screen.

Three verbs a frame: handle the input, update, draw. Drawing reads the state and never writes it.
"""

import pygame

from app import theme
from app.answer import Answer
from app.bars import Bars
from app.canvas import Canvas
from app.footer import Footer
from app.layout import Layout
from app.preview import Preview
from app.text import Text
from digits.recognizer import Reading, Recognizer


class App:
    """A window of `size` pixels in which `recognizer` reads what a person draws."""

    def __init__(self, recognizer: Recognizer, size: tuple[int, int] = (1000, 640)) -> None:
        pygame.font.init()
        self.running = True
        self._recognizer = recognizer
        self._reading: Reading | None = None
        self._unread = False  # whether the ink has changed since the last reading

        layout, text = Layout(size), Text()
        self._canvas = Canvas(layout, text)
        self._answer = Answer(layout, text)
        self._preview = Preview(layout, text)
        self._bars = Bars(layout, text)
        self._footer = Footer(layout, recognizer.name, text)

    @property
    def canvas_rect(self) -> pygame.Rect:
        """Where a person draws, in window coordinates; a square."""
        return self._canvas.rect.copy()

    @property
    def reading(self) -> Reading | None:
        """What the recognizer makes of the ink; None while it is blank."""
        if self._unread:
            self._reading = self._recognizer.read(self._canvas.ink.pixels)
            self._unread = False
        return self._reading

    def handle(self, event: pygame.Event) -> None:
        """Act on any event; positions are `event.pos`, in window coordinates."""
        match event.type:
            case pygame.QUIT:
                self.running = False
            case pygame.KEYDOWN if event.key == pygame.K_ESCAPE:
                self.running = False
            case pygame.KEYDOWN if event.key == pygame.K_SPACE:
                self.clear()
            case _:
                self._unread |= self._canvas.handle(event)

    def clear(self) -> None:
        """Take a new sheet."""
        self._canvas.clear()
        self._reading = None
        self._unread = False

    def update(self, seconds: float) -> None:
        """Read the ink if it has changed, and move the bars on by `seconds`."""
        self._bars.update(self.reading, seconds)

    def draw(self, surface: pygame.Surface) -> None:
        """Draw everything as of the last update on `surface`, which has the window's size."""
        surface.fill(theme.BACKGROUND)
        self._canvas.draw(surface)
        self._answer.draw(surface, self._reading)
        self._preview.draw(surface, self._reading)
        self._bars.draw(surface, self._reading)
        self._footer.draw(surface)
