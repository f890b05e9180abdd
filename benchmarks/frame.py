"""How quickly the window answers: the time of a frame, of the first frame, and the cost of idling.

    python benchmarks/frame.py

All on one core. A frame is timed from a mouse event to the finished picture, with the network
panel open. First frame and idling are those of `python display.py`, on the display that there is
or, where there is none, on SDL's dummy.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from math import pi, sin
from pathlib import Path
from statistics import median, quantiles

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # or NumPy would start a thread for each core at once
sys.path.insert(0, str(Path(__file__).parent.parent))

import pygame

from app.demo.replay import stroke_events
from app.demo.sample import sample_number_events
from app.style import theme
from app.style.layout import Layout
from app.window import App
from digits.recognizer import Recognizer
from digits.recognizer.model_shelf import models_at_hand

PROJECT = Path(__file__).parent.parent
REFRESH = 1000 / 60  # milliseconds between two pictures on a usual screen
FRAMES = 2000
WARM_UP = 100  # frames
MOVES = 60  # in a stroke
STARTS = 5
SETTLING_SECONDS = 1
IDLE_SECONDS = 5
LONGEST_SECONDS = 60
# Runs display.py, says when the first frame is shown, and then what share of a core it uses.
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

threading.Timer({LONGEST_SECONDS}, os._exit, [1]).start()  # in case that no frame ever comes
pygame.Window = Window
runpy.run_path("display.py", run_name="__main__")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", help="default: the shipped one")
    recognizer = Recognizer.load(parser.parse_args().model)
    if hasattr(os, "sched_setaffinity"):  # what is started from here inherits it
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    width, height = theme.DESIGN_SIZE
    print(f"{recognizer.name}, {width}x{height}, one core; a screen shows a frame {REFRESH:.1f} ms")
    for name, events in (
        ("drawing", drawing),
        ("drawing a number", number),
        ("mouse over the maps", over_maps),
        ("mouse over the bars", over_bars),
    ):
        times = frame_times(recognizer, events)
        slowest = quantiles(times, n=100)[-1]
        print(f"{name:<20} median {median(times):.2f} ms, 99th percentile {slowest:.2f} ms")
    for name, milliseconds in answer_times(recognizer).items():
        print(f"{name:<20} {milliseconds:.0f} ms until a number of six digits is read")

    has_display = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    driver = {} if has_display else {"SDL_VIDEODRIVER": "dummy"}
    state = tempfile.TemporaryDirectory()  # rather than the person's last sheet
    places = dict.fromkeys(("XDG_STATE_HOME", "LOCALAPPDATA"), state.name)
    environment = os.environ | driver | places
    seconds = median(first_frame(environment) for _ in range(STARTS))
    where = "the display" if has_display else "SDL's dummy display"
    print(f"{'first frame':<20} {seconds:.2f} s after the start, on {where}")
    print(f"{'idle window':<20} {idle_share(environment):.1%} of the core, on {where}")


def frame_times(
    recognizer: Recognizer, events: Callable[[App], Iterator[pygame.Event]]
) -> list[float]:
    """Milliseconds for each of FRAMES frames, one for each event, with all panels open."""
    app = App(recognizer, theme.DESIGN_SIZE)
    surface = pygame.Surface(theme.DESIGN_SIZE)
    press(app, pygame.K_n)
    times = []
    for event in islice(events(app), WARM_UP + FRAMES):
        start = time.perf_counter()
        app.handle(event)
        app.update(1 / 60)
        app.draw(surface)
        times.append((time.perf_counter() - start) * 1000)
    return times[WARM_UP:]


def answer_times(recognizer: Recognizer) -> dict[str, float]:
    """Milliseconds from a key until all of a number is read anew, in however many frames."""
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


def press(app: App, key: int, mod: int = 0) -> None:
    app.handle(pygame.Event(pygame.KEYDOWN, key=key, mod=mod, unicode=""))


def drawing(app: App) -> Iterator[pygame.Event]:
    """A hand that draws one eight after the other, each on a new sheet."""
    while True:
        yield from eight(app.canvas_rect)
        yield pygame.Event(pygame.KEYDOWN, key=pygame.K_SPACE, mod=0, unicode=" ")


def number(app: App) -> Iterator[pygame.Event]:
    """A hand that writes numbers of six digits, each on a new sheet."""
    while True:
        yield from sample_number_events(app.canvas_rect, "240617")
        yield pygame.Event(pygame.KEYDOWN, key=pygame.K_SPACE, mod=0, unicode=" ")


def over_maps(app: App) -> Iterator[pygame.Event]:
    """A mouse that goes over every feature map while an eight is read."""
    yield from over(app, Layout(theme.DESIGN_SIZE, network=True).network)


def over_bars(app: App) -> Iterator[pygame.Event]:
    """A mouse that goes over every bar while an eight is read."""
    yield from over(app, Layout(theme.DESIGN_SIZE, network=True).bars)


def over(app: App, rect: pygame.Rect) -> Iterator[pygame.Event]:
    yield from eight(app.canvas_rect)
    step = 0
    while True:
        x, y = rect.left + 37 * step % rect.width, rect.top + 23 * step % rect.height
        yield pygame.Event(pygame.MOUSEMOTION, pos=(x, y), rel=(0, 0), buttons=(0, 0, 0))
        step += 1


def eight(canvas: pygame.Rect) -> Iterator[pygame.Event]:
    """The events of a mouse that draws an eight on `canvas` in a single stroke."""
    path = [
        (0.5 + 0.16 * sin(4 * pi * i / MOVES), 0.5 - 0.3 * sin(2 * pi * i / MOVES + pi / 2))
        for i in range(MOVES + 1)
    ]
    yield from stroke_events(
        (canvas.left + int(x * canvas.width), canvas.top + int(y * canvas.height)) for x, y in path
    )


def first_frame(environment: dict[str, str]) -> float:
    """Seconds from starting `python display.py` until its first frame is shown."""
    start = time.perf_counter()
    with watched(environment) as process:
        told(process)
        seconds = time.perf_counter() - start
        process.kill()
    return seconds


def idle_share(environment: dict[str, str]) -> float:
    """The share of a core that the window uses while nobody touches it."""
    with watched(environment) as process:
        told(process)
        return float(told(process))


def watched(environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WATCHED]
    return subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
    )


def told(process: subprocess.Popen[str]) -> str:
    """The next line of what the process prints."""
    line = process.stdout.readline()
    if not line:
        raise SystemExit("frame.py: display.py ended without showing a frame; run it by itself")
    return line


if __name__ == "__main__":
    main()
