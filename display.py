"""Open the drawing window: draw a digit with the mouse and watch a neural network read it."""

import argparse
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from app import menu_entry
from app.demo.sample import sample_events
from app.style import theme
from app.window import App
from digits.drawing import preprocess
from digits.recognizer import SHIPPED_MODEL
from digits.recognizer.model_shelf import models_at_hand

FRAMES_PER_SECOND = 60
MODEL_ADVICE = "give another with --model PATH, or train one with `python train.py`"
ICON = Path(__file__).parent / "assets" / "icon.png"


def main() -> int:
    """Do what the command line asks for. Returns the exit status."""
    options = parse_arguments()
    if options.install_desktop or options.uninstall_desktop:
        return change_menu(install=options.install_desktop)
    models = models_at_hand(options.model or [SHIPPED_MODEL])
    first = models[0]
    if first.recognizer is None:
        return fail(f"can't read the model {first.path}: {first.problem}; {MODEL_ADVICE}")

    app = App(first.recognizer, options.size, models, options.drawings)
    if options.screenshot is not None:
        return save_screenshot(app, options.size, options.screenshot)
    return run(app, options.size)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="display.py", description=__doc__)
    parser.add_argument(
        "--model",
        metavar="PATH",
        action="append",
        help="read with this model; given again, there are more to choose from with Tab",
    )
    parser.add_argument(
        "--drawings",
        type=Path,
        metavar="DIR",
        help="save drawings in this folder (default: Inkling, in your documents)",
    )
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
    if sys.platform.startswith("linux"):
        menu = parser.add_mutually_exclusive_group()
        menu.add_argument(
            "--install-desktop", action="store_true", help="add Inkling to the desktop's menu"
        )
        menu.add_argument(
            "--uninstall-desktop", action="store_true", help="take it from the menu again"
        )
    parser.set_defaults(install_desktop=False, uninstall_desktop=False)
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
    try:
        window = open_window(size)
    except pygame.error as error:
        return fail(
            f"can't open a window: {error}; run this where there is a display, "
            "or save a picture with --screenshot PNG"
        )
    clock, cursor = pygame.Clock(), None
    # What reading needs takes longer to import than the first frame or stroke should wait.
    preparing = Thread(target=preprocess.prepare)
    with suppress(KeyboardInterrupt):
        while app.running:
            # Looking sixty times a second costs less than SDL's own way to wait, which does so
            # a thousand times.
            seconds = clock.tick(FRAMES_PER_SECOND) / 1000
            for event in pygame.event.get():
                app.handle(event)
            is_prepared = preparing.ident is not None and not preparing.is_alive()
            if app.update(seconds, reads=is_prepared):
                app.draw(window.get_surface())
                window.flip()
                if preparing.ident is None:
                    preparing.start()
            if app.cursor != cursor:
                cursor = app.cursor
                with suppress(pygame.error):  # not every system has one
                    pygame.mouse.set_cursor(cursor)
    pygame.quit()
    return 0


def open_window(size: tuple[int, int]) -> pygame.Window:
    """Open a window of `size` pixels. Raises pygame.error where that can't be."""
    if sys.platform.startswith("linux"):
        # Left to itself, SDL that finds no display draws where nobody can see it.
        drivers = "x11,wayland" if "WAYLAND_DISPLAY" in os.environ else "x11"
        os.environ.setdefault("SDL_VIDEODRIVER", drivers)
        for variable in ("SDL_VIDEO_X11_WMCLASS", "SDL_VIDEO_WAYLAND_WMCLASS"):
            os.environ.setdefault(variable, menu_entry.NAME)
    pygame.display.init()
    window = pygame.Window("Inkling", size, resizable=True)
    window.minimum_size = theme.SMALLEST_SIZE
    if ICON.exists():
        window.set_icon(pygame.image.load(ICON))
    if sys.platform == "darwin":
        # A Mac has no touch screen, but tells of every finger that rests on its trackpad.
        pygame.event.set_blocked((pygame.FINGERDOWN, pygame.FINGERMOTION, pygame.FINGERUP))
    return window


def change_menu(*, install: bool) -> int:
    """Add Inkling to the desktop's menu, or take it away. Returns the exit status."""
    try:
        if install:
            entry = menu_entry.install(menu_entry.own_command(Path(__file__)), ICON)
            print(f"Inkling is in the menu now: {entry}")
        else:
            entry = menu_entry.remove()
            print(f"removed {entry}" if entry else "Inkling was not in the menu")
    except OSError as error:
        return fail(f"can't change {error.filename}: {error.strerror}; make it writable first")
    return 0


def save_screenshot(app: App, size: tuple[int, int], path: str) -> int:
    """Save a picture of the window in which a digit is drawn. Returns the exit status."""
    for event in sample_events(app.canvas_rect):
        app.handle(event)
    app.handle(pygame.Event(pygame.WINDOWLEAVE))  # the mouse that drew takes its ring with it
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
