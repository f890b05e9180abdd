"""A saved drawing is a drawing in files: to look at, to open again, to train on.

It is two files: NAME.png, the picture as drawn, for people, and NAME.json, the strokes with the
label that a person gave them, for programs. Only the JSON is read again; but the PNG says where
the drawing comes from, for it may be left alone.
"""

import base64
import contextlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta
from itertools import chain
from pathlib import Path
from types import NoneType

import numpy as np

from digits.drawing.drawing import Drawing, Label
from digits.drawing.ink import Ink
from digits.drawing.stroke import Point, Stroke
from nn.whole_files import write_whole

FORMAT = "saved drawing of Inkling"
VERSION = 1
MOST_POINTS = 100_000
FARTHEST = 100.0  # a coordinate, in units of the canvas's side; strokes may leave the canvas
THINNEST = 1e-6  # a pen's width, in the same units; the scale of a thinner dot would overflow
PIECE = 200  # points per piece of text
MOST_BYTES = 16_000_000  # of a JSON file
LONGEST_SIDE = 2048  # of an embedded picture, in pixels
PNG_SIDE = 560  # of the picture for people
ORIGIN = "Origin"  # the keyword of a PNG's text that says where the drawing comes from


class SavedDrawingError(ValueError):
    """A file that is not a complete saved drawing; the message is one line: path and reason."""


@dataclass(frozen=True, eq=False)
class SavedDrawing:
    """A drawing, and when it was saved."""

    drawing: Drawing
    when: datetime  # with its time zone


def default_folder() -> Path:
    """The default folder of a person's drawings: Inkling, in their documents."""
    import platformdirs  # here, because opening the window shouldn't wait for it

    return platformdirs.user_documents_path() / "Inkling"


def save(
    drawing: Drawing,
    folder: str | Path,
    replaces: Path | None = None,
    *,
    draws: bool = True,
    when: datetime | None = None,
) -> tuple[Path, Path]:
    """Write `drawing` as a PNG and a JSON file with a new name. Returns both paths, the PNG first.

    `replaces` is the JSON file of the same drawing saved before; once the new files exist, it and
    its PNG are removed. Drawing the PNG is slow: without `draws` it stays empty until `draw` is
    called. `when` is the time in the files' names and in the JSON, by default now.

    The folder is created if it does not exist. Every file is written under a temporary name and
    renamed, the JSON last, so that a JSON file is always a complete drawing. A picture under the
    strokes is stored in 256 levels. Raises SavedDrawingError if the drawing is too large to be
    opened again, OSError if writing fails; then nothing is left behind.
    """
    when = when or datetime.now().astimezone()
    data = as_bytes(drawing, when)
    try:
        parse(data)
    except SavedDrawingError as error:
        raise SavedDrawingError(f"it could not be opened again: {error}; undo some of it") from None
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    png = _reserve(folder, drawing.label, when)
    path = png.with_suffix(".json")
    try:
        if draws:
            draw(drawing, png)
        write_whole(path, lambda file: file.write(data))
    except BaseException:
        with contextlib.suppress(OSError):
            png.unlink()
        raise
    if replaces is not None:
        remove(replaces)
    return png, path


def remove(path: Path) -> None:
    """Remove the JSON file of a saved drawing, and its PNG, that another has taken the place of. If
    that fails, both versions stay: nothing is lost."""
    with contextlib.suppress(OSError):
        path.with_suffix(".png").unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def draw(drawing: Drawing, png: Path) -> None:
    """Write the PNG of a saved drawing. Raises OSError if writing fails."""
    write_whole(png, lambda file: file.write(_portrait(drawing)))


def origin_of(png: Path) -> str | None:
    """The origin of the drawing in a PNG, if it says so."""
    from PIL import Image

    with contextlib.suppress(Exception), Image.open(png, formats=["PNG"]) as image:
        return image.info.get(ORIGIN)
    return None


def as_bytes(drawing: Drawing, when: datetime | None = None) -> bytes:
    """The bytes of the JSON file of `drawing`, saved at `when`, by default now."""
    return "".join(as_pieces(drawing, when)).encode()


def as_pieces(drawing: Drawing, when: datetime | None = None) -> Iterator[str]:
    """The text of the same file in pieces, each of them quick to make."""
    head = json.dumps(_as_record(drawing, when or datetime.now().astimezone()))
    yield head.removesuffix("}") + ', "strokes": ['
    for number, stroke in enumerate(drawing.strokes):
        yield f'{", " if number else ""}{{"width": {json.dumps(float(stroke.width))}, "points": ['
        for start in range(0, len(stroke.points), PIECE):
            some = stroke.points[start : start + PIECE]
            text = json.dumps([(float(x), float(y)) for x, y in some])
            yield (", " if start else "") + text[1:-1]
        yield "]}"
    yield "]}"


def is_one(path: str | Path) -> bool:
    """Whether a file begins as a saved drawing does, even if it is broken, or can't be read."""
    try:
        with open(path, "rb") as file:
            return FORMAT.encode() in file.read(100)
    except OSError:
        return True


def load(path: str | Path) -> SavedDrawing:
    """The drawing in a JSON file that `save` wrote: the same strokes to the last bit.

    Raises SavedDrawingError if the file is anything else, OSError if it can't be read.
    """
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    try:
        return parse(data)
    except SavedDrawingError as error:
        raise SavedDrawingError(f"{path}: {error}") from error


def parse(data: bytes) -> SavedDrawing:
    """The drawing in the bytes of such a file. Raises SavedDrawingError."""
    if len(data) > MOST_BYTES:
        raise SavedDrawingError(f"it has more than {MOST_BYTES:,} bytes, no saved drawing does")
    try:
        record = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise SavedDrawingError("it is not JSON, or not the whole of it") from error
    try:
        return _from_record(record)
    except ValueError as error:
        raise SavedDrawingError(str(error)) from error


def newest_first(folder: str | Path) -> list[Path]:
    """The JSON files in `folder` except hidden ones, by the time in their names; none if there is
    no such folder. Raises OSError if it can't be read."""
    names = []
    with contextlib.suppress(FileNotFoundError):
        names = os.listdir(folder)
    paths = [
        Path(folder, name) for name in names if name.endswith(".json") and not name.startswith(".")
    ]
    paths = filter(os.path.isfile, paths)  # a pipe would block
    return sorted(paths, key=lambda path: path.stem.partition("-")[2], reverse=True)


# --- Writing


def _reserve(folder: Path, label: int | None, when: datetime) -> Path:
    """A new empty PNG file with a unique name, such as 7-2026-11-21-153012-417."""
    name = "drawing" if label is None else str(label)
    while True:
        png = folder / f"{name}-{when:%Y-%m-%d-%H%M%S}-{when.microsecond // 1000:03}.png"
        if not png.with_suffix(".json").exists():
            with contextlib.suppress(FileExistsError):
                png.touch(exist_ok=False)
                return png
        when += timedelta(milliseconds=1)


def _portrait(drawing: Drawing) -> bytes:
    """The drawing as a PNG, dark on white."""
    ink = Ink(PNG_SIDE)
    ink.draw(drawing)
    return _png(1 - ink.pixels, drawing.origin)


def _as_record(drawing: Drawing, when: datetime) -> dict[str, object]:
    """The fields of the JSON file, except the strokes."""
    picture = drawing.picture
    return {
        "format": FORMAT,
        "version": VERSION,
        "label": drawing.label,
        "labels": _as_parts(drawing),
        "when": when.isoformat(),
        "picture": None if picture is None else base64.b64encode(_png(picture)).decode(),
        "origin": drawing.origin,
    }


def _as_parts(drawing: Drawing) -> list[dict[str, object]]:
    """The labels of the digits of a number, each with the indices of its strokes."""
    if drawing.label is not None:
        return []
    number = {id(stroke): index for index, stroke in enumerate(drawing.strokes)}
    return [
        {"strokes": [number[id(stroke)] for stroke in strokes], "digit": digit}
        for strokes, digit in drawing.labels
    ]


def _png(grey: np.ndarray, origin: str | None = None) -> bytes:
    """`grey` (h, w) in 0..1 as the bytes of a PNG file."""
    from PIL import Image  # here, because strokes alone, such as lessons, are read without it
    from PIL.PngImagePlugin import PngInfo

    file, info = io.BytesIO(), PngInfo()
    if origin is not None:
        info.add_text(ORIGIN, origin.encode("latin-1", "replace"))
    image = Image.fromarray((grey * 255).round().astype(np.uint8))
    # A fifth larger than by default, in half the time.
    image.save(file, "PNG", compress_level=3, pnginfo=info)
    return file.getvalue()


# --- Reading: whatever is wrong raises ValueError

NUMBER = int, float
RECORD = {
    "format": (str,),
    "version": (int,),
    "label": (int, NoneType),
    "labels": (list,),
    "when": (str,),
    "strokes": (list,),
    "picture": (str, NoneType),
    "origin": (str, NoneType),
}
STROKE = {"width": NUMBER, "points": (list,)}
LABEL = {"strokes": (list,), "digit": (int,)}


def _from_record(record: object) -> SavedDrawing:
    if isinstance(record, dict):
        record = {"origin": None, "labels": []} | record  # the first version had neither
    fields = _fields(record, "it", RECORD)
    if fields["format"] != FORMAT:
        raise ValueError(f"it is no {FORMAT}")
    if fields["version"] != VERSION:
        raise ValueError(f"its version is not {VERSION}, the one that this program reads")
    label, when, picture = fields["label"], _time(fields["when"]), fields["picture"]
    if label is not None and not 0 <= label <= 9:
        raise ValueError("its label is not 0 to 9 or null")
    if picture is None and not fields["strokes"]:
        label = None  # or it would be that of whatever is drawn next
    if fields["labels"] and (label is not None or picture is not None):
        raise ValueError("it has a label, and its digits have labels too")

    drawing = Drawing()
    drawing.picture = None if picture is None else _picture(picture)
    drawing.origin = fields["origin"]
    room = MOST_POINTS
    for value in fields["strokes"]:
        stroke = _stroke(value, room)
        room -= len(stroke.points)
        drawing.strokes.append(stroke)
    drawing.label = label
    drawing.labels += tuple(_labels(fields["labels"], drawing.strokes))
    return SavedDrawing(drawing, when)


def _labels(values: list[object], strokes: list[Stroke]) -> Iterator[Label]:
    """The labels of a number's digits, which share no stroke."""
    left = dict(enumerate(strokes))
    for value in values:
        fields = _fields(value, "a label", LABEL)
        numbers, digit = fields["strokes"], fields["digit"]
        if not numbers or not 0 <= digit <= 9:
            raise ValueError("a label has no strokes, or is not 0 to 9")
        if not all(type(number) is int and number in left for number in numbers):
            raise ValueError("a label has a stroke that doesn't exist or belongs to another label")
        if len(set(numbers)) < len(numbers):
            raise ValueError("a label has a stroke twice")
        yield tuple(left.pop(number) for number in numbers), digit


def _fields(value: object, name: str, kinds: dict[str, tuple[type, ...]]) -> dict[str, object]:
    """`value`, checked to be an object with exactly these fields, each of an allowed type."""
    if not isinstance(value, dict) or value.keys() != kinds.keys():
        raise ValueError(f"{name} is not an object with just {', '.join(kinds)}")
    for field, kind in kinds.items():
        if type(value[field]) not in kind:  # isinstance would take True for 1
            raise ValueError(f"{name} has a {field} of the wrong type")
    return value


def _time(text: str) -> datetime:
    with contextlib.suppress(ValueError, OverflowError):
        when = datetime.fromisoformat(text)
        # Local time can be out of range, and there must be room for later times.
        if when.tzinfo is not None and when.astimezone().year < MAXYEAR:
            return when
    raise ValueError("its time is not an ISO 8601 date and time with a time zone")


def _stroke(value: object, room: int) -> Stroke:
    """A stroke of at most `room` points."""
    fields = _fields(value, "a stroke", STROKE)
    width, points = fields["width"], fields["points"]
    if not THINNEST <= width <= 1:
        raise ValueError(f"a pen is not between {THINNEST} and 1 wide")
    if not points:
        raise ValueError("a stroke has no point")
    if len(points) > room:
        raise ValueError(f"it has more than {MOST_POINTS:,} points")
    return Stroke(_points(points), float(width))


def _points(values: list[object]) -> list[Point]:
    pairs = all(type(value) is list and len(value) == 2 for value in values)
    if not pairs or not set(map(type, chain.from_iterable(values))).issubset(NUMBER):
        raise ValueError("a point is not a pair of numbers")
    if not all(-FARTHEST <= x <= FARTHEST for x in chain.from_iterable(values)):  # NaN is not
        raise ValueError(f"a point lies more than {FARTHEST:.0f} canvases away")
    return [(float(x), float(y)) for x, y in values]


def _picture(text: str) -> np.ndarray:
    """The ink (h, w) float32 in 0..1 in a PNG in base64."""
    from PIL import Image

    file = io.BytesIO(base64.b64decode(text, validate=True))
    try:
        image = Image.open(file, formats=["PNG"])
        if image.mode != "L" or max(image.size) > LONGEST_SIDE:
            raise ValueError
        return np.asarray(image, np.float32) / 255
    except Exception as error:  # a broken file can break its reader in any way it knows
        side = LONGEST_SIDE
        raise ValueError(f"its picture is no whole grey PNG of up to {side}×{side}") from error
