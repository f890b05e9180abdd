"""Open the drawing window: draw a digit with the mouse and watch a neural network read it."""

import argparse
import os
import re
import sys
from contextlib import suppress

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from app import theme
from app.sample import sample_events
from app.window import App
from digits.recognizer import Recognizer
from nn.model_files import ModelFileError

FRAMES_PER_SECOND = 60
MODEL_ADVICE = "give another with --model PATH, or train one with `python train.py`"


def main() -> int:
    """Do what the command line asks for. Returns the exit status."""
    options = parse_arguments()
    try:
        recognizer = Recognizer.load(options.model)
    except OSError as error:
        return fail(f"can't read the model {error.filename}: {error.strerror}; {MODEL_ADVICE}")
    except ModelFileError as error:
        return fail(f"{error}; {MODEL_ADVICE}")

    app = App(recognizer, options.size)
    if options.screenshot is not None:
        return save_screenshot(app, options.size, options.screenshot)
    return run(app, options.size)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="display.py", description=__doc__)
    parser.add_argument("--model", metavar="PATH", help="read with this model")
    parser.add_argument(
        "--size",
        type=window_size,
        default=theme.DESIGN_SIZE,
        metavar="WxH",
        help="the window's width and height in pixels (default: 1000x640)",
    )
    parser.add_argument(
        "--screenshot",
        metavar="PNG",
        help="save a picture of the window with a sample digit, instead of opening it",
    )
    return parser.parse_args()


def window_size(text: str) -> tuple[int, int]:
    """The (width, height) that a text such as 1000x640 means."""
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a width and height such as 1000x640")
    size = int(match[1]), int(match[2])
    bounds = zip(theme.SMALLEST_SIZE, size, theme.LARGEST_SIZE, strict=True)
    if not all(low <= length <= high for low, length, high in bounds):
        smallest, largest = (f"{w}x{h}" for w, h in (theme.SMALLEST_SIZE, theme.LARGEST_SIZE))
        raise argparse.ArgumentTypeError(f"{text} is not between {smallest} and {largest}")
    return size


def run(app: App, size: tuple[int, int]) -> int:
    """Show the window until it is closed. Returns the exit status."""
    if sys.platform.startswith("linux"):
        # Left to itself, SDL that finds no display draws where nobody can see it.
        drivers = "x11,wayland" if "WAYLAND_DISPLAY" in os.environ else "x11"
        os.environ.setdefault("SDL_VIDEODRIVER", drivers)
    try:
        pygame.display.init()
        screen = pygame.display.set_mode(size)
    except pygame.error as error:
        return fail(
            f"can't open a window: {error}; run this where there is a display, "
            "or save a picture with --screenshot PNG"
        )
    pygame.display.set_caption("Inkling")
    with suppress(pygame.error):  # not every system has one
        pygame.mouse.set_cursor(pygame.SYSTEM_CURSOR_CROSSHAIR)
    clock = pygame.Clock()
    with suppress(KeyboardInterrupt):
        while app.running:
            seconds = clock.tick(FRAMES_PER_SECOND) / 1000
            for event in pygame.event.get():
                app.handle(event)
            app.update(seconds)
            app.draw(screen)
            pygame.display.flip()
    pygame.quit()
    return 0


def save_screenshot(app: App, size: tuple[int, int], path: str) -> int:
    """Save a picture of the window in which a digit is drawn. Returns the exit status."""
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    app.update(seconds=60)  # until the bars have come to rest
    picture = pygame.Surface(size)
    app.draw(picture)
    try:
        with open(path, "wb") as file:
            pygame.image.save(picture, file, "screenshot.png")
    except OSError as error:
        return fail(
            f"can't write {path}: {error.strerror}; name a file in a folder that you can write to"
        )
    return 0


def fail(message: str) -> int:
    """Say what went wrong. Returns the exit status."""
    print(f"display.py: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
