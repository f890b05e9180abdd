"""The command `python display.py`: what it saves, and what it says when something is wrong."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pygame
import pytest

import display
from app.demo.sample import sample_events
from app.style.theme import DESIGN_SIZE, LIGHT
from app.window import App
from digits.recognizer import Recognizer
from nn.activation_functions import softmax
from nn.cost_functions import CrossEntropyLoss
from nn.layers import Dense, InLayer
from nn.nets import Net

SCRIPT = Path(display.__file__)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("model") / "small.npz"
    layers = [InLayer(units=784), Dense(units=10, activation=softmax)]
    Net(layers, cost_function=CrossEntropyLoss).save_model(path)
    return path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run display.py where there is no display."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
    }
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def assert_fails_with_one_line(result: subprocess.CompletedProcess[str], *parts: object) -> None:
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    for part in parts:
        assert str(part) in result.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_no_display_is_one_line_with_advice(model):
    assert_fails_with_one_line(run("--model", model), "window", "--screenshot")


def test_a_missing_model_is_one_line_with_advice(tmp_path):
    path = tmp_path / "nowhere.npz"
    assert_fails_with_one_line(run("--model", path), path, "No such file", "python train.py")


def test_several_models_can_be_named_and_a_broken_one_hurts_nothing(model, tmp_path):
    picture = tmp_path / "picture.png"
    others = "--model", tmp_path / "nowhere.npz", "--screenshot", picture
    result = run("--model", model, *others)
    assert (result.returncode, result.stderr) == (0, "")
    assert picture.exists()


def test_a_broken_model_is_one_line_with_advice(model, tmp_path):
    for content in (b"", b"not a model", model.read_bytes()[:-100]):
        path = tmp_path / "broken.npz"
        path.write_bytes(content)
        assert_fails_with_one_line(run("--model", path), path, "python train.py")


@pytest.mark.parametrize(
    "size", ["640", "640x", "axb", "-640x480", "639x480", "640x479", "9000x900"]
)
def test_a_bad_size_is_an_error_of_the_command_line(size):
    result = run(f"--size={size}")
    assert result.returncode == 2
    assert size in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_a_screenshot_needs_no_display(model, tmp_path):
    path = tmp_path / "picture.png"
    result = run("--model", model, "--size", "800x600", "--screenshot", path)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    picture = pygame.image.load(path)
    assert picture.get_size() == (800, 600)
    assert len(np.unique(pygame.surfarray.array2d(picture))) > 100


@pytest.mark.parametrize(
    ("name", "start"),
    [("picture", b"\x89PNG"), ("a.PNG", b"\x89PNG"), ("a.jpg", b"\xff\xd8\xff"), ("a.bmp", b"BM")],
)
def test_a_screenshot_is_what_its_name_says(model, tmp_path, name, start):
    path = tmp_path / name
    assert run("--model", model, "--screenshot", path).returncode == 0
    assert path.read_bytes().startswith(start)
    assert pygame.image.load(path).get_size() == DESIGN_SIZE


def test_a_kind_of_picture_that_cannot_be_written_is_one_line(model, tmp_path):
    path = tmp_path / "picture.heic"
    assert_fails_with_one_line(run("--model", model, "--screenshot", path), path, ".png")
    assert not list(tmp_path.iterdir())


def test_a_screenshot_that_cannot_be_written_is_one_line(model, tmp_path):
    for path in (tmp_path / "nowhere" / "picture.png", tmp_path):
        assert_fails_with_one_line(run("--model", model, "--screenshot", path), path)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere it can't be removed")
def test_a_current_folder_that_was_removed_is_one_line(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    with contextlib.chdir(gone):
        gone.rmdir()
        for command in ([SCRIPT, "--model"], [SCRIPT.with_name("export.py"), "--html"]):
            done = subprocess.run(
                [sys.executable, *command, "a file"], capture_output=True, text=True, timeout=60
            )
            assert done.returncode != 0
            *_, line = done.stderr.splitlines()
            assert "the current folder can't be used: No such file" in line


def test_a_name_with_two_lines_is_one_in_a_message(capsys):
    assert display.fail("bro\nken\udcff") == 1
    assert capsys.readouterr().err == "display.py: bro\\nken\\udcff\n"


class WatchedApp(App):
    """An App whose frames are counted; it is closed after some updates."""

    frames = updates = 0
    last_update = 3

    def draw(self, surface: pygame.Surface) -> None:
        super().draw(surface)
        assert surface.get_at((0, 0))[:3] == LIGHT.background
        self.frames += 1

    def update(self, seconds: float, *, reads: bool = True) -> bool:
        self.updates += 1
        if self.updates == self.last_update:
            pygame.event.post(pygame.Event(pygame.QUIT))
        return super().update(seconds, reads=reads)


def test_the_window_shows_what_the_app_draws_until_it_ends(model, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    app = WatchedApp(Recognizer.load(model), (640, 480))
    assert display.run(app, (640, 480)) == 0
    assert not app.running
    assert app.frames > 0


@pytest.mark.parametrize("first", [signal.SIGTERM, None])
def test_a_signal_while_the_sheet_is_being_saved_does_not_interrupt_that(model, monkeypatch, first):
    class LeavingApp(WatchedApp):
        is_saved = False

        def update(self, seconds: float, *, reads: bool = True) -> bool:
            if first is not None:
                signal.raise_signal(first)
            return super().update(seconds, reads=reads)

        def close(self) -> None:
            for number in display.SIGNALS:
                signal.raise_signal(number)
            self.is_saved = True

    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    display.on_signals(display.end)
    app = LeavingApp(Recognizer.load(model), (640, 480))
    assert display.run(app, (640, 480)) == 0
    assert app.is_saved and app.running == (first is not None)


def test_two_signals_at_once_are_one():
    display.on_signals(display.end)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    for number in display.SIGNALS:
        signal.raise_signal(number)


def test_a_window_in_which_nothing_happens_is_not_drawn_again(model, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    app = WatchedApp(Recognizer.load(model), (640, 480))
    app.last_update = 20
    assert display.run(app, (640, 480)) == 0
    assert app.frames <= 5  # the first, and what opening and closing a window needs


def test_what_reading_needs_is_imported_after_the_first_frame_in_a_thread_that_no_turn_waits_for(
    model, monkeypatch
):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    app = WatchedApp(Recognizer.load(model), (640, 480))
    app.last_update = 60
    may_read, frames = threading.Event(), []

    def prepare() -> None:
        frames.append(app.frames)
        assert may_read.wait(10)

    def update(seconds: float, *, reads: bool) -> bool:
        if app.updates == 0:
            for event in sample_events(app.canvas_rect):
                app.handle(event)
        if app.updates == 30:
            assert app._shown is None
            may_read.set()
        return WatchedApp.update(app, seconds, reads=reads)

    monkeypatch.setattr(display.preprocess, "prepare", prepare)
    monkeypatch.setattr(app, "update", update)
    assert display.run(app, (640, 480)) == 0
    assert frames == [1]
    assert app._shown is not None


def test_until_the_first_frame_scipy_ndimage_is_not_imported():
    code = """
import sys, display, pygame
from digits.recognizer import Recognizer
display.App(Recognizer.load()).draw(pygame.Surface((1000, 640)))
sys.exit("scipy.ndimage" in sys.modules)
"""
    root = Path(display.__file__).parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, timeout=60).returncode == 0


@pytest.mark.parametrize("size", [(640, 480), (1000, 640), (2560, 1440)])
def test_the_sample_is_drawn_on_the_canvas(model, size):
    app = App(Recognizer.load(model), size)
    for event in sample_events(app.canvas_rect):
        if hasattr(event, "pos"):
            assert app.canvas_rect.collidepoint(event.pos)
        app.handle(event)
    assert app.reading.image.max() > 0.9
