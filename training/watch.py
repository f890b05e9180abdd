"""A watch on training: a window that shows how far it is while it runs.

The training does not wait for it. What the pictures cost is measured, and they follow each other
slowly enough to take a small share of the time.
"""

import os
import sys
from math import inf
from time import perf_counter

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nn.nets import Net
from training import figures
from training.figures import History

SIZE, SMALLEST_SIZE = (880, 840), (440, 420)
EVENTS_PER_SECOND = 30
LEAST_SECONDS = 1.0  # between two pictures
SHARE = 0.1  # of all the time, for pictures
MOST_POINTS = 600  # of a curve between the ends of epochs
SETTLING = 0.1  # of an epoch; the mean of fewer batches is mostly noise


class Watch:
    """A window of this title, with the curves and the first layer's weights.

    Whoever closes it, or presses ESC, only ends the watching. OSError where none can be opened.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._points: list[tuple[float, float, float]] = []
        self._spacing = 0.0  # of the points, in epochs
        self._looked = self._due = -inf  # when events were looked at; when to draw
        self._picture = pygame.Surface((1, 1))
        self._picture.fill(figures.BACKGROUND)
        # Asked to end, a program should do so; SDL would take that for the window's closing.
        os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
        if sys.platform.startswith("linux"):
            # Left to itself, SDL that finds no display draws where nobody can see it.
            drivers = "x11,wayland" if "WAYLAND_DISPLAY" in os.environ else "x11"
            os.environ.setdefault("SDL_VIDEODRIVER", drivers)
        try:
            pygame.display.init()
            self._window: pygame.Window | None = pygame.Window(title, SIZE, resizable=True)
        except pygame.error as error:
            pygame.display.quit()
            raise OSError(f"can't open a window: {error}; watch on a display") from error
        self._window.minimum_size = SMALLEST_SIZE
        pygame.display.set_allow_screensaver(True)

    def update(self, net: Net, history: History, newest: tuple[float, float, float]) -> None:
        """Show the state of training, if it is time to.

        history: of whole epochs. newest: epochs done, with their fraction; loss and accuracy of
        training in the one that runs.
        """
        if self._window is None:
            return
        self._keep(newest)
        now = perf_counter()
        if now - self._looked < 1 / EVENTS_PER_SECOND:
            return
        self._looked = now
        self._handle_events()
        if self._window is not None and now >= self._due:
            done, loss, accuracy = newest
            self._window.title = (
                f"{self._title}: epoch {done:.1f}, loss {loss:.4f}, accuracy {accuracy:.2%}"
            )
            first = self._due == -inf  # and slow: it loads the type
            self._draw(net, history)
            cost = 0 if first else perf_counter() - now
            self._due = now + max(LEAST_SECONDS, cost / SHARE)

    def close(self) -> None:
        """Close the window, if that has not happened."""
        if self._window is not None:
            self._window.destroy()
            self._window = None
            pygame.display.quit()

    def _keep(self, newest: tuple[float, float, float]) -> None:
        """Keep a point, unless it is nearer to the last one than the spacing."""
        if self._points and newest[0] > 1 and newest[0] % 1 < SETTLING:
            return
        if not self._points or newest[0] - self._points[-1][0] >= self._spacing:
            self._points.append(newest)
        if len(self._points) > MOST_POINTS:
            del self._points[1::2]
            self._spacing = 2 * (newest[0] - self._points[0][0]) / MOST_POINTS

    def _handle_events(self) -> None:
        for event in pygame.event.get():
            match event.type:
                case pygame.QUIT | pygame.WINDOWCLOSE:
                    return self.close()
                case pygame.KEYDOWN if event.key == pygame.K_ESCAPE:
                    return self.close()
                case pygame.WINDOWSIZECHANGED | pygame.WINDOWEXPOSED:
                    self._show()

    def _draw(self, net: Net, history: History) -> None:
        """Draw curves and weights, one below the other, as large as the window has room for."""
        drawn = [figures.curves(history, self._points), figures.weights(net)]
        width, height = self._window.size
        dpi = min(
            width / max(figure.get_figwidth() for figure in drawn),
            height / sum(figure.get_figheight() for figure in drawn),
        )
        pictures = []
        for figure in drawn:
            figure.set_dpi(dpi)
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
            pixels, size = canvas.buffer_rgba(), canvas.get_width_height()
            pictures.append(pygame.image.frombuffer(pixels, size, "RGBA"))
        curves, weights = pictures
        self._picture = pygame.Surface((curves.width, curves.height + weights.height))
        self._picture.blit(curves, (0, 0))
        self._picture.blit(weights, (0, curves.height))
        self._show()

    def _show(self) -> None:
        """Put the newest picture into the middle of the window, scaled if that was resized."""
        surface = self._window.get_surface()
        surface.fill(figures.BACKGROUND)
        place = self._picture.get_rect().fit(surface.get_rect())
        surface.blit(pygame.transform.smoothscale(self._picture, place.size), place)
        self._window.flip()
