"""Saved drawings come back as they were, and nothing but a saved drawing comes back."""

import base64
import io
import json
import os
from datetime import datetime

import numpy as np
import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from memory import at_most
from PIL import Image

from digits.drawing import Drawing, Stroke, pictures, saved_drawings
from digits.drawing.saved_drawings import FARTHEST, SavedDrawingError, load, parse, save
from digits.recognizer import Recognizer

coordinates = st.floats(-FARTHEST, FARTHEST)
strokes = st.builds(
    Stroke,
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=20),
    st.floats(1e-3, 1),
)
inks = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=30)).map(
    lambda levels: levels.astype(np.float32) / 255
)


labels = st.none() | st.integers(0, 9)


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    drawing = Drawing()
    drawing.strokes = draw(st.lists(strokes, max_size=5))
    drawing.picture = draw(st.none() | inks)
    drawing.origin = draw(st.none() | st.text())
    if drawing:
        drawing.label_as(draw(labels))
    return drawing


def seven(label: int | None = 7) -> Drawing:
    drawing = Drawing.of([[(0.3, 0.3), (0.7, 0.3), (0.45, 0.8)]], 0.075)
    drawing.label_as(label)
    return drawing


SEVEN = seven()


@settings(max_examples=60)
@given(drawing=drawings())
def test_what_was_saved_comes_back_to_the_last_bit(tmp_path_factory, drawing):
    _, path = save(drawing, tmp_path_factory.getbasetemp() / "there and back")
    saved = load(path)
    assert saved.drawing.label == drawing.label
    assert saved.drawing.origin == drawing.origin
    assert saved.when.tzinfo is not None
    assert saved.drawing.strokes == drawing.strokes
    if drawing.picture is None:
        assert saved.drawing.picture is None
    else:
        np.testing.assert_array_equal(saved.drawing.picture, drawing.picture)
        assert saved.drawing.picture.dtype == np.float32


def test_a_drawing_is_read_again_as_it_was(tmp_path):
    recognizer = Recognizer.load()
    again = load(save(SEVEN, tmp_path)[1]).drawing
    before, after = (recognizer.read_drawing(drawing) for drawing in (SEVEN, again))
    np.testing.assert_array_equal(before.probabilities, after.probabilities)


def test_the_picture_beside_it_shows_the_drawing_dark_on_white(tmp_path):
    png, _ = save(SEVEN, tmp_path)
    with Image.open(png) as image:
        assert image.getpixel((10, 10)) == 255
        assert image.getpixel((image.width // 2, round(0.3 * image.height))) == 0
    assert Recognizer.load().read(pictures.load(png)).digit == 7


def test_names_tell_label_and_time(tmp_path):
    png, path = save(SEVEN, tmp_path)
    assert png.with_suffix(".json") == path
    assert path.name.startswith(f"7-{load(path).when:%Y-%m-%d-%H%M%S}-")
    assert save(seven(label=None), tmp_path)[1].name.startswith("drawing-20")


def test_saving_never_overwrites_and_leaves_whole_files_alone(tmp_path):
    paths = [path for _ in range(20) for path in save(SEVEN, tmp_path)]
    assert len(set(paths)) == 40
    assert set(tmp_path.iterdir()) == set(paths)


def test_the_files_that_are_replaced_go_when_the_new_ones_are_there(tmp_path, monkeypatch):
    _, first = save(seven(label=None), tmp_path)
    other = set(save(SEVEN, tmp_path))
    second = set(save(SEVEN, tmp_path, replaces=first))
    assert set(tmp_path.iterdir()) == other | second
    _, path = second = save(SEVEN, tmp_path, replaces=tmp_path / "was moved.json")
    monkeypatch.setattr(saved_drawings, "write_whole", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(SEVEN, tmp_path, replaces=path)
    assert all(file.exists() for file in second)


def test_where_a_picture_comes_from_is_kept(tmp_path):
    drawing = Drawing()
    drawing.show(np.ones((2, 2), np.float32), 3, origin="a book")
    assert load(save(drawing, tmp_path)[1]).drawing.origin == "a book"
    assert parse(json.dumps(RECORD).encode()).drawing.origin is None  # the first files


class Noon(datetime):
    @classmethod
    def now(cls) -> datetime:
        return datetime(2026, 11, 21, 12, 0)


def test_a_picture_that_lost_its_strokes_is_not_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_drawings, "datetime", Noon)
    png, path = save(SEVEN, tmp_path)
    path.unlink()
    assert save(SEVEN, tmp_path)[0] != png


def test_strokes_that_lost_their_picture_are_not_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_drawings, "datetime", Noon)
    png, path = save(SEVEN, tmp_path)
    png.unlink()
    assert save(SEVEN, tmp_path)[1] != path


def test_the_newest_comes_first_whatever_the_labels(tmp_path):
    paths = [save(seven(label), tmp_path / "new")[1] for label in (7, None, 3, 9, 0)]
    assert saved_drawings.newest_first(tmp_path / "new") == paths[::-1]
    assert saved_drawings.newest_first(tmp_path / "nowhere") == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_folders_and_what_is_hidden_are_no_drawings(tmp_path):
    _, path = save(SEVEN, tmp_path)
    path.with_name(f"._{path.name}").write_bytes(b"\0\5\x16\7")  # macOS writes such files
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    assert saved_drawings.newest_first(tmp_path) == [path]


@pytest.mark.parametrize("broken", ["write", "replace"])
def test_where_writing_fails_nothing_is_left_behind(tmp_path, monkeypatch, broken):
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync" if broken == "write" else "replace", fail)
    with pytest.raises(OSError, match="No space"):
        save(SEVEN, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_drawing_too_large_to_open_again_is_not_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_drawings, "MOST_POINTS", 2)
    with pytest.raises(SavedDrawingError, match="more than 2"):
        save(SEVEN, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_default_folder_is_in_the_persons_documents(tmp_path, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_documents_path", lambda: tmp_path)
    assert saved_drawings.default_folder() == tmp_path / "Inkling"


# --- Whatever is not a saved drawing

RECORD = {
    "format": saved_drawings.FORMAT,
    "version": 1,
    "label": 7,
    "when": "2026-11-21T15:30:12.417000+01:00",
    "strokes": [{"width": 0.075, "points": [[0.3, 0.3], [1, 0]]}],
    "picture": None,
}


def changed(**fields: object) -> bytes:
    return json.dumps(RECORD | fields).encode()


def stroke(width: object = 0.1, points: object = ((0.5, 0.5),)) -> bytes:
    return changed(strokes=[{"width": width, "points": points}])


def test_the_format_is_what_its_description_says():
    saved = parse(changed())
    assert saved.drawing.label == 7
    assert saved.drawing.strokes == [Stroke([(0.3, 0.3), (1.0, 0.0)], 0.075)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (changed()[:-1], "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[]", "not an object"),
        (b"{}", "not an object"),
        (changed(colour="red"), "not an object"),
        (changed(format="something else"), "is no saved drawing"),
        (changed(version=2), "its version is not"),
        (changed(version=True), "version of the wrong type"),
        (changed(label=10), "label is not 0 to 9"),
        (changed(label=-(10**400)), "label is not 0 to 9"),
        (changed(label="7"), "label of the wrong type"),
        (changed(label=True), "label of the wrong type"),
        (changed(when="yesterday" * 99), "ISO 8601"),
        (changed(when="2026-11-21T15:30:12"), "time zone"),
        (changed(strokes={}), "strokes of the wrong type"),
        (changed(strokes=[[]]), "a stroke is not an object"),
        (changed(when="9999-12-31T23:59:59-12:00"), "ISO 8601"),
        (changed(when="9999-12-31T23:59:59.999+00:00"), "ISO 8601"),  # no later time is left
        (changed(when="0001-01-01T00:00:00+14:00"), "ISO 8601"),
        (stroke(width=0), "wide"),
        (stroke(width=1e-20), "wide"),
        (stroke(width=1.1), "wide"),
        (stroke(width=float("nan")), "wide"),
        (stroke(width=True), "width of the wrong type"),
        (stroke(points=[]), "no point"),
        (stroke(points=[[0.5]]), "not a pair"),
        (stroke(points=[[0.5, None]]), "not a pair"),
        (stroke(points=[[0.5, True]]), "not a pair"),
        (stroke(points=[0.5]), "not a pair"),
        (stroke(points=[[0.5, float("nan")]]), "canvases away"),
        (stroke(points=[[float("inf"), 0.5]]), "canvases away"),
        (stroke(points=[[0.5, 10**400]]), "canvases away"),
        (stroke(points=[[0, 0]] * (saved_drawings.MOST_POINTS + 1)), "more than 100,000"),
        (changed(strokes=2 * [{"width": 0.1, "points": [[0, 0]] * 60_000}]), "more than 100,000"),
        (changed(picture="no base64!"), "base64"),
        (changed(labels=[{"strokes": [0], "digit": 7}]), "its digits have labels too"),
        (changed(origin=1), "origin of the wrong type"),
        (changed(picture="c2V2ZW4="), "no whole grey PNG"),
        (b" " * (saved_drawings.MOST_BYTES + 1), "bytes"),
    ],
)
def test_what_is_no_saved_drawing_is_refused_with_the_reason_in_one_line(data, reason):
    with pytest.raises(SavedDrawingError) as raised:
        parse(data)
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


def test_a_label_without_ink_is_not_that_of_what_is_drawn_next():
    assert parse(changed(strokes=[])).drawing.label is None


def test_a_file_that_is_none_is_named(tmp_path):
    path = tmp_path / "seven.json"
    path.write_text("seven")
    with pytest.raises(SavedDrawingError, match=r"seven\.json: it is not JSON"):
        load(path)


def test_a_huge_file_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(saved_drawings, "MOST_BYTES", 1000)
    path = tmp_path / "seven.json"
    path.write_bytes(b"")
    os.truncate(path, 10**8)
    with at_most(10), pytest.raises(SavedDrawingError, match="more than 1,000 bytes"):
        load(path)


def png(side: int, mode: str = "L") -> str:
    file = io.BytesIO()
    Image.new(mode, (side, side)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("picture", [png(4096), png(4, "RGB"), png(64)[:80]])
def test_a_picture_that_is_huge_coloured_or_cut_is_refused(picture):
    with pytest.raises(SavedDrawingError, match=r"no whole grey PNG of up to 2048×2048$"):
        parse(changed(picture=picture))


WHOLE = changed(picture=png(8))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(field=st.sampled_from([*RECORD, "width", "points"]), value=values)
def test_any_value_in_any_field_gives_a_drawing_or_the_documented_error(field, value):
    if field in RECORD:
        loads_or_is_refused(changed(**{field: value}))
    else:
        loads_or_is_refused(stroke(**{field: value}))


@given(
    places=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=4),
    length=st.integers(len(WHOLE) - 30, len(WHOLE)),
)
def test_damaged_bytes_give_a_drawing_or_the_documented_error(places, length):
    data = bytearray(WHOLE)
    for place, byte in places:
        data[place] = byte
    loads_or_is_refused(bytes(data[:length]))


def loads_or_is_refused(data: bytes) -> None:
    try:
        saved = parse(data)
    except SavedDrawingError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 200
        return
    assert saved.drawing.label is None or saved.drawing.label in range(10)
    for one in saved.drawing.strokes:
        assert 0 < one.width <= 1
        assert one.points
        assert np.abs(one.points).max() <= FARTHEST
    if saved.drawing.picture is not None:
        assert saved.drawing.picture.ndim == 2
        assert 0 <= saved.drawing.picture.min() <= saved.drawing.picture.max() <= 1


def test_a_picture_has_no_digits_with_labels():
    labels = [{"strokes": [0], "digit": 7}]
    with pytest.raises(SavedDrawingError, match="its digits have labels too"):
        parse(changed(label=None, labels=labels, picture=png(8)))


def number() -> Drawing:
    drawing = Drawing.of([[(0.1, 0.1), (0.1, 0.9)], [(0.5, 0.1), (0.5, 0.9)], [(0.8, 0.1)]], 0.1)
    drawing.label_as(7, drawing.strokes[1:])
    return drawing


def test_a_number_keeps_the_labels_of_its_digits(tmp_path):
    png, path = save(number(), tmp_path)
    assert png.name.startswith("drawing-")
    saved = load(path).drawing
    assert saved.label is None
    (seven,) = saved.labelled()
    assert seven.label == 7 and seven.strokes == saved.strokes[1:]


@pytest.mark.parametrize(
    "labels",
    [
        [{"strokes": [], "digit": 7}],
        [{"strokes": [3], "digit": 7}],
        [{"strokes": [0, 0], "digit": 7}],
        [{"strokes": [0], "digit": 10}],
        [{"strokes": [0], "digit": 1}, {"strokes": [0], "digit": 2}],
        [{"strokes": [True], "digit": 1}],
        [7],
        7,
    ],
)
def test_labels_that_cannot_be_are_refused(tmp_path, labels):
    _, path = save(number(), tmp_path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"labels": labels}))
    with pytest.raises(SavedDrawingError, match="label"):
        load(path)
