"""The showcase makes the project's pictures by sending scripted events to the window.

python -m app.demo.showcase     writes the icon, two screenshots and the animation into assets/
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

from pathlib import Path

import numpy as np
import pygame
from PIL import Image

from app.demo.sample import THINNER, sample_number, sample_strokes
from app.style import theme
from app.window import App
from digits.drawing import Drawing
from digits.drawing.ink import Ink
from digits.recognizer import SHIPPED_MODEL
from digits.recognizer.model_shelf import ShelvedModel, models_at_hand

ASSETS = Path(__file__).parents[2] / "assets"

FRAMES_PER_SECOND = 25  # GIF counts hundredths of a second
POINTS_PER_FRAME = 6  # the drawing speed
GLIDE = 7  # frames in which the pointer moves to the start of a stroke
NUMBER = "2026"
SAMPLE = 8  # the palette is computed from every 8th frame
COLOURS = 160
# The corners between which a scribble goes back and forth.
SCRIBBLE_X = 0.18, 0.30, 0.38, 0.50, 0.52, 0.68, 0.66, 0.84, 0.20, 0.80, 0.22, 0.72
SCRIBBLE_Y = 0.66, 0.20, 0.78, 0.18, 0.80, 0.24, 0.76, 0.34, 0.40, 0.62, 0.80, 0.14

MAP = 1.22, 1.416  # the place of a feature map, in units of the canvas

ICON_SIDE = 256
ICON_CELLS, ICON_CELL = 16, 64  # pixels of the digit's right half; pixels of each while drawn
ICON_CORNER = 0.22  # the corners' radius, as a share of the side
ICON_SCALE, ICON_PEN = 1.2, 0.15  # of the digit on it, and of its pen


class Film:
    """The frames of a window under scripted input."""

    def __init__(self, models: list[ShelvedModel]) -> None:
        self.frames: list[Image.Image] = []
        self._app = App(models[0].recognizer, models=models)
        self._surface = pygame.Surface(theme.DESIGN_SIZE)
        self._pointer = np.array([0.5, 0.95])  # in units of the canvas

    def rest(self, seconds: float) -> None:
        """Let time pass."""
        for _ in range(round(seconds * FRAMES_PER_SECOND)):
            self._app.update(1 / FRAMES_PER_SECOND)
            self._app.draw(self._surface)
            pixels = pygame.image.tobytes(self._surface, "RGB")
            self.frames.append(Image.frombytes("RGB", self._surface.get_size(), pixels))

    def press(self, key: int) -> None:
        """Press a key."""
        self._app.handle(pygame.Event(pygame.KEYDOWN, key=key, mod=0, unicode=""))

    def draw(self, strokes: list[np.ndarray]) -> None:
        """Draw `strokes`, each (n, 2) in units of the canvas's side."""
        for stroke in strokes:
            self.point(stroke[0])
            self._button(pygame.MOUSEBUTTONDOWN, stroke[0])
            for index, point in enumerate(stroke[1:], start=1):
                self._move(point, held=True)
                if index % POINTS_PER_FRAME == 0:
                    self.rest(1 / FRAMES_PER_SECOND)
            self._button(pygame.MOUSEBUTTONUP, stroke[-1])
            self._pointer = stroke[-1]

    def point(self, place: np.ndarray) -> None:
        """Move the pointer to a place (2,) on the canvas."""
        for share in np.linspace(0, 1, GLIDE):
            share = share * share * (3 - 2 * share)  # starts and stops gently
            self._move(self._pointer * (1 - share) + place * share, held=False)
            self.rest(1 / FRAMES_PER_SECOND)
        self._pointer = place

    def leave(self) -> None:
        """Take the pointer out of the window."""
        self._app.handle(pygame.Event(pygame.WINDOWLEAVE))

    def _move(self, point: np.ndarray, held: bool) -> None:
        buttons = (int(held), 0, 0)
        pos = self._place(point)
        self._app.handle(pygame.Event(pygame.MOUSEMOTION, pos=pos, rel=(0, 0), buttons=buttons))

    def _button(self, kind: int, point: np.ndarray) -> None:
        pos = self._place(point)
        self._app.handle(pygame.Event(kind, pos=pos, button=pygame.BUTTON_LEFT))

    def _place(self, point: np.ndarray) -> tuple[float, float]:
        canvas = self._app.canvas_rect
        x, y = (point * canvas.size + canvas.topleft).tolist()
        return x, y


def animation(models: list[ShelvedModel]) -> list[Image.Image]:
    """The frames of the animation, which begins and ends with a blank sheet."""
    film = Film(models)
    film.rest(0.6)
    film.draw(sample_strokes(3))
    film.rest(0.9)
    film.press(pygame.K_SPACE)
    film.press(pygame.K_n)
    film.draw(sample_strokes(8))
    film.rest(1.2)
    film.press(pygame.K_n)
    film.press(pygame.K_SPACE)
    for _ in range(THINNER):
        film.press(pygame.K_LEFTBRACKET)
    film.draw([scribble()])
    film.rest(1.4)
    film.press(pygame.K_SPACE)
    film.press(pygame.K_t)
    film.draw(sample_number(NUMBER))
    film.rest(0.6)
    film.point(sample_number(NUMBER)[0].mean(axis=0))  # at its first digit
    film.rest(1.2)
    film.press(pygame.K_SPACE)
    for _ in range(THINNER):
        film.press(pygame.K_RIGHTBRACKET)
    film.press(pygame.K_t)
    film.leave()
    film.rest(0.6)
    return film.frames


def screenshot(
    models: list[ShelvedModel],
    keys: tuple[int, ...],
    strokes: list[np.ndarray],
    pointer: tuple[float, float] | None = None,
) -> Image.Image:
    """The window in which `keys` were pressed and `strokes` were drawn; the mouse is at `pointer`,
    in units of the canvas, or gone."""
    film = Film(models)
    for key in keys:
        film.press(key)
    film.draw(strokes)
    if pointer is None:
        film.leave()
    else:
        film.point(np.array(pointer))
    film.rest(1)
    return film.frames[-1]


def scribble() -> np.ndarray:
    """What is no digit: one stroke (n, 2) to and fro, rounded at its turns."""
    corners = np.stack([SCRIBBLE_X, SCRIBBLE_Y], axis=1)
    middles = (corners[1:] + corners[:-1]) / 2
    t = np.linspace(0, 1, 16)[:, None]
    return np.concatenate(
        [
            (1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end
            for start, corner, end in zip(middles[:-1], corners[1:-1], middles[1:], strict=True)
        ]
    )


def icon() -> Image.Image:
    """A digit as a person sees it at the left, and as the network sees it at the right."""
    side = ICON_CELLS * ICON_CELL
    strokes = ((stroke - 0.5) * ICON_SCALE + 0.5 for stroke in sample_strokes(5))
    drawing = Drawing.of(strokes, ICON_PEN)
    ink = Ink(side)
    ink.draw(drawing)
    cells = ink.pixels.reshape(ICON_CELLS, ICON_CELL, ICON_CELLS, ICON_CELL).mean(axis=(1, 3))
    middle = side // 2
    ink.pixels[:, middle:] = np.kron(cells, np.ones((ICON_CELL, ICON_CELL)))[:, middle:]

    sheet = pygame.Surface((side, side), pygame.SRCALPHA)
    corner = round(ICON_CORNER * side)
    pygame.draw.rect(sheet, theme.LIGHT.ink, sheet.get_rect(), border_radius=corner)
    ground = Image.frombytes("RGBA", sheet.size, pygame.image.tobytes(sheet, "RGBA"))
    digit = Image.fromarray((ink.pixels * 255).round().astype(np.uint8))
    ground.paste(theme.LIGHT.sheet, mask=digit)
    return ground.resize((ICON_SIDE, ICON_SIDE), Image.Resampling.BOX)


def save_animation(frames: list[Image.Image], path: Path) -> None:
    """Write a GIF that runs for ever, in one palette for all frames: one each would flicker."""
    mosaic = Image.new("RGB", (frames[0].width, frames[0].height * len(frames[::SAMPLE])))
    for number, frame in enumerate(frames[::SAMPLE]):
        mosaic.paste(frame, (0, number * frame.height))
    counts = sorted(mosaic.getcolors(mosaic.width * mosaic.height), reverse=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for _, colour in counts[:COLOURS] for channel in colour])
    first, *rest = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames)
    duration = 1000 // FRAMES_PER_SECOND
    first.save(path, save_all=True, append_images=rest, duration=duration, loop=0, optimize=True)


def main() -> None:
    ASSETS.mkdir(exist_ok=True)
    models = models_at_hand([SHIPPED_MODEL])
    icon().save(ASSETS / "icon.png", optimize=True)
    thinner = (pygame.K_LEFTBRACKET,) * THINNER
    light = screenshot(models, thinner, sample_number(NUMBER))
    light.save(ASSETS / "window.png", optimize=True)
    dark = screenshot(models, (pygame.K_t, pygame.K_n), sample_strokes(3), MAP)
    dark.save(ASSETS / "window-dark.png", optimize=True)
    save_animation(animation(models), ASSETS / "drawing.gif")


if __name__ == "__main__":
    main()
