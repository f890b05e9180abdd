"""A person's own digits: what can be used is used, what can't is named."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from memory import at_most
from PIL import Image
from test_mnist import idx_bytes

from app.demo.sample import sample_strokes
from digits.data import idx, own_data
from digits.data.downloads import DataError
from digits.data.examples import ORIGIN, random_example
from digits.drawing import Drawing, saved_drawings
from digits.drawing.ink import Ink
from digits.drawing.retrace import retrace
from digits.recognizer import Recognizer


def drawn(digit: int, label: int | None = None) -> Drawing:
    drawing = Drawing.of(sample_strokes(digit), 0.075)
    drawing.label_as(label)
    return drawing


def picture(digit: int, side: int = 100, *, dark: bool = True) -> Image.Image:
    ink = Ink(side)
    ink.draw(drawn(digit))
    return Image.fromarray(np.uint8(255 * (1 - ink.pixels if dark else ink.pixels)))


def put(path: Path, digit: int, **options) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture(digit, **options).save(path)


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def read(recognizer: Recognizer, images: np.ndarray) -> list[int]:
    return recognizer.net.predict(images.reshape(-1, 784)).argmax(axis=1).tolist()


# --- Pictures


def test_pictures_are_labelled_by_their_folder_or_by_their_name(tmp_path, recognizer):
    put(tmp_path / "3" / "any name.png", 3)
    put(tmp_path / "8" / "7_is not its label.gif", 8)
    put(tmp_path / "7_1.png", 7)
    put(tmp_path / "2-1.jpg", 2)
    put(tmp_path / "label_4.png", 4)
    put(tmp_path / "5.bmp", 5)
    put(tmp_path / "0 (1).webp", 0)
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == read(recognizer, own.images) == [0, 2, 3, 5, 7, 8, 4]
    assert own.left_out == []
    assert (own.images.shape, own.images.dtype) == ((7, 28, 28), np.float32)
    assert own.labels.dtype == np.int64
    assert 0 == own.images.min() < own.images.max() == 1


@pytest.mark.parametrize("side", [28, 300])
def test_dark_on_light_is_as_good_as_light_on_dark(tmp_path, recognizer, side):
    put(tmp_path / "6_dark.png", 6, side=side)
    put(tmp_path / "6_light.png", 6, side=side, dark=False)
    own = own_data.load([tmp_path])
    assert read(recognizer, own.images) == [6, 6]
    np.testing.assert_allclose(*own.images, atol=0.05)


def test_the_order_is_the_natural_one_of_the_names(tmp_path):
    for name in ("10/a", "1/10", "1/9", "9/b", "1_2", "1_01", "1_1"):
        put(tmp_path / f"{name}.png", 1)
    files = [path for path, _ in own_data._files(tmp_path, [])]
    names = [str(path.relative_to(tmp_path)) for path in files]
    assert names == [
        *("1/9.png", "1/10.png", "1_01.png", "1_1.png", "1_2.png", "9/b.png", "10"),
    ]


def test_mnist_as_pictures_is_read_as_well_as_mnist(tmp_path, mnist_test, recognizer):
    images, labels = (part[:100] for part in mnist_test)
    for i, (image, label) in enumerate(zip(images, labels, strict=True)):
        Image.fromarray(255 - image).save(tmp_path / f"{label}_{i}.png")
    own = own_data.load([tmp_path])
    assert own.left_out == []
    right = np.mean(read(recognizer, own.images) == own.labels)
    plain = np.mean(recognizer.net.predict(images.reshape(-1, 784) / 255).argmax(axis=1) == labels)
    assert right >= plain - 0.01


# --- Drawings


def test_drawings_of_the_window_are_retraced_and_not_taken_twice(tmp_path):
    for digit in (4, 1):
        saved_drawings.save(drawn(digit, label=digit), tmp_path)
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == [1, 4]
    np.testing.assert_array_equal(own.images[0], retrace(drawn(1)))
    np.testing.assert_array_equal(own.images[1], retrace(drawn(4)))


def test_a_picture_beside_a_file_of_another_program_is_used(tmp_path):
    put(tmp_path / "7_1.png", 7)
    (tmp_path / "7_1.json").write_text('{"shapes": []}')
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == [7]
    (reason,) = own.left_out
    assert "7_1.json" in reason
    (tmp_path / "7_1.json").write_text(f'{{"notes": "{200 * "-"} no {saved_drawings.FORMAT}"}}')
    assert own_data.load([tmp_path]).labels.tolist() == [7]


def test_the_label_that_a_drawing_was_saved_with_counts(tmp_path):
    saved_drawings.save(drawn(9, label=9), tmp_path / "4")
    assert own_data.load([tmp_path]).labels.tolist() == [9]


def test_a_drawing_without_a_label_has_that_of_its_folder_or_is_left_out(tmp_path):
    for folder in (tmp_path, tmp_path / "9"):
        saved_drawings.save(drawn(9), folder)
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == [9]
    (line,) = own.left_out
    assert "drawing-20" in line and "no label; open it in the window" in line


def test_a_test_digit_of_mnist_that_was_saved_is_named_and_not_learned_from(tmp_path):
    drawing = Drawing()
    drawing.show(*random_example(np.random.default_rng(0)), origin=ORIGIN)
    saved_drawings.save(drawing, tmp_path)
    saved_drawings.save(drawn(9, label=9), tmp_path)
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == [9]
    (line,) = own.left_out
    assert "one of MNIST's test digits" in line


def test_nor_is_its_picture_when_its_drawing_is_gone(tmp_path):
    drawing = Drawing()
    drawing.show(*random_example(np.random.default_rng(0)), origin=ORIGIN)
    png, path = saved_drawings.save(drawing, tmp_path)
    path.unlink()
    saved_drawings.save(drawn(9, label=9), tmp_path)
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == [9]
    assert own.left_out == [
        f"{png}: one of MNIST's test digits, which no network may learn from; remove it"
    ]


def test_a_drawing_is_one_however_its_ending_is_written(tmp_path):
    _, path = saved_drawings.save(drawn(9, label=9), tmp_path)
    path.rename(path.with_suffix(".JSON"))
    own = own_data.load([tmp_path])
    assert (own.labels.tolist(), own.left_out) == ([9], [])


def test_the_picture_of_a_drawing_that_cannot_be_read_is_not_learned_from(tmp_path, monkeypatch):
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    put(tmp_path / "1_1.png", 1)
    _, path = saved_drawings.save(drawn(9, label=4), tmp_path / "9")
    monkeypatch.setattr(saved_drawings, "open", refused, raising=False)
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == [1]
    assert own.left_out == [f"{path}: Permission denied; make it readable"]


@pytest.mark.parametrize(("count", "text"), [(1, "1 digit of"), (2, "2 digits of")])
def test_own_data_say_how_many_they_are(tmp_path, count, text):
    for _ in range(count):
        saved_drawings.save(drawn(9, label=9), tmp_path)
    assert str(own_data.load([tmp_path])) == f"{text} your own"


def test_a_generator_varies_the_pen_of_drawings_alone(tmp_path):
    saved_drawings.save(drawn(3, label=3), tmp_path)
    put(tmp_path / "4_.png", 4)
    plain, *others = (
        own_data.load([tmp_path], generator).images
        for generator in (None, *(np.random.default_rng(seed) for seed in (1, 1, 2)))
    )
    np.testing.assert_array_equal(others[0], others[1])
    assert (others[0][0] != others[2][0]).any() and (others[0][0] != plain[0]).any()
    np.testing.assert_array_equal(others[0][1], plain[1])


# --- What can't be used


def test_what_cannot_be_used_is_named_with_the_reason_and_the_rest_is_used(tmp_path, recognizer):
    put(tmp_path / "2" / "good.png", 2)
    bad = {
        "1_cut.png": "damaged",
        "1_text.png": "not a PNG",
        "1_blank.png": "nothing stands out",
        "1_lost.png": "not a file",
        "2/inner": "a folder",
        "2/notes.txt": "not a PNG",
        "4_strayed.json": "nothing is on the sheet",
        "10_.png": "no label",
        "seven.png": "no label",
        "other": "a folder",
        "3_torn.json": "not JSON",
    }
    put(tmp_path / "1_cut.png", 1)
    os.truncate(tmp_path / "1_cut.png", 300)
    (tmp_path / "1_text.png").write_text("one")
    Image.new("L", (90, 60), 128).save(tmp_path / "1_blank.png")
    (tmp_path / "1_lost.png").symlink_to("nowhere")
    (tmp_path / "2" / "inner").mkdir()
    (tmp_path / "2" / "notes.txt").write_text("my twos")
    astray = Drawing.of([[(2.0, 2.0)]], 0.1)
    astray.label_as(4)
    saved_drawings.save(astray, tmp_path)[1].rename(tmp_path / "4_strayed.json")
    next(tmp_path.glob("4-*.png")).rename(tmp_path / "4_strayed.png")
    put(tmp_path / "10_.png", 1)
    put(tmp_path / "seven.png", 7)
    put(tmp_path / "other" / "1_1.png", 1)
    (tmp_path / "3_torn.json").write_text("{")

    own = own_data.load([tmp_path])
    assert own.labels.tolist() == read(recognizer, own.images) == [2]
    lines = iter(own.left_out)
    said = {line.split(": ")[0]: line for line in lines}
    assert said.keys() == {str(tmp_path / name) for name in bad}
    for name, reason in bad.items():
        assert reason in said[str(tmp_path / name)].removeprefix(str(tmp_path / name))


def test_what_is_hidden_is_no_business_of_ours(tmp_path):
    put(tmp_path / "1_1.png", 1)
    put(tmp_path / ".git" / "2_1.png", 2)
    (tmp_path / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    own = own_data.load([tmp_path])
    assert (own.labels.tolist(), own.left_out) == ([1], [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_links_that_go_round_in_circles_and_pipes_end_nothing(tmp_path):
    put(tmp_path / "1_1.png", 1)
    (tmp_path / "5").symlink_to(tmp_path)
    (tmp_path / "6").symlink_to(tmp_path / "6")
    os.mkfifo(tmp_path / "7_pipe.png")
    os.mkfifo(tmp_path / "8_pipe.json")
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == [1, 5]  # the same picture, in the folder 5 too
    assert len(own.left_out) == 7


def test_a_folder_that_may_not_be_read_is_left_out(tmp_path, monkeypatch):
    put(tmp_path / "1" / "1.png", 1)
    (tmp_path / "2").mkdir()
    iterdir = Path.iterdir

    def refused(folder: Path) -> Iterator[Path]:
        if folder.name == "2":
            raise PermissionError(13, "Permission denied")
        return iterdir(folder)

    monkeypatch.setattr(Path, "iterdir", refused)
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == [1]
    assert own.left_out == [f"{tmp_path / '2'}: Permission denied; name a folder of digits"]


def test_a_folder_that_may_not_be_entered_spoils_no_other(tmp_path, monkeypatch):
    put(tmp_path / "1" / "1.png", 1)
    saved_drawings.save(drawn(2, label=2), tmp_path / "2")
    stat = os.stat

    def refused(path: Path, **options: object) -> os.stat_result:
        if isinstance(path, Path) and path.parent.name == "2":
            raise PermissionError(13, "Permission denied")
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", refused)
    own = own_data.load([tmp_path])
    assert own.labels.tolist() == [1] and len(own.left_out) == 2


@pytest.mark.parametrize("name", ["1_two\nlines.png", os.fsdecode(b"1_caf\xe9.png")])
def test_any_name_can_be_printed_in_one_line(tmp_path, name):
    put(tmp_path / "1_1.png", 1)
    try:
        (tmp_path / name).write_text("one")
    except OSError:
        pytest.skip("this file system has no such names")
    (line,) = own_data.load([tmp_path]).left_out
    assert line.isprintable()


def error(*paths: Path) -> str:
    with pytest.raises(DataError) as raised:
        own_data.load(paths)
    message = str(raised.value)
    assert message.isprintable()
    return message


def test_where_nothing_can_be_used_one_line_says_what_to_do(tmp_path):
    assert error(tmp_path).startswith(f"{tmp_path}: no digit in it can be used; sort pictures")
    (tmp_path / "1_text.png").write_text("one")
    (tmp_path / "1_more.png").write_text("one")
    message = error(tmp_path)
    assert "1_more.png: not a PNG" in message and "2 files were left out" in message
    for path in (tmp_path / "nowhere", tmp_path / "1_text.png"):
        assert str(path) in error(path) and "name a folder" in error(path)
    assert "one folder, or two IDX files" in error()
    assert "one folder, or two IDX files" in error(tmp_path, tmp_path, tmp_path)


# --- IDX

IMAGES = np.random.default_rng(0).integers(0, 99, (6, 28, 28), dtype=np.uint8)
LABELS = np.arange(6, dtype=np.uint8)


@pytest.fixture
def pair(tmp_path):
    def pair(
        images: np.ndarray | bytes = IMAGES, labels: np.ndarray | bytes = LABELS
    ) -> tuple[Path, Path]:
        paths = tmp_path / "images", tmp_path / "labels"
        for path, data in zip(paths, (images, labels), strict=True):
            path.write_bytes(data if isinstance(data, bytes) else idx_bytes(data))
        return paths

    return pair


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_idx_pair_of_mnists_size_is_taken_as_it_is(pair, pack):
    own = own_data.load(pair(pack(idx_bytes(IMAGES)), pack(idx_bytes(LABELS.astype(np.int32)))))
    np.testing.assert_array_equal(own.images, IMAGES.astype(np.float32) / 255)
    assert own.labels.tolist() == LABELS.tolist()
    assert (own.images.dtype, own.labels.dtype, own.left_out) == (np.float32, np.int64, [])


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="pipes have no names here")
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_comes_from_pipes_too(pack):
    paths = []
    for array in (IMAGES, LABELS):
        end, start = os.pipe()
        os.write(start, pack(idx_bytes(array)))
        os.close(start)
        paths.append(f"/dev/fd/{end}")
    assert own_data.load(paths).labels.tolist() == LABELS.tolist()


def test_mnists_own_files_are_mnist(data_folder, mnist_test):
    names = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
    own = own_data.load([data_folder / "mnist" / name for name in names])
    np.testing.assert_array_equal(own.images, mnist_test[0].astype(np.float32) / 255)
    np.testing.assert_array_equal(own.labels, mnist_test[1])


@pytest.mark.parametrize("size", [(16, 16), (60, 40)])
def test_idx_images_of_another_size_are_reduced_to_mnists(pair, recognizer, size):
    images = np.stack([np.asarray(picture(d, dark=False).resize(size[::-1])) for d in range(10)])
    own = own_data.load(pair(images, np.arange(10, dtype=np.uint8)))
    assert own.images.shape == (10, 28, 28)
    assert np.mean(read(recognizer, own.images) == own.labels) >= 0.8


def test_idx_images_dark_on_light_are_turned_round(pair):
    own = own_data.load(pair(255 - IMAGES))
    np.testing.assert_array_equal(own.images, IMAGES.astype(np.float32) / 255)


def test_labels_out_of_range_and_blank_images_are_counted_and_left_out(pair):
    images = IMAGES.copy()
    images[4] = 0
    paths = pair(images, np.array([10, 1, -1, 3, 4, 5], np.int8))
    own = own_data.load(paths)
    assert own.labels.tolist() == [1, 3, 5]
    np.testing.assert_array_equal(own.images, IMAGES[[1, 3, 5]].astype(np.float32) / 255)
    assert own.left_out == [
        f"{paths[1]}: labels that are not 0 to 9: 2, the first at index 0, label 10",
        f"{paths[0]}: blank images: 1, the first at index 4, label 4",
    ]


@pytest.mark.parametrize(
    ("images", "labels", "said"),
    [
        (LABELS, IMAGES, "a file of images"),
        (IMAGES.astype(np.float32), LABELS, "images holds float32 (6, 28, 28)"),
        (IMAGES.reshape(6, 784), LABELS, "images holds uint8 (6, 784)"),
        (IMAGES, LABELS.astype(np.float32), "labels float32 (6,)"),
        (IMAGES, LABELS[:5], "6 images, "),
        (IMAGES[:0], LABELS[:0], "it is empty"),
        (np.zeros((6, 0, 0), np.uint8), LABELS, "blank images"),
        (IMAGES, LABELS + 10, "labels that are not 0 to 9"),
        (idx_bytes(IMAGES)[:-1], LABELS, "images: the IDX header claims"),
        (IMAGES, b"", "labels: not an IDX file"),
        (b"P5 28 28 255", LABELS, "images: not an IDX file"),
        (gzip.compress(idx_bytes(IMAGES))[:-9], LABELS, "images: damaged, or not the whole"),
        (gzip.compress(idx_bytes(IMAGES))[:20] + bytes(99), LABELS, "images: damaged, or not"),
        (b"\x1f\x8bjunk", LABELS, "images: damaged, or not the whole"),
        (gzip.compress(b"seven"), LABELS, "images: not an IDX file"),
    ],
)
def test_an_idx_pair_that_cannot_be_used_is_one_line_with_the_file(pair, images, labels, said):
    message = error(*pair(images, labels)).replace("holds >f4", "holds float32")
    assert said in message.replace("labels >f4", "labels float32")
    assert "; " in message  # and then what to do


def test_a_missing_idx_file_or_a_folder_in_its_place_is_named(pair, tmp_path):
    images, labels = pair()
    assert f"{tmp_path / 'none'}: No such file" in error(images, tmp_path / "none")
    assert f"{tmp_path}: Is a directory" in error(tmp_path, labels)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    "claim", [(10**9, 1000, 1), (2**32 - 1, 2**32 - 1, 2**32 - 1), (1000, 28, 28)]
)
def test_a_header_allocates_nothing_that_does_not_follow(pair, claim, pack):
    header = b"\0\0\x08\x03" + b"".join(side.to_bytes(4, "big") for side in claim)
    paths = pair(pack(header + bytes(100)))
    with at_most(2):
        assert "claims" in error(*paths)


def test_a_small_file_that_unpacks_to_a_huge_one_is_not_unpacked(pair, monkeypatch):
    monkeypatch.setattr(idx, "MOST_BYTES", 3_000_000)
    paths = pair(gzip.compress(b"\0\0\x08\x03" + bytes(50_000_000)))
    with at_most(10):
        assert "more than 3 MB" in error(*paths)


@pytest.mark.parametrize("limit", ["MOST_IMAGES", "LONGEST_SIDE"])
def test_more_or_larger_images_than_fit_are_refused(pair, monkeypatch, limit):
    monkeypatch.setattr(own_data, limit, 5)
    assert "too many or too large" in error(*pair())


def test_each_labelled_digit_of_a_number_is_used(tmp_path):
    drawing = Drawing.of([[(0.1, 0.1), (0.1, 0.9)], [(0.5, 0.1), (0.5, 0.9)], [(0.8, 0.1)]], 0.1)
    drawing.label_as(1, drawing.strokes[:1])
    drawing.label_as(7, drawing.strokes[1:2])
    saved_drawings.save(drawing, tmp_path)
    data = own_data.load([tmp_path])
    assert data.labels.tolist() == [1, 7] and not data.left_out
    np.testing.assert_array_equal(data.images[0], data.images[1])  # an upright line, both of them
