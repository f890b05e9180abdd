"""What a person taught: drawings with their digits, kept as files that several windows share."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from digits.drawing import Drawing, saved_drawings
from digits.drawing.retrace import retrace
from digits.recognizer import memory as memory_module
from digits.recognizer.memory import Memory


def drawn(label=9, lean=0.0, picture=None):
    """A stroke somewhat like a 9's, with its label."""
    path = [(0.6, 0.3), (0.4, 0.3), (0.4, 0.5), (0.6, 0.5), (0.6 - lean, 0.9)]
    drawing = Drawing.of([path], 0.05)
    drawing.picture = picture
    drawing.label_as(label)
    return drawing


def digits(memory):
    return [lesson.digit for lesson in memory.lessons]


def files(folder):
    return sorted(path.suffix for path in folder.iterdir())


def test_what_is_taught_is_a_saved_drawing_in_the_folder_and_known_to_every_later_memory(tmp_path):
    lesson = Memory(tmp_path).teach(drawn(9))
    assert files(tmp_path) == [".json", ".png"]
    assert saved_drawings.load(lesson.path).drawing.strokes == drawn().strokes
    later = Memory(tmp_path)
    assert not later.lessons
    assert later.load() is False
    assert digits(later) == [9]
    np.testing.assert_array_equal(later.lessons[0].image, retrace(drawn()))


def test_a_lesson_stays_as_it_was_when_the_hand_goes_on():
    memory, drawing = Memory(), drawn(9)
    lesson = memory.teach(drawing)
    drawing.extend((0.1, 0.1))
    drawing.label_as(3)
    assert lesson.digit == 9 and lesson.drawing.strokes == drawn().strokes


def test_a_file_that_could_not_be_removed_may_vanish_later(tmp_path, monkeypatch):
    memory = Memory(tmp_path)
    lesson = memory.teach(drawn(9))
    with monkeypatch.context() as patch, pytest.raises(PermissionError):
        patch.setattr(Path, "unlink", Mock(side_effect=PermissionError))
        memory.forget(lesson)
    lesson.path.unlink()
    memory.load()
    assert memory.lessons == []


def test_a_lesson_whose_picture_cannot_be_removed_stays_whole(tmp_path, monkeypatch):
    memory = Memory(tmp_path)
    lesson = memory.teach(drawn(9))
    unlink = Path.unlink

    def locked(path, missing_ok=False):
        if path.suffix == ".png":
            raise PermissionError
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", locked)
    with pytest.raises(PermissionError):
        memory.forget(lesson)
    saved_drawings.remove(lesson.path)
    assert memory.lessons == [lesson] and files(tmp_path) == [".json", ".png"]


def test_a_folder_that_cannot_be_listed_for_a_moment_loses_no_lesson(tmp_path, monkeypatch):
    Memory(tmp_path).teach(drawn(9))
    memory = Memory(tmp_path)
    memory.load()
    Memory(tmp_path).teach(drawn(7))
    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", Mock(side_effect=OSError))
        memory.load()
    assert digits(memory) == [9]
    memory.load()
    assert digits(memory) == [9, 7]


def test_what_is_taken_back_is_gone_with_its_files(tmp_path):
    memory = Memory(tmp_path)
    memory.teach(drawn(9))
    version = memory.version
    memory.forget(memory.find(drawn()))
    assert memory.lessons == [] and files(tmp_path) == [] and memory.version > version
    memory.load()
    assert memory.lessons == [] and files(tmp_path) == []


def test_a_lesson_is_found_by_its_strokes():
    memory = Memory()
    memory.teach(drawn(4, lean=0.1))
    lesson = memory.teach(drawn(9))
    assert memory.find(drawn(None)) is lesson
    assert memory.find(drawn(lean=0.2)) is None
    assert memory.find(Drawing()) is None


@pytest.mark.parametrize(
    "drawing",
    [drawn(None), drawn(7, picture=np.eye(28, dtype=np.float32)), Drawing()],
    ids=["no label", "on a picture", "blank"],
)
def test_what_nobody_drew_or_named_is_no_lesson(tmp_path, drawing, monkeypatch):
    memory = Memory(tmp_path)
    with pytest.raises(ValueError, match="label"):
        memory.teach(drawing)
    saved_drawings.save(drawing, tmp_path)
    monkeypatch.setattr(memory_module, "COPYING_SECONDS", 0)
    memory.load()
    assert memory.lessons == [] and memory.problems == []


def test_the_picture_of_a_lesson_is_drawn_a_moment_later_or_when_there_is_time(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(memory_module, "DRAWN_AFTER", timedelta(minutes=1))
    memory = Memory(tmp_path)
    pictures = [memory.teach(drawn(digit)).path.with_suffix(".png") for digit in (3, 5)]
    memory.load(seconds=0.01)
    assert [picture.stat().st_size for picture in pictures] == [0, 0]
    memory.load()
    assert all(Image.open(picture).size == (560, 560) for picture in pictures)


def test_two_windows_on_one_folder_lose_nothing_of_each_other(tmp_path):
    one, other = Memory(tmp_path), Memory(tmp_path)
    one.teach(drawn(9))
    other.teach(drawn(4, lean=0.3))
    for memory in (one, other):
        memory.load()
        assert digits(memory) == [9, 4]
    one.forget(one.lessons[0])
    other.load()
    assert digits(other) == [4]


def test_lessons_are_in_the_order_in_which_they_were_taught_however_they_are_loaded(tmp_path):
    for digit in (3, 1, 2):
        Memory(tmp_path).teach(drawn(digit, lean=digit / 10))
    memory = Memory(tmp_path)
    assert memory.load(seconds=0) is True
    assert digits(memory) == [2]  # in no time one is read, the newest
    assert memory.load(seconds=0) is True
    assert memory.load(seconds=0) is False
    assert digits(memory) == [3, 1, 2]


def test_what_is_taught_now_is_the_newest_though_the_clock_was_ahead_before(tmp_path):
    ahead = datetime.now().astimezone() + timedelta(hours=3)
    saved_drawings.save(drawn(4), tmp_path, when=ahead)
    memory = Memory(tmp_path)
    memory.load()
    lesson = memory.teach(drawn(7))
    later = Memory(tmp_path)
    later.load()
    assert digits(memory) == digits(later) == [4, 7]
    memory.load(seconds=1)
    assert lesson.path.with_suffix(".png").stat().st_size > 0  # its picture need not wait


def test_a_lesson_from_the_end_of_time_prevents_no_other(tmp_path):
    last = datetime(9998, 12, 31, 12, 59, 59, 999999, UTC)  # of those that are taken
    saved_drawings.save(drawn(4), tmp_path, when=last)
    memory = Memory(tmp_path)
    memory.load()
    assert memory.teach(drawn(7)).path.exists()
    assert digits(memory) == [4, 7]


def test_a_broken_file_is_named_once_and_skipped(tmp_path):
    Memory(tmp_path).teach(drawn(9))
    (tmp_path / "7-2026-01-01-000000-000.json").write_text("{")
    (tmp_path / "notes.json").write_text(json.dumps({"no": "drawing"}))
    for name in ("7-2026-01-01-000000-000.json", "notes.json"):
        os.utime(tmp_path / name, (1, 1))
    memory = Memory(tmp_path)
    memory.load()
    Memory(tmp_path).teach(drawn(8, lean=0.2))  # the folder changes
    memory.load()
    assert digits(memory) == [9, 8]
    assert len(memory.problems) == 2
    assert all(str(tmp_path) in problem and "\n" not in problem for problem in memory.problems)


def test_a_broken_file_is_read_once_it_is_repaired_under_the_same_name(tmp_path, monkeypatch):
    monkeypatch.setattr(memory_module, "COPYING_SECONDS", 0)
    whole = Memory(tmp_path / "there").teach(drawn(9)).path.read_bytes()
    path = tmp_path / "9.json"
    path.write_text("{")
    memory = Memory(tmp_path)
    for second, (content, known) in enumerate(((b"{", []), (b"[", []), (whole, [9]))):
        path.write_bytes(content)  # in place, which leaves the folder's own time as it is
        os.utime(path, (second, second))
        for _ in range(2):
            memory.load()
            assert digits(memory) == known
    assert len(memory.problems) == 2  # each state that was broken is named once
    path.unlink()
    memory.load()
    assert digits(memory) == []


def test_a_file_that_is_still_being_copied_is_read_when_it_is_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(memory_module, "COPYING_SECONDS", 600)
    monkeypatch.setattr(memory_module, "LOOKING_SECONDS", 0)
    whole = Memory(tmp_path / "there").teach(drawn(9)).path.read_bytes()
    copy = tmp_path / "copy.json"
    copy.write_bytes(whole[:100])
    memory = Memory(tmp_path)
    memory.load()
    assert memory.problems == [] and digits(memory) == []
    copy.write_bytes(whole)
    memory.load()
    assert digits(memory) == [9]
    other = tmp_path / "other.json"
    other.write_bytes(whole[:100])
    memory.load()
    assert memory.problems == []
    os.utime(other, (1, 1))
    memory.load()
    assert len(memory.problems) == 1  # nothing more came


def test_a_folder_that_is_not_there_has_no_lessons_and_is_made_by_the_first(tmp_path):
    memory = Memory(tmp_path / "new")
    memory.load()
    assert memory.lessons == [] and not (tmp_path / "new").exists()
    memory.teach(drawn(9))
    shutil.rmtree(tmp_path / "new")
    memory.load()
    assert memory.lessons == []


def test_where_nothing_can_be_written_a_lesson_lasts_as_long_as_the_memory(tmp_path):
    (tmp_path / "file").touch()
    memory = Memory(tmp_path / "file")
    with pytest.raises(OSError):
        memory.teach(drawn(9))
    assert digits(memory) == [9]


def test_a_folder_that_did_not_change_is_not_read_again(tmp_path, monkeypatch):
    Memory(tmp_path).teach(drawn(9))
    memory = Memory(tmp_path)
    memory.load()
    monkeypatch.setattr(saved_drawings, "load", None)
    monkeypatch.setattr(saved_drawings, "newest_first", None)
    memory.load()
    assert digits(memory) == [9]


def test_a_memory_without_a_folder_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    memory = Memory()
    memory.teach(drawn(9))
    memory.load()
    assert digits(memory) == [9] and os.listdir(tmp_path) == []
