"""A watch on training: a window that shows its progress while it runs.

The window is drawn between batches, so training pauses for it. The drawing time is measured, and
pictures are spaced so that they take at most about SHARE of the time.
"""

import os
import sys
from math import inf
from time import perf_counter, sleep

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nn.nets import Net
from training import page
from training.curves import curves
from training.progress import Progress
from training.sample_bars import Samples, sample_bars
from training.weight_maps import weights

SIZE, SMALLEST_SIZE = (880, 960), (440, 480)
HEAD_HEIGHT = 100  # of the titles above the curves, in pixels of a page
EVENTS_PER_SECOND = 30
LEAST_SECONDS = 1.0  # between two pictures
SHARE = 0.1  # of the running time, for pictures
MOST_POINTS = 600  # of the thin curves that follow the batches


class Watch:
    """A window with this title for a training of so many epochs. It shows the progress, the curves,
    how the network reads `samples` with its current weights, and the first layer's weights.

    Closing it, or ESC, ends only the watching. OSError where no window can be opened.
    """

    def __init__(self, title: str, epochs: int, samples: Samples) -> None:
        self._title = title
        self._epochs = epochs
        self._samples = samples
        self._points: list[tuple[float, float, float]] = []
        self._spacing = 0.0  # of the points, in epochs
        self._looked = self._due = -inf  # when events were last handled; when to draw next
        self._picture = pygame.Surface((1, 1))
        self._picture.fill(page.BACKGROUND)
        # SIGTERM should end the program; SDL would turn it into the window's closing.
        os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
        if sys.platform.startswith("linux"):
            # Without a display SDL would fall back to a driver that draws where nobody can see it.
            drivers = "x11,wayland" if "WAYLAND_DISPLAY" in os.environ else "x11"
            os.environ.setdefault("SDL_VIDEODRIVER", drivers)
        try:
            pygame.display.init()
            size = tuple(map(min, SIZE, pygame.display.get_desktop_sizes()[0]))
            self._window: pygame.Window | None = pygame.Window(title, size, resizable=True)
        except pygame.error as error:
            pygame.display.quit()
            raise OSError(f"can't open a window: {error}; watch on a display") from error
        self._window.minimum_size = SMALLEST_SIZE
        pygame.display.set_allow_screensaver(True)

    def update(self, net: Net, progress: Progress) -> None:
        """Show the state of training, if it is time to."""
        if self._window is None:
            return
        self._keep((progress.done, progress.recent.loss, progress.recent.accuracy))
        now = perf_counter()
        if now - self._looked < 1 / EVENTS_PER_SECOND:
            return
        self._looked = now
        self._handle_events()
        if self._window is not None and now >= self._due:
            left = progress.seconds * (self._epochs / progress.done - 1)
            far = f"epoch {progress.done:.1f} of {self._epochs}, {duration(left)} left"
            self._window.title = f"{self._title}: {far}"
            first = self._due == -inf  # and slow, as it loads the fonts: not counted
            self._draw(net, progress, far.capitalize(), f"{progress.recent}")
            cost = 0 if first else perf_counter() - now
            self._due = now + max(LEAST_SECONDS, cost / SHARE)

    def stay(self, net: Net, progress: Progress, advice: str) -> None:
        """Show the end of training, with a line of advice, until the window is closed or the
        program interrupted."""
        if self._window is None:
            return
        epochs = "1 epoch" if progress.epochs == 1 else f"{progress.epochs} epochs"
        ended = f"{epochs} in {duration(progress.seconds)}"
        self._window.title = f"{self._title}: {ended}"
        try:
            self._draw(net, progress, f"Trained: {ended}", advice)
            while self._window is not None:
                self._handle_events()
                sleep(1 / EVENTS_PER_SECOND)
        except KeyboardInterrupt:
            self.close()

    def close(self) -> None:
        """Close the window, if it is still open."""
        if self._window is not None:
            window, self._window = self._window, None
            window.destroy()
            pygame.display.quit()

    def _keep(self, newest: tuple[float, float, float]) -> None:
        """Keep a point of (epochs done, loss, accuracy), unless it is closer to the last one than
        the spacing."""
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

    def _draw(self, net: Net, progress: Progress, title: str, subtitle: str) -> None:
        """Draw title, curves, bars and weights below each other, as large as the window allows."""
        head, axes = page.sheet(HEAD_HEIGHT)
        page.head(axes, title, subtitle)
        drawn = [
            head,
            curves(progress.history, self._points, self._epochs),
            sample_bars(net, self._samples),
            weights(net),
        ]
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
        size = pictures[0].width, sum(picture.height for picture in pictures)
        self._picture = pygame.Surface(size)
        top = 0
        for picture in pictures:
            self._picture.blit(picture, (0, top))
            top += picture.height
        self._show()

    def _show(self) -> None:
        """Show the newest picture in the middle of the window, scaled to fit."""
        surface = self._window.get_surface()
        surface.fill(page.BACKGROUND)
        place = self._picture.get_rect().fit(surface.get_rect())
        surface.blit(pygame.transform.smoothscale(self._picture, place.size), place)
        self._window.flip()


def duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
