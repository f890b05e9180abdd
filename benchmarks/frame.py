"""How quickly the window answers: the time of a frame, of the first frame, and the cost of idling.

    python benchmarks/frame.py
    python benchmarks/frame.py --cases scribble strokes

All on one core. A frame is timed from a mouse event to the finished picture, with the network panel
open; for a drawing of many strokes it is the worst frame from an action until everything is shown
and read. First frame and idling are those of `python display.py`, on the display or, without one,
on SDL's dummy.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count, islice
from math import cos, pi, sin
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # or NumPy would start a thread for each core at once
sys.path.insert(0, str(Path(__file__).parent.parent))

import pygame
from arguments import add_model

from app.demo.replay import stroke_events
from app.demo.sample import sample_number_events
from app.session import Session
from app.style import theme
from app.style.layout import Layout
from app.window import App
from digits.recognizer import Recognizer
from digits.recognizer.model_shelf import models_at_hand
from display import prepare
from nn.model_files import ModelFileError

PROJECT = Path(__file__).parent.parent
REFRESH = 1000 / 60  # milliseconds between two frames on a usual screen
FRAMES = 2000
WARM_UP = 100  # frames
MOVES = 60  # in a stroke
SCRIBBLE_SECONDS = 60
STROKES, POINTS = 3000, 8  # of a large drawing, and of each of its strokes
SETTLING_FRAMES = 150  # at most after an action, until everything is read again
STARTS = 5
SETTLING_SECONDS = 1
IDLE_SECONDS = 5
LONGEST_SECONDS = 60
# Runs display.py; prints when the first frame is shown, then the share of a core that it uses.
WATCHED = f"""
import os, runpy, threading, time
import pygame

class Window(pygame.Window):
    shown = False

    def flip(self):
        super().flip()
        if not self.shown:
            self.shown = True
            print("shown", flush=True)
            threading.Thread(target=watch).start()

def watch():
    time.sleep({SETTLING_SECONDS})
    start = time.process_time()
    time.sleep({IDLE_SECONDS})
    print((time.process_time() - start) / {IDLE_SECONDS}, flush=True)
    os._exit(0)

threading.Timer({LONGEST_SECONDS}, os._exit, [1]).start()  # in case no frame ever comes
pygame.Window = Window
runpy.run_path("display.py", run_name="__main__")
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_model(parser)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    arguments = parser.parse_args()
    try:
        recognizer = Recognizer.load(arguments.model)
    except (ModelFileError, OSError) as error:
        print(f"frame.py: {error}", file=sys.stderr)
        return 1
    where = "any core"
    if hasattr(os, "sched_setaffinity"):  # child processes inherit it
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        where = "one core"
    width, height = theme.DESIGN_SIZE
    print(f"{recognizer.name}, {width}x{height}, {where}; a frame should take {REFRESH:.1f} ms")
    prepare()
    for case in arguments.cases:
        CASES[case](recognizer)
    return 0


def frames(recognizer: Recognizer) -> None:
    """Frames while drawing or exploring."""
    for name, events in (
        ("drawing", drawing),
        ("drawing a number", number),
        ("mouse over the maps", over_maps),
        ("mouse over the bars", over_bars),
    ):
        times = frame_times(recognizer, events)
        slowest = quantiles(times, n=100)[-1]
        print(
            f"{name:<20} median {median(times):.2f} ms, 99th percentile {slowest:.2f} ms, "
            f"worst {max(times):.1f} ms"
        )


def scribble(recognizer: Recognizer) -> None:
    """Frames while a 120 Hz mouse scribbles continuously."""
    app = App(recognizer, theme.DESIGN_SIZE)
    press(app, pygame.K_n)
    events = endless(app.canvas_rect)
    times = [frame_time(app, islice(events, 120 // 60)) for _ in range(60 * SCRIBBLE_SECONDS)]
    slowest = quantiles(times, n=100)[-1]
    print(
        f"{f'{SCRIBBLE_SECONDS} s of scribble':<20} median {median(times):.2f} ms, "
        f"99th percentile {slowest:.2f} ms, worst {max(times):.1f} ms"
    )


def strokes(recognizer: Recognizer) -> None:
    """The worst frame after actions on a drawing of many strokes."""
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder, "session"))
        app = App(recognizer, theme.DESIGN_SIZE, folder=Path(folder, "drawings"), session=session)
        press(app, pygame.K_n)
        for number in range(STROKES):
            x, y = 0.05 + 0.88 * (number * 0.618 % 1), 0.05 + 0.88 * (number / STROKES)
            app.drawing.begin((x, y), 0.03)
            for point in range(1, POINTS):
                app.drawing.extend((x + 0.005 * point, y + 0.005 * (point % 3)))
        settle(app)
        middle = app.canvas_rect.center
        actions = {
            "a point more": mouse(pygame.MOUSEBUTTONDOWN, middle),
            "the next": mouse(pygame.MOUSEMOTION, (middle[0] + 9, middle[1] + 5)),
            "the pen is lifted": mouse(pygame.MOUSEBUTTONUP, (middle[0] + 9, middle[1] + 5)),
            "undo": key(pygame.K_z, pygame.KMOD_CTRL),
            "an erased point": mouse(pygame.MOUSEBUTTONDOWN, middle, pygame.BUTTON_RIGHT),
            "the eraser lifted": mouse(pygame.MOUSEBUTTONUP, middle, pygame.BUTTON_RIGHT),
            "panel closed": key(pygame.K_n),
            "panel opened": key(pygame.K_n),
            "resize": pygame.Event(pygame.WINDOWRESIZED, x=1100, y=700),
            "save": key(pygame.K_s),
            "new sheet": key(pygame.K_SPACE),
            "open": key(pygame.K_o),
        }
        print(f"the worst frame of a drawing of {STROKES} strokes of {POINTS} points, after")
        for name, event in actions.items():
            first, worst = frame_time(app, [event]), max(settle(app))
            print(f"  {name:<18} {first:.1f} ms, then at worst {worst:.1f} ms")
        app.close()


def answers(recognizer: Recognizer) -> None:
    """The time until a whole number is read again."""
    for name, milliseconds in answer_times(recognizer).items():
        print(f"{name:<20} {milliseconds:.0f} ms until a number of six digits is read")


def start(recognizer: Recognizer) -> None:
    """The first frame, and an idle window."""
    has_display = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    driver = {} if has_display else {"SDL_VIDEODRIVER": "dummy"}
    state = tempfile.TemporaryDirectory()  # to leave the user's session alone
    places = dict.fromkeys(("XDG_STATE_HOME", "LOCALAPPDATA", "PYTHONPYCACHEPREFIX"), state.name)
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}  # as on any machine where it ran before
    environment = os.environ | driver | places | compiled
    model = Path(state.name, "model.npz")
    recognizer.net.save_model(model)
    command = [sys.executable, "-c", WATCHED, "--model", model]
    command += ["--drawings", state.name]  # or the user's lessons would be loaded
    seconds = median(first_frame(command, environment) for _ in range(STARTS))
    where = "the display" if has_display else "SDL's dummy display"
    print(f"{'first frame':<20} {seconds:.2f} s after the start, on {where}")
    print(f"{'idle window':<20} {idle_share(command, environment):.1%} of the core, on {where}")


def frame_times(
    recognizer: Recognizer, events: Callable[[App], Iterator[pygame.Event]]
) -> list[float]:
    """Milliseconds for each of FRAMES frames, one for each event, with all panels open."""
    app = App(recognizer, theme.DESIGN_SIZE)
    press(app, pygame.K_n)
    times = [frame_time(app, [event]) for event in islice(events(app), WARM_UP + FRAMES)]
    return times[WARM_UP:]


def frame_time(app: App, events: Iterable[pygame.Event]) -> float:
    """Milliseconds of a frame with these events."""
    surface = surface_of(app.size)
    start = time.perf_counter()
    for event in events:
        app.handle(event)
    app.update(1 / 60)
    app.draw(surface)
    return (time.perf_counter() - start) * 1000


surface_of = cache(pygame.Surface)


def settle(app: App) -> list[float]:
    """Milliseconds of the frames until nothing is left to do."""
    return [frame_time(app, []) for _ in range(SETTLING_FRAMES)]


def answer_times(recognizer: Recognizer) -> dict[str, float]:
    """Milliseconds from a key until a whole number is read again, over all frames needed."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(recognizer, theme.DESIGN_SIZE, models_at_hand([]), Path(folder))
        for event in sample_number_events(app.canvas_rect, "240617"):
            app.handle(event)
        press(app, pygame.K_s)

        def time_of(*keys: int, mod: int = 0) -> float:
            start = time.perf_counter()
            for key in keys:
                press(app, key, mod)
            assert app.readings
            return (time.perf_counter() - start) * 1000

        return {
            "undo": time_of(pygame.K_z, mod=pygame.KMOD_CTRL),
            "open": time_of(pygame.K_o),
            "another model": time_of(pygame.K_TAB, pygame.K_DOWN, pygame.K_RETURN),
        }


def press(app: App, pressed: int, mod: int = 0) -> None:
    app.handle(key(pressed, mod))


def key(pressed: int, mod: int = 0) -> pygame.Event:
    return pygame.Event(pygame.KEYDOWN, key=pressed, mod=mod, unicode="")


def mouse(kind: int, pos: tuple[int, int], button: int = pygame.BUTTON_LEFT) -> pygame.Event:
    if kind == pygame.MOUSEMOTION:
        return pygame.Event(kind, pos=pos, rel=(0, 0), buttons=(1, 0, 0))
    return pygame.Event(kind, pos=pos, button=button)


def drawing(app: App) -> Iterator[pygame.Event]:
    """The events that draw one eight after the other, each on a new sheet."""
    while True:
        yield from eight(app.canvas_rect)
        yield pygame.Event(pygame.KEYDOWN, key=pygame.K_SPACE, mod=0, unicode=" ")


def number(app: App) -> Iterator[pygame.Event]:
    """The events that write numbers of six digits, each on a new sheet."""
    while True:
        yield from sample_number_events(app.canvas_rect, "240617")
        yield pygame.Event(pygame.KEYDOWN, key=pygame.K_SPACE, mod=0, unicode=" ")


def over_maps(app: App) -> Iterator[pygame.Event]:
    """The events of a mouse that moves over every feature map, after an eight was drawn."""
    yield from over(app, Layout(theme.DESIGN_SIZE, network=True).network)


def over_bars(app: App) -> Iterator[pygame.Event]:
    """The events of a mouse that moves over every bar, after an eight was drawn."""
    yield from over(app, Layout(theme.DESIGN_SIZE, network=True).bars)


def over(app: App, rect: pygame.Rect) -> Iterator[pygame.Event]:
    yield from eight(app.canvas_rect)
    step = 0
    while True:
        x, y = rect.left + 37 * step % rect.width, rect.top + 23 * step % rect.height
        yield pygame.Event(pygame.MOUSEMOTION, pos=(x, y), rel=(0, 0), buttons=(0, 0, 0))
        step += 1


def endless(canvas: pygame.Rect) -> Iterator[pygame.Event]:
    """The events of a mouse whose button is held, on a path that never repeats."""

    def place(step: int) -> tuple[int, int]:
        x, y = 0.5 + 0.45 * sin(0.11 * step), 0.5 + 0.45 * cos(0.0737 * step)
        return canvas.left + int(x * canvas.width), canvas.top + int(y * canvas.height)

    yield mouse(pygame.MOUSEBUTTONDOWN, place(0))
    for step in count(1):
        yield mouse(pygame.MOUSEMOTION, place(step))


def eight(canvas: pygame.Rect) -> Iterator[pygame.Event]:
    """The events of a mouse that draws an eight on `canvas` in a single stroke."""
    path = [
        (0.5 + 0.16 * sin(4 * pi * i / MOVES), 0.5 - 0.3 * sin(2 * pi * i / MOVES + pi / 2))
        for i in range(MOVES + 1)
    ]
    yield from stroke_events(
        (canvas.left + int(x * canvas.width), canvas.top + int(y * canvas.height)) for x, y in path
    )


def first_frame(command: Sequence[str | Path], environment: Mapping[str, str]) -> float:
    """Seconds from starting the command, which watches display.py, until the first frame."""
    start = time.perf_counter()
    with watched(command, environment) as process:
        told(process)
        seconds = time.perf_counter() - start
        process.kill()
    return seconds


def idle_share(command: Sequence[str | Path], environment: Mapping[str, str]) -> float:
    """The share of a core that the window uses while nobody touches it."""
    with watched(command, environment) as process:
        told(process)
        return float(told(process))


def watched(command: Sequence[str | Path], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
    )


def told(process: subprocess.Popen[str]) -> str:
    """The next line that the process prints."""
    line = process.stdout.readline()
    if not line:
        raise SystemExit("frame.py: display.py ended without showing a frame; run it by itself")
    return line


CASES = {
    "frames": frames,
    "scribble": scribble,
    "strokes": strokes,
    "answers": answers,
    "start": start,
}

if __name__ == "__main__":
    sys.exit(main())
