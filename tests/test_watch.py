"""The window on a training run: it shows, it does not disturb, and nobody needs it."""

import gc
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pygame
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net
from training import page, watch
from training.progress import Progress, Recent
from training.sample_bars import IMAGE, TOP, Samples, sample_bars
from training.watch import Watch

SAMPLES = Samples("some", np.eye(28, dtype=np.float32)[None].repeat(10, 0), np.arange(10))
PROJECT = Path(watch.__file__).parent.parent
ROW = {
    "epoch": 1,
    "loss": 0.5,
    "accuracy": 0.8,
    "validation_loss": 0.3,
    "validation_accuracy": 0.9,
    "seconds": 1.0,
}


def progress(done, loss, accuracy, *history):
    """That of a training which has done so many epochs, at 10 seconds an epoch."""
    recent = Recent(images=1, digits=1, losses=loss, hits=accuracy)
    order = np.arange(1000)
    seen = round(done % 1 * 1000)
    return Progress(int(done), 10.0 * done, list(history), recent, order, seen)


@pytest.fixture
def net():
    return Net([InLayer(784), Dense(10, softmax)], CrossEntropyLoss, np.random.default_rng(0))


@pytest.fixture
def clock(monkeypatch):
    """The time, in a list of one; it passes only as a test says."""
    time = [100.0]
    monkeypatch.setattr(watch, "perf_counter", lambda: time[0])
    return time


@pytest.fixture
def window(monkeypatch, clock):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda: [(1920, 1080)])
    window = Watch("a run", 4, SAMPLES)
    yield window
    window.close()


@pytest.fixture
def drawn(window, monkeypatch, clock):
    """When pictures were drawn; each takes as long as `drawn.cost` says."""

    class Drawn(list):
        cost = 0.1

    drawn = Drawn()

    def draw(net, progress, title, subtitle):
        drawn.append(clock[0])
        clock[0] += drawn.cost

    monkeypatch.setattr(window, "_draw", draw)
    return drawn


def pixels(window):
    return pygame.surfarray.array3d(window._window.get_surface())


def pass_batches(window, net, clock, seconds, batch=0.01):
    """Train for some seconds, with a batch of so many each."""
    end = clock[0] + seconds
    while clock[0] < end:
        clock[0] += batch
        window.update(net, progress(clock[0] / 100, 0.5, 0.9))


def test_the_window_shows_curves_above_weights(window, net):
    window.update(net, progress(1.5, 0.3, 0.88, ROW))
    picture = pixels(window)
    ink = (picture == pygame.Color(page.INK)[:3]).all(axis=2)
    blue = (picture[..., 2].astype(int) - picture[..., 0]) > 60
    width, height = watch.SIZE
    assert picture.shape[:2] == (width, height)
    assert ink[:, : height // 2].any()
    assert blue[:, height // 2 :].sum() > 500 > blue[:, : height // 3].sum()
    assert "a run" in window._window.title
    assert window._window.title == "a run: epoch 1.5 of 4, 25 s left"


def test_the_window_is_no_larger_than_the_display(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")  # its display has 1024 x 768 points
    window = Watch("a run", 4, SAMPLES)
    assert window._window.size == (880, 768)
    window.close()


def test_bars_show_what_the_network_makes_of_each_sample(net):
    net.layers[1].parameters["weights"][:] = 0
    net.layers[1].parameters["biases"][:] = 8 * np.eye(10, dtype=np.float32)[3]

    def coloured(samples):
        figure = sample_bars(net, samples)
        FigureCanvasAgg(figure).draw()
        pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
        ink, accent = (pygame.Color(colour)[:3] for colour in (page.INK, page.ACCENT))
        bars = pixels[TOP + IMAGE + 16 :]
        return (bars == ink).all(axis=2).sum(), (bars == accent).all(axis=2).sum()

    all_right = coloured(SAMPLES._replace(labels=np.full(10, 3)))
    all_wrong = coloured(SAMPLES._replace(labels=np.full(10, 4)))
    assert all_right[0] > 5 * all_wrong[0] and all_wrong[1] > 1000 and all_right[1] == 0


def test_the_picture_follows_the_training(window, net, clock):
    window.update(net, progress(0.1, 2.0, 0.3))
    before = pixels(window)
    clock[0] += 60
    net.parameters[:] *= -1
    window.update(net, progress(1.5, 0.3, 0.88, ROW))
    assert (pixels(window) != before).any()


def test_watching_leaves_the_numbers_alone(window, net):
    parameters, state = net.parameters.copy(), repr(np.random.get_state())
    history = [ROW.copy()]
    window.update(net, progress(1.5, 0.3, 0.88, *history))
    np.testing.assert_array_equal(net.parameters, parameters)
    assert repr(np.random.get_state()) == state
    assert history == [ROW]


@pytest.mark.parametrize("cost", [0.0, 0.05, 0.3, 2.0])
def test_pictures_take_a_small_share_of_the_time_however_slow_they_are(
    cost, window, drawn, net, clock
):
    drawn.cost = cost
    start = clock[0]
    pass_batches(window, net, clock, seconds=120)
    assert len(drawn) > 1
    assert cost * (len(drawn) - 2) <= watch.SHARE * (clock[0] - start)  # but for the first
    assert np.diff(drawn).min() >= watch.LEAST_SECONDS
    assert np.diff(drawn).max() <= max(watch.LEAST_SECONDS, cost / watch.SHARE) + 0.1


def test_events_are_looked_at_often_but_not_at_every_batch(window, drawn, net, clock, monkeypatch):
    looks = []
    monkeypatch.setattr(pygame.event, "get", lambda: looks.append(clock[0]) or [])
    drawn.cost = 0
    pass_batches(window, net, clock, seconds=10, batch=0.001)
    assert 200 < len(looks) <= 10 * watch.EVENTS_PER_SECOND + 1
    assert np.diff(looks).max() < 0.1


@pytest.mark.parametrize(
    "event",
    [
        pygame.Event(pygame.QUIT),
        pygame.Event(pygame.WINDOWCLOSE),
        pygame.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE),
    ],
    ids=["quit", "close", "escape"],
)
def test_whoever_closes_the_window_ends_the_watching_alone(event, window, drawn, net, clock):
    window.update(net, progress(0.1, 2.0, 0.3))
    pygame.event.post(event)
    pass_batches(window, net, clock, seconds=30)
    assert len(drawn) == 1
    assert not pygame.display.get_init()
    window.close()  # as at the end of any training


def test_other_keys_close_nothing(window, drawn, net, clock):
    pygame.event.post(pygame.Event(pygame.KEYDOWN, key=pygame.K_SPACE))
    pass_batches(window, net, clock, seconds=30)
    assert len(drawn) > 1


def test_a_resized_window_is_filled_at_once_and_drawn_anew_in_its_time(window, net, clock):
    window.update(net, progress(1.5, 0.3, 0.88, ROW))
    window._window.size = (600, 900)
    clock[0] += 0.1
    window.update(net, progress(1.5, 0.3, 0.88, ROW))
    scaled = pixels(window)
    assert scaled.shape[:2] == (600, 900)
    assert len(np.unique(scaled.reshape(-1, 3), axis=0)) > 100
    clock[0] += 60
    window.update(net, progress(1.5, 0.3, 0.88, ROW))
    assert window._picture.width == 600  # as broad as there is room
    assert (pixels(window) != scaled).any()


def test_a_long_training_keeps_few_points_and_all_of_its_time(window, net):
    for i in range(1, 100_000):
        window._keep((i / 1000, 1.0, 0.5))
    done = [point[0] for point in window._points]
    assert len(done) <= watch.MOST_POINTS
    assert done[0] < 0.01 and done[-1] > 99.5
    assert np.diff(done).max() < 1  # none of its epochs is left out


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (89, "89 s"), (121, "2 min"), (3570, "1 h 0 min"), (4000, "1 h 7 min")],
)
def test_times_are_said_as_people_say_them(seconds, said):
    assert watch.duration(seconds) == said


def test_the_window_stays_with_the_command_until_somebody_closes_it(window, net, monkeypatch):
    shown, looks = [], []
    monkeypatch.setattr(watch.page, "head", lambda axes, *words: shown.append(words))

    def look():
        looks.append(window._window.title)
        return [pygame.Event(pygame.QUIT)] if len(looks) == 5 else []

    monkeypatch.setattr(pygame.event, "get", look)
    window.stay(net, progress(4.0, 0.1, 0.97, ROW), "Try it: ...")
    assert shown[0] == ("Trained: 4 epochs in 40 s", "Try it: ...")
    assert looks == ["a run: 4 epochs in 40 s"] * 5
    assert not pygame.display.get_init()


def test_a_window_that_was_closed_does_not_come_back_at_the_end(window, net):
    window.close()
    window.stay(net, progress(4.0, 0.1, 0.97, ROW), "Try it: ...")
    assert not pygame.display.get_init()


def test_ctrl_c_closes_a_window_that_stays(window, net, monkeypatch):
    monkeypatch.setattr(watch, "sleep", lambda seconds: signal.raise_signal(signal.SIGINT))
    window.stay(net, progress(4.0, 0.1, 0.97, ROW), "Try it: ...")
    assert not pygame.display.get_init()


def test_a_run_that_goes_on_after_some_epochs_is_shown_from_its_first_batch(window, net):
    window.update(net, progress(3.001, 0.3, 0.88))
    assert len(np.unique(pixels(window).reshape(-1, 3), axis=0)) > 100


def test_pictures_do_not_pile_up_in_memory(window, net, clock):
    def alive():
        gc.collect()
        return sum(isinstance(one, Figure) for one in gc.get_objects())

    before = alive()
    for _ in range(4):
        clock[0] += 60
        window.update(net, progress(1.5, 0.3, 0.88, ROW))
    assert alive() == before


# --- In a process of its own

WATCHED = """
import time
import numpy as np
from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net
from training.progress import Progress, Recent
from training.sample_bars import Samples
from training.watch import Watch

net = Net([InLayer(784), Dense(10, softmax)], CrossEntropyLoss)
try:
    watch = Watch("a run", 30, Samples("some", np.zeros((10, 28, 28), np.float32), np.arange(10)))
except OSError as error:
    raise SystemExit(str(error))
try:
    print("watching", flush=True)
    for i in range(1, 3000):
        recent = Recent(images=1, digits=1, losses=1.0, hits=0.5)
        watch.update(net, Progress(0, 1.0, [], recent, np.arange(3000), i))
        time.sleep(0.01)
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


def environment(**settings):
    names = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_NO_SIGNAL_HANDLERS")
    return {k: v for k, v in os.environ.items() if k not in names} | settings


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_no_display_is_an_error_in_one_line():
    result = subprocess.run(
        [sys.executable, "-c", WATCHED],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    (line,) = result.stderr.splitlines()
    assert line.startswith("can't open a window: ")
    assert not result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_signals_reach_the_training_not_the_window(number, status):
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHED],
        cwd=PROJECT,
        env=environment(SDL_VIDEODRIVER="dummy"),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "watching\n"
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == status
    assert out == ("stopped\n" if number == signal.SIGINT else "")
