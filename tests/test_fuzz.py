"""Damaged and hostile files by the ten thousand: each loads to something valid or is refused with
the documented error, in one line, and none takes much memory.

A file follows from its number alone. FUZZ_FROM=100000 tries others than usual.
"""

import copy
import gzip
import io
import json
import math
import os
import random
import struct
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from memory import at_most, forget_peak, peak
from PIL import Image
from test_mnist import idx_bytes

from digits.data import idx, own_data
from digits.data.downloads import DataError
from digits.data.idx import IdxError
from digits.drawing import Drawing, pictures, saved_drawings
from digits.drawing.pictures import PictureError
from digits.drawing.retrace import retrace
from digits.drawing.saved_drawings import SavedDrawingError
from digits.recognizer import Recognizer
from nn.activation_functions import ACTIVATIONS, ReLU, softmax
from nn.cost_functions import COSTS, CrossEntropyLoss
from nn.layer import Layer
from nn.layers import (
    LAYERS,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePool2D,
    InLayer,
    MaxPool2D,
    from_config,
)
from nn.model_files import ModelFileError
from nn.nets import Net, connect
from nn.slots import array_shapes

START = int(os.environ.get("FUZZ_FROM", 0))
IDX_FILES, MODEL_FILES, DRAWING_FILES, PICTURE_FILES = 10_000, 10_000, 2_000, 500
MOST_MEMORY = 100  # megabytes; most of the files have some kilobytes


@pytest.fixture(autouse=True)
def bounded_memory():
    if sys.platform != "linux":
        pytest.skip("only Linux tells how much memory was taken meanwhile")
    forget_peak()
    before = peak()
    with np.errstate(all="ignore"):
        yield
    assert peak() < before + MOST_MEMORY


def fuzz(count: int, check: Callable[[random.Random], object]) -> None:
    for number in range(START, START + count):
        try:
            check(random.Random(number))
        except Exception as error:
            error.add_note(f"file number {number}")
            raise


def put(path: Path, data: bytes) -> None:
    """Write over what is there. To begin with an empty file makes some file systems wait for the
    disk, each time."""
    path.touch()
    with open(path, "r+b") as file:
        file.write(data)
        file.truncate()


def is_one_line(error: Exception) -> bool:
    return len(str(error).splitlines()) == 1


# --- Damage

BYTES = bytes.fromhex("00 01 07 08 09 1c 7f 80 ff")


def flipped(data: bytes, r: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(r.choice((1, 1, 2, 8))):
        damaged[r.randrange(len(damaged))] ^= 1 << r.randrange(8)
    return bytes(damaged)


def cut(data: bytes, r: random.Random) -> bytes:
    return data[: r.randrange(len(data))]


def spliced(data: bytes, r: random.Random) -> bytes:
    """A stretch is removed, doubled, blanked, or gives way to a few other bytes."""
    start, end = sorted(r.randrange(len(data) + 1) for _ in range(2))
    inside = data[start:end]
    return data[:start] + r.choice((b"", inside * 2, bytes(len(inside)), BYTES)) + data[end:]


def damaged(data: bytes, r: random.Random) -> bytes:
    return r.choice((flipped, cut, spliced))(data, r) if data else BYTES


# --- IDX

SIDES = (0, 1, 2, 3, 28, 29, 255, 256, 2**16, 10**6, 2**31 - 1, 2**31, 2**32 - 1)
PAIRS = [
    (idx_bytes(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)), labels)
    for shape in ((3, 28, 28), (3, 5, 4))
    for labels in (idx_bytes(np.uint8([0, 9, 5])), idx_bytes(np.int32([0, 9, 5])))
]


def other_header(data: bytes, r: random.Random) -> bytes:
    """One field of the header says something else."""
    header = bytearray(data)
    if r.random() < 0.4:
        header[r.randrange(4)] = r.choice(BYTES)
    else:
        place = 4 + 4 * r.randrange(data[3])
        header[place : place + 4] = struct.pack(">I", r.choice(SIDES))
    return bytes(header)


def other_array(data: bytes, r: random.Random) -> bytes:
    """A whole file, of another shape and type."""
    shape = [r.choice((0, 1, 2, 3, 5, 28)) for _ in range(r.randrange(6))]
    kind = r.choice(list(idx.TYPES.values()))
    size = math.prod(shape) * np.dtype(kind).itemsize
    return idx_bytes(np.frombuffer(r.randbytes(size), kind).reshape(shape))


def packed(data: bytes, r: random.Random) -> bytes:
    """Packed, and damaged before or after."""
    return gzip.compress(damaged(data, r)) if r.random() < 0.5 else damaged(gzip.compress(data), r)


def claimed_shape(path: Path) -> tuple[int, ...]:
    data = path.read_bytes()
    data = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    return struct.unpack_from(f">{data[3]}I", data, 4)


def test_an_idx_file_is_the_array_that_it_claims_or_an_error(tmp_path):
    paths = tmp_path / "images", tmp_path / "labels"
    used = []

    def check(r: random.Random) -> None:
        pair = list(r.choice(PAIRS))
        which = r.randrange(2)
        pair[which] = r.choice((damaged, other_header, other_array, packed))(pair[which], r)
        for path, data in zip(paths, pair, strict=True):
            put(path, data)
        try:
            array = idx.load(paths[which])
        except IdxError as error:
            assert is_one_line(error)
        else:
            assert array.shape == claimed_shape(paths[which])
            assert array.dtype in idx.TYPES.values()
        try:
            own = own_data.load(paths)
        except DataError as error:
            assert is_one_line(error) and str(tmp_path) in str(error)
        else:
            m = len(own.labels)
            used.append(m)
            assert own.images.shape == (m, 28, 28) and own.images.dtype == np.float32
            assert 0 <= own.images.min() < own.images.max() <= 1
            assert set(own.labels.tolist()) <= set(range(10))
            assert bool(own.left_out) == (m < 3)

    fuzz(IDX_FILES, check)
    assert len(used) > IDX_FILES / 20


# --- Model files

NUMBERS = (-1, 0, 1, 2, 3, 6, 28, 10**6, 2**32, 10**12, 2**63, 10**30, 10**400)
VALUES = (
    *NUMBERS,
    *(None, True, False, 0.5, -0.1, 1e308, math.nan, math.inf),
    *("", "same", "valid", "softmax", "ReLU", "Dense", "MSE", "two\nlines", "\ud800", "\0"),
    *([], {}, [1, 2, 3], [10**6, 10**6, 1], [[[]]] * 3, {"layer": "Flatten"}),
)
FLOATS = (math.nan, math.inf, 3e38, -3e38, 1e-45, -1.0, 0.0)


def small_model() -> tuple[dict[str, object], dict[str, np.ndarray]]:
    layers = [
        InLayer(shape=(6, 6, 1)),
        Conv2D(2, 3, padding="same", activation=ReLU),
        BatchNorm(),
        MaxPool2D(),
        Dropout(0.1),
        GlobalAveragePool2D(),
        Dense(3, softmax),
    ]
    net = Net(layers, CrossEntropyLoss(0.1), np.random.default_rng(0))
    recipe = {
        "layers": [layer.config() for layer in net.layers],
        "cost_function": {"cost": "CrossEntropyLoss", "label_smoothing": 0.1},
        "metadata": {"preprocessing": 1, "sure_from": 0.3, "labels": [0, 1], "input": {"a": [1]}},
    }
    return recipe, net._arrays()


Members = list[tuple[str, bytes]]


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def members_of(recipe: object, arrays: dict[str, np.ndarray]) -> Members:
    text = np.array(json.dumps(recipe))
    return [(f"{name}.npy", npy(array)) for name, array in ({"recipe": text} | arrays).items()]


def archive(members: Members, method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(file, "w", method) as members_:
        for name, data in members:  # twice the same name is a warning
            members_.writestr(name, data)
    return file.getvalue()


RECIPE, ARRAYS = small_model()
MEMBERS = members_of(RECIPE, ARRAYS)
FILE = archive(MEMBERS)


def damaged_file(r: random.Random) -> bytes:
    return damaged(FILE, r)


def other_members(r: random.Random) -> bytes:
    """A whole archive in which a member is gone, there twice, renamed, damaged or compressed."""
    members = list(MEMBERS)
    i, j = r.randrange(len(members)), r.randrange(len(members))
    (name, data), (other, _) = members[i], members[j]
    change = r.randrange(6)
    if change == 0:
        del members[i]
    elif change == 1:
        members.insert(j, (name, data if r.random() < 0.5 else damaged(data, r)))
    elif change == 2:
        members[i] = (r.choice((other, name[:-4], "two\nlines.npy", "../x")), data)
    elif change == 3:
        head = data.index(b"\n")  # in the description of the array, or anywhere
        members[i] = (name, damaged(data[:head], r) + data[head:])
    elif change == 4:
        members[i] = (name, damaged(data, r))
    return archive(members, r.choice((0, 8, 12, 14)) if change == 5 else zipfile.ZIP_STORED)


def other_values(r: random.Random) -> bytes:
    """An array of another shape or type, or with values that no training leaves."""
    i, (name, array) = r.choice(list(enumerate(ARRAYS.items(), 1)))
    change = r.randrange(4)
    if change == 0:
        array = array.astype(r.choice((">f4", "f2", "f8", "i4", "?", "S3", "M8[s]", "V4")))
    elif change == 1:
        array = np.resize(array, r.choices((0, 1, 2, 3, 6), k=r.randrange(5)))
    elif change == 2:
        array = np.asfortranarray(array)
    else:
        array = array.copy()
        array.flat[r.randrange(array.size)] = r.choice(FLOATS)
    return archive([*MEMBERS[:i], (f"{name}.npy", npy(array)), *MEMBERS[i + 1 :]])


def other_recipe(r: random.Random) -> bytes:
    """One or two things in the recipe are something else, gone, or one more."""
    recipe = copy.deepcopy(RECIPE)
    for _ in range(r.choice((1, 1, 2))):
        places = list(places_in(recipe))
        inside, key = r.choice(places)
        value = r.choice(VALUES) if r.random() < 0.8 else copy.deepcopy(r.choice(places)[0])
        change = r.randrange(6)
        if change == 0:
            del inside[key]
        elif change == 1 and isinstance(inside, list):
            inside.insert(key, copy.deepcopy(r.choice(inside)))
        elif change == 1:
            inside[r.choice(("units", "strides", "two\nlines", "input_shape"))] = value
        else:
            inside[key] = value
    return archive(members_of(recipe, {}) + MEMBERS[1:])


def places_in(value: object) -> Iterator[tuple[dict | list, str | int]]:
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places_in(value[key])


def other_network(r: random.Random) -> bytes:
    """A network of any layers, with just the arrays that they need, as an enemy would write it."""

    def number() -> int:
        return r.choice((1, 1, 2, 3, *NUMBERS))

    options = {
        "units": number,
        "filters": number,
        "kernel_size": number,
        "strides": number,
        "pool_size": number,
        "padding": lambda: r.choice(("same", "valid")),
        "activation": lambda: r.choice(list(ACTIVATIONS)),
        "rate": lambda: r.choice((0, 0.5, 1 - 1e-16, math.nan)),
        "shape": lambda: (
            r.choice(((28, 28, 1), (28, 28, 1), (7, 1, 2), (1, 1, 784)))
            if r.random() < 0.8
            else [number() for _ in range(3)]
        ),
    }
    kinds = ["InLayer", *r.choices(list(LAYERS)[1:], k=r.randrange(6)), "Dense"]
    recipe = {"layers": [], "cost_function": {"cost": r.choice(list(COSTS))}, "metadata": {}}
    for kind in kinds:
        names = [field.name for field in fields(LAYERS[kind]) if field.init]
        if kind == "InLayer":
            names = [r.choice(names)]
        recipe["layers"].append({"layer": kind} | {name: options[name]() for name in names})
    if r.random() < 0.8:
        recipe["layers"][-1] |= {"units": 10, "activation": "softmax"}
    arrays = {}
    with suppress(ValueError):
        layers = [from_config(layer) for layer in recipe["layers"]]
        connect(layers)
        shapes = array_shapes(layers)
        if sum(map(math.prod, shapes.values())) < 50_000:
            value = r.choice((0.1, *FLOATS[2:]))
            arrays = {name: np.full(shape, value, np.float32) for name, shape in shapes.items()}
    return archive(members_of(recipe, arrays))


def test_a_model_file_is_a_network_that_answers_or_an_error(tmp_path):
    path = tmp_path / "model.npz"
    loaded = []

    def check(r: random.Random) -> None:
        kinds = damaged_file, other_members, other_values, other_recipe, other_network
        put(path, r.choice(kinds)(r))
        try:
            net = Net.load_model(path)
        except ModelFileError as error:
            assert is_one_line(error) and str(path) in str(error)
            assert not isinstance(error.__cause__, MemoryError)
            return
        loaded.append(path)
        shape = net.layers[0].output_shape
        if math.prod(shape) < 10**6:
            outputs = net.predict(np.full((1, *shape), 0.5))
            assert outputs.shape == (1, net.layers[-1].units) and outputs.dtype == np.float32
        else:  # nobody has such an image
            with pytest.raises(ValueError, match="X must be"):
                net.predict(np.zeros((1, 784)))
        try:
            reading = Recognizer(net, "fuzzed").read(np.eye(28))
        except ModelFileError as error:
            assert is_one_line(error)
        else:
            assert reading.probabilities.shape == (10,)

    fuzz(MODEL_FILES, check)
    assert len(loaded) > MODEL_FILES / 20


# --- Saved drawings and pictures


def test_a_saved_drawing_is_one_or_an_error():
    drawing = Drawing()
    drawing.show(np.eye(4, dtype=np.float32))
    drawing.begin((0.5, 0.5), 0.1)
    drawing.extend((0.5, 0.9))
    drawing.label_as(7)
    when = datetime(2026, 11, 21, tzinfo=UTC)
    record = json.loads(saved_drawings.as_bytes(drawing, when))

    def check(r: random.Random) -> None:
        changed = copy.deepcopy(record)
        inside, key = r.choice(list(places_in(changed)))
        inside[key] = r.choice(VALUES)
        data = json.dumps(changed).encode()
        try:
            saved = saved_drawings.parse(data if r.random() < 0.5 else damaged(data, r))
        except SavedDrawingError as error:
            assert is_one_line(error)
        else:
            assert saved.drawing.label in (None, *range(10))
            retrace(saved.drawing)

    fuzz(DRAWING_FILES, check)


def test_a_picture_is_ink_or_an_error():
    grey = np.full((30, 20), 255, np.uint8)
    grey[4:26, 8:12] = 0
    files = []
    for form in pictures.FORMATS:
        file = io.BytesIO()
        Image.fromarray(grey).save(file, form)
        files.append(file.getvalue())

    def check(r: random.Random) -> None:
        try:
            ink = pictures.parse(damaged(r.choice(files), r), "fuzzed")
        except PictureError as error:
            assert is_one_line(error)
        else:
            assert ink.ndim == 2 and 0 <= ink.min() < ink.max() <= 1

    fuzz(PICTURE_FILES, check)


# --- What was found, and what should never be


def hostile_model(path: Path, *between: Layer, shape: tuple[int, ...] = (28, 28, 1)) -> Path:
    """A whole file of a network with such layers between its first and its last."""
    layers = [InLayer(shape=shape), *between, Dense(10, softmax)]
    connect(layers)
    arrays = {name: np.full(shape, 0.1, np.float32) for name, shape in array_shapes(layers).items()}
    recipe = RECIPE | {"layers": [layer.config() for layer in layers], "metadata": {}}
    path.write_bytes(archive(members_of(recipe, arrays)))
    return path


@pytest.mark.parametrize("strides", [28, 2**63, 10**30])
def test_strides_beyond_the_image_leave_one_window(tmp_path, strides):
    convolution = Conv2D(1, 3, strides=strides)
    path = hostile_model(tmp_path / "model.npz", convolution, GlobalAveragePool2D())
    assert Recognizer.load(path).net.layers[1].output_shape == (1, 1, 1)


def test_an_image_that_nobody_has_is_never_made(tmp_path):
    shape = (10**6, 10**6, 1)
    path = hostile_model(tmp_path / "model.npz", GlobalAveragePool2D(), shape=shape)
    with at_most(1), pytest.raises(ModelFileError, match="takes no image"):
        Recognizer.load(path)


def test_pixels_beyond_64_bits_are_counted():
    layer = Flatten()
    layer.build((2**32, 2**32, 1))
    assert layer.output_shape == (2**64,)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compressed_model_that_lies_about_its_size_is_not_unpacked(tmp_path, method):
    data = bytearray(archive([("recipe.npy", bytes(50_000_000))], method))
    size = data.rindex(b"PK\x01\x02") + 24  # where the directory says it
    data[size : size + 4] = struct.pack("<I", 100)
    path = tmp_path / "model.npz"
    path.write_bytes(data)
    with at_most(1), pytest.raises(ModelFileError, match="compressed"):
        Net.load_model(path)


def test_an_idx_header_that_claims_ten_to_the_twelve_images_allocates_nothing():
    data = b"\0\0\x08\x03" + struct.pack(">III", 10**6, 10**6, 784) + bytes(784)
    with at_most(0.1), pytest.raises(IdxError, match="claims"):
        idx.read(data)
