"""Open the drawing window: draw a digit with the mouse and watch a neural network read it."""

import argparse
import gc
import io
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from app import menu_entry
from app.demo.sample import sample_number_events
from app.screen import Screen
from app.session import Session, default_folder
from app.style import theme
from app.window import App
from digits import program
from digits.drawing import preprocess, saved_drawings
from digits.recognizer import SHIPPED_MODEL
from digits.recognizer.model_shelf import models_at_hand
from nn import blas
from nn.model_files import printable
from nn.whole_files import write_whole

FRAMES_PER_SECOND = 60
MODEL_ADVICE = f"give another with --model PATH, or train one with `{program.TRAIN_COMMAND}`"
ICON = Path(__file__).parent / "assets" / "icon.png"
PICTURES = ".png", ".jpg", ".jpeg", ".bmp"
SIGNALS = [  # that end the program; Windows has no SIGHUP
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


def main() -> int:
    """Run the command line. Returns the exit status."""
    program.prepare_output()
    options = parse_arguments()
    if options.install_desktop or options.uninstall_desktop:
        return change_menu(install=options.install_desktop)
    try:
        models = models_at_hand(options.model or [SHIPPED_MODEL])
    except OSError as error:
        return fail(program.no_folder(error))
    first = models[0]
    if first.recognizer is None:
        return fail(f"can't read the model {first.path}: {first.problem}; {MODEL_ADVICE}")

    if options.screenshot is not None:
        app = App(first.recognizer, options.size or theme.DESIGN_SIZE, models, options.drawings)
        return save_screenshot(app, options.screenshot)
    on_signals(end)
    try:
        session = Session(default_folder())
        drawings = options.drawings or saved_drawings.default_folder()
    except RuntimeError as error:  # there is no home directory
        return fail(str(error))
    session.size = options.size or session.size
    app = App(first.recognizer, session.size, models, drawings, session)
    return run(app, session.size, session)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=program.WINDOW, description=__doc__)
    parser.add_argument(
        "--model",
        metavar="PATH",
        action="append",
        help="read with this model; repeat it for several models, and choose between them with Tab",
    )
    parser.add_argument(
        "--drawings",
        type=Path,
        metavar="DIR",
        help="keep drawings and lessons in this folder (default: Inkling, in your documents)",
    )
    parser.add_argument(
        "--size",
        type=window_size,
        metavar="WxH",
        help="the window's width and height (default: as last time, at first 1000x640)",
    )
    parser.add_argument(
        "--screenshot",
        metavar="PICTURE",
        help="save a picture of the window with a sample number instead of opening it, as PNG, or "
        "as JPEG or BMP by the file's ending",
    )
    if sys.platform.startswith("linux"):
        menu = parser.add_mutually_exclusive_group()
        menu.add_argument(
            "--install-desktop", action="store_true", help="add Inkling to the desktop's menu"
        )
        menu.add_argument(
            "--uninstall-desktop", action="store_true", help="remove it from the menu again"
        )
    parser.set_defaults(install_desktop=False, uninstall_desktop=False)
    return parser.parse_args()


def window_size(text: str) -> tuple[int, int]:
    """Parse a (width, height) such as 1000x640. ArgumentTypeError for anything else."""
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a width and height such as 1000x640")
    size = int(match[1]), int(match[2])
    bounds = zip(theme.SMALLEST_SIZE, size, theme.LARGEST_SIZE, strict=True)
    if not all(low <= length <= high for low, length, high in bounds):
        smallest, largest = (f"{w}x{h}" for w, h in (theme.SMALLEST_SIZE, theme.LARGEST_SIZE))
        raise argparse.ArgumentTypeError(f"{text} is not between {smallest} and {largest}")
    return size


def run(app: App, size: tuple[int, int], session: Session | None = None) -> int:
    """Show the app in a window of `size` points until it is closed, and note its size in `session`.
    Returns the exit status."""
    try:
        screen = Screen(size, ICON)
    except pygame.error as error:
        return fail(
            f"can't open a window: {error}; run this where there is a display, "
            "or save a picture with --screenshot PICTURE"
        )
    clock = pygame.Clock()
    preparing = Thread(target=prepare)
    try:
        # A reading is too small to split between threads, and where another program keeps the
        # processor busy, they would wait for each other.
        with blas.one_thread():
            while app.running:
                # Polling 60 times a second costs less than SDL's own wait, which polls 1,000 times.
                seconds = clock.tick(FRAMES_PER_SECOND) / 1000
                for event in screen.events():
                    app.handle(event)
                if session is not None:
                    session.size = screen.size
                is_prepared = preparing.ident is not None and not preparing.is_alive()
                if app.update(seconds, reads=is_prepared):
                    screen.show(app)
                    if preparing.ident is None:
                        preparing.start()
                screen.follow(app)
    except KeyboardInterrupt:
        pass
    finally:
        on_signals(signal.SIG_IGN)  # one more must not interrupt the saving
        app.close()
        pygame.quit()
    return 0


def on_signals(act: Callable[..., None] | signal.Handlers) -> None:
    """From now on, `act` is what the SIGNALS do."""
    for number in SIGNALS:
        signal.signal(number, act)


def end(*_: object) -> None:
    """End the program as Ctrl+C does; a second signal, perhaps there already, does nothing."""
    on_signals(go_on)
    raise KeyboardInterrupt


def go_on(*_: object) -> None:
    """Do nothing; of a signal that is there already, SIG_IGN would make Python complain."""


def prepare() -> None:
    """Import what reading needs, on a thread: it takes too long for the first frame or stroke."""
    preprocess.prepare()
    gc.freeze()  # or collecting all that is loaded would now and then cost a frame 30 ms


def change_menu(*, install: bool) -> int:
    """Add Inkling to the desktop's menu, or remove it. Returns the exit status."""
    try:
        if install:
            entry = menu_entry.install(menu_entry.own_command(Path(__file__)), ICON)
            print(f"Inkling is in the menu now: {entry}")
        else:
            entry = menu_entry.remove()
            print(f"removed {entry}" if entry else "Inkling was not in the menu")
    except OSError as error:
        return fail(f"can't change {error.filename}: {error.strerror}; make it writable first")
    except RuntimeError as error:  # there is no home directory
        return fail(str(error))
    return 0


def save_screenshot(app: App, path: str) -> int:
    """Save a picture of the window with a number drawn in it. Returns the exit status."""
    suffix = Path(path).suffix.lower() or ".png"
    if suffix not in PICTURES:
        return fail(f"can't write {path}: {suffix} is not a supported format; name a .png")
    for event in sample_number_events(app.canvas_rect, "2026"):
        app.handle(event)
        app.update(seconds=1)  # so that the bars stop moving
    app.handle(pygame.Event(pygame.WINDOWLEAVE))  # the mouse leaves, so no pen ring is drawn
    app.update(seconds=1)
    picture = pygame.Surface(app.size)
    app.draw(picture)
    data = io.BytesIO()  # pygame would print what goes wrong with a file
    pygame.image.save(picture, data, f"screenshot{suffix}")
    try:
        write_whole(path, lambda file: file.write(data.getvalue()))
    except OSError as error:
        return fail(
            f"can't write {path}: {error.strerror}; name a file in a folder that you can write to"
        )
    return 0


def fail(message: str) -> int:
    """Print an error message. Returns the exit status."""
    print(printable(f"{program.WINDOW}: {message}"), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
