"""The session: what a window leaves to the next one, also when it is killed."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pygame
import pytest
from hand import SIZE, FakeRecognizer, key, move, on, picture, press, release, stroke

from app import session
from app.session import LONGEST, Session
from app.style.theme import DARK, DESIGN_SIZE
from app.window import App
from digits.drawing import Drawing, saved_drawings

PROJECT = Path(__file__).parent.parent


def window(folder: Path) -> App:
    return App(FakeRecognizer(), SIZE, session=Session(folder))


def strokes(app: App) -> list:
    return [(stroke.points, stroke.width) for stroke in app.drawing.strokes]


def test_the_next_window_has_the_sheet_with_its_label_and_the_theme_of_the_last(tmp_path):
    app = window(tmp_path / "new")
    stroke(app, (0.2, 0.2), (0.7, 0.8))
    key(app, pygame.K_7)
    key(app, pygame.K_t)
    app.close()
    after = window(tmp_path / "new")
    assert strokes(after) == strokes(app)
    assert after.drawing.label == 7
    assert after.reading is not None
    assert tuple(picture(after)[0, 0]) == DARK.background
    assert "SPACE" in after.message


def test_a_label_that_was_extended_when_it_was_saved_is_there_for_the_next_window(tmp_path):
    app = App(FakeRecognizer(), SIZE, folder=tmp_path, session=Session(tmp_path / "state"))
    stroke(app, (0.2, 0.2), (0.7, 0.8))
    key(app, pygame.K_5)
    press(app, on(app, 0.7, 0.2))
    move(app, on(app, 0.5, 0.5))
    for _ in range(3):
        app.update(LONGEST)  # saves the label of the first stroke alone
        app._session._writer.join()
    key(app, pygame.K_s)
    app.update(LONGEST)
    app._session._writer.join()
    assert app.drawing.label == 5
    assert window(tmp_path / "state").drawing.label == 5
    move(app, on(app, 0.2, 0.8))
    assert len(app.drawing.strokes[1].points) == 3, "the stroke went on"


def saved_window(folder: Path) -> App:
    """A window that saves its drawings in `folder`, which is empty but for that."""
    session = Session(folder.parent / "state")
    return App(FakeRecognizer(), SIZE, folder=folder, session=session)


@pytest.mark.parametrize("on_picture", [False, True])
def test_the_next_window_knows_the_file_that_its_sheet_is_saved_in(tmp_path, on_picture):
    app = saved_window(tmp_path / "drawings")
    if on_picture:
        app.drawing.show(np.linspace(0, 1, 784, dtype=np.float32).reshape(28, 28))
        key(app, pygame.K_7)
    else:
        stroke(app, (0.2, 0.2), (0.7, 0.8))
    key(app, pygame.K_s)
    app.close()
    after = saved_window(tmp_path / "drawings")
    key(after, pygame.K_s)
    assert len(saved_drawings.newest_first(tmp_path / "drawings")) == 1
    key(after, pygame.K_r)
    assert "not saved" not in after.message


def test_a_file_with_another_drawing_than_the_sheet_is_left_alone_by_the_next_window(tmp_path):
    app = saved_window(tmp_path / "drawings")
    stroke(app, (0.2, 0.2), (0.7, 0.8))
    key(app, pygame.K_s)
    stroke(app, (0.2, 0.8), (0.7, 0.2))
    app.close()
    after = saved_window(tmp_path / "drawings")
    key(after, pygame.K_s)
    assert len(saved_drawings.newest_first(tmp_path / "drawings")) == 2


@pytest.mark.parametrize("file", ["/nowhere/7.json", "\0", "", None, 7])
def test_a_file_that_is_not_there_is_none(tmp_path, file):
    app = window(tmp_path)
    stroke(app, (0.2, 0.2), (0.7, 0.8))
    app.close()
    look = {"size": [640, 480], "dark": True, "file": file}
    (tmp_path / "window.json").write_text(json.dumps(look))
    after = window(tmp_path)
    assert after._files.of_sheet is None and after._session.size == (640, 480)


def test_the_size_of_the_last_window_is_there_for_the_next(tmp_path):
    session = Session(tmp_path)
    assert session.size == DESIGN_SIZE
    session.size = 800, 700
    session.close(Drawing())
    assert Session(tmp_path).size == (800, 700)


def test_a_blank_sheet_is_blank_in_the_next_window(tmp_path):
    app = window(tmp_path)
    stroke(app, (0.2, 0.2), (0.7, 0.8))
    app.close()
    app = window(tmp_path)
    key(app, pygame.K_SPACE)
    app.close()
    after = window(tmp_path)
    assert not after.drawing
    assert after.message == ""


def kept(folder: Path) -> list:
    """The strokes that a window would find that is opened now; waits until they are written."""
    for _ in range(500):
        if (folder / "sheet.json").exists():
            break
        time.sleep(0.01)
    return strokes(window(folder))


def test_a_stroke_is_kept_as_soon_as_it_ends_and_a_long_one_while_it_goes_on(tmp_path):
    app = window(tmp_path / "ended")
    stroke(app, (0.2, 0.2), (0.7, 0.8))
    app.update(1 / 60)
    assert kept(tmp_path / "ended") == strokes(app)

    app = window(tmp_path / "going on")
    press(app, on(app, 0.5, 0.5))
    app.update(LONGEST / 2)
    assert not (tmp_path / "going on").exists()
    app.update(LONGEST)
    assert kept(tmp_path / "going on") == strokes(app)
    release(app, on(app, 0.5, 0.5))
    app.close()


def test_without_a_place_nothing_is_kept(tmp_path, monkeypatch):
    for variable in ("XDG_STATE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    app = App(FakeRecognizer(), SIZE)
    stroke(app, (0.2, 0.2), (0.7, 0.8))
    app.update(60)
    app.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": "another"}', b"\xff\x00", b"[" * 100_000]
)
def test_a_broken_sheet_is_put_aside_with_a_notice_and_a_broken_look_is_forgotten(
    tmp_path, content
):
    for name in ("sheet.json", "window.json"):
        (tmp_path / name).write_bytes(content)
    app = window(tmp_path)
    assert not app.drawing
    assert str(tmp_path / "sheet.broken") in app.message and "\n" not in app.message
    assert (tmp_path / "sheet.broken").read_bytes() == content
    assert Session(tmp_path).size == DESIGN_SIZE


def test_a_second_broken_sheet_does_not_replace_the_first(tmp_path):
    for content in (b"one", b"two", b"three"):
        (tmp_path / "sheet.json").write_bytes(content)
        app = window(tmp_path)
    assert "sheet.broken3" in app.message
    contents = [path.read_bytes() for path in sorted(tmp_path.glob("sheet.broken*"))]
    assert contents == [b"one", b"two", b"three"]


def test_a_sheet_that_may_not_be_read_is_said_in_words(tmp_path, monkeypatch):
    def refused(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    (tmp_path / "sheet.json").write_bytes(b"{}")
    monkeypatch.setattr(saved_drawings, "load", refused)
    assert "The last sheet can't be read: Permission denied; its file" in window(tmp_path).message


@pytest.mark.parametrize("size", [[1, 1], [640.5, 480], ["a", "b"], [640], [10**9, 10**9], None])
def test_a_size_that_no_window_has_is_forgotten(tmp_path, size):
    (tmp_path / "window.json").write_text(json.dumps({"size": size, "dark": True}))
    assert Session(tmp_path).size == DESIGN_SIZE


def test_where_nothing_can_be_written_the_window_says_so_once_and_goes_on(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    app = window(tmp_path / "file" / "inside")
    said = 0
    for x in (0.2, 0.4, 0.6):
        stroke(app, (x, 0.2), (x, 0.8))
        app.close()  # waits for the writing
        app.update(0.01)
        said += "can't be kept" in app.message
    assert said == 1
    assert len(app.drawing.strokes) == 3


def test_a_failure_after_a_success_is_said_again(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    app = window(tmp_path)
    for x, is_full in ((0.2, True), (0.3, True), (0.4, False), (0.5, True)):
        with monkeypatch.context() as patch:
            if is_full:
                patch.setattr(session, "write_whole", fail)
            stroke(app, (x, 0.2), (x, 0.8))
            app.close()
        app.update(0)
        assert ("No space" in app.message) == (is_full and x != 0.3)


def test_what_could_not_be_written_is_written_once_that_is_possible(tmp_path):
    (tmp_path / "folder").write_bytes(b"")
    app = window(tmp_path / "folder")
    stroke(app, (0.2, 0.2), (0.2, 0.8))
    app.update(0.01)
    app._session._writer.join()
    (tmp_path / "folder").unlink()
    app.close()
    assert strokes(window(tmp_path / "folder")) == strokes(app)


def test_a_sheet_that_could_not_be_read_again_is_not_kept_and_the_one_before_stays(tmp_path):
    app = window(tmp_path)
    stroke(app, (0.2, 0.2), (0.8, 0.8))
    app.close()
    app.drawing.begin((0.5, 0.5), 0.05)
    app.drawing.strokes[-1].points *= saved_drawings.MOST_POINTS
    app.drawing.extend((0.6, 0.6))
    app.close()
    app.update(0.01)
    assert "can't be kept" in app.message
    assert len(window(tmp_path).drawing.strokes) == 1


# Draws a stroke in the first frame, and crashes after it if it is told to.
DRAWS = """
import sys
import pygame
import display
from app.window import App

crashes = sys.argv.pop() == "crash"

class DrawingApp(App):
    def update(self, seconds, **options):
        if self.drawing:
            return super().update(seconds, **options)
        x, y = self.canvas_rect.center
        for kind, pos in ((pygame.MOUSEBUTTONDOWN, (x, y)), (pygame.MOUSEBUTTONUP, (x + 50, y))):
            self.handle(pygame.Event(kind, pos=pos, button=1))
        if crashes:
            raise RuntimeError("a crash")
        return super().update(seconds, **options)

display.App = DrawingApp
sys.exit(display.main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("end", ["terminate", "kill", "crash"])
def test_nothing_drawn_is_lost_when_the_program_ends_in_another_way(tmp_path, end):
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", DRAWS, end]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env=environment | {"SDL_VIDEODRIVER": "dummy"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        (folder,) = [path.parent for path in waited_for(tmp_path, "sheet.json")]
        if end != "crash":
            process.send_signal(signal.SIGTERM if end == "terminate" else signal.SIGKILL)
        _, errors = process.communicate(timeout=60)
    assert ("RuntimeError" in errors) == (end == "crash")
    (line,) = saved_drawings.load(folder / "sheet.json").drawing.strokes
    assert len(line.points) == 2
    if end == "terminate":
        assert process.returncode == 0


def waited_for(folder: Path, name: str) -> list[Path]:
    for _ in range(3000):
        if found := list(folder.rglob(name)):
            return found
        time.sleep(0.01)
    raise AssertionError(f"no {name}")
