"""Pictures from elsewhere: whatever is around the digit, the ink that remains is the digit's."""

import io
import os
import warnings
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from memory import at_most
from PIL import Image

from app.demo.sample import sample_strokes
from digits.drawing import Drawing, pictures
from digits.drawing.ink import Ink
from digits.drawing.pictures import PictureError
from digits.recognizer import Recognizer

SIDE = 160


def drawn(digit: int = 5, side: int = SIDE, pen: float = 0.075) -> np.ndarray:
    """The ink (side, side) of a digit that a hand of our own draws."""
    ink = Ink(side)
    ink.draw(Drawing.of(sample_strokes(digit), pen))
    return ink.pixels


INK = drawn()


def image(grey: np.ndarray, mode: str = "L") -> Image.Image:
    """`grey` in 0..1 as a picture."""
    return Image.fromarray((np.clip(grey, 0, 1) * 255).round().astype(np.uint8)).convert(mode)


def file_of(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def difference(ink: np.ndarray, expected: np.ndarray = INK) -> float:
    """How much ink is wrong, as a share of the ink that there is."""
    return np.abs(ink - expected).sum() / expected.sum()


def is_ink(ink: np.ndarray) -> bool:
    height, width = ink.shape
    levels = ink * 255
    return (
        ink.dtype == np.float32
        and height == width <= pictures.SIDE
        and 0 <= ink.min() < ink.max() <= 1
        and np.allclose(levels, levels.round(), atol=1e-4)
    )


@pytest.mark.parametrize("grey", [1 - INK, INK], ids=["dark on light", "light on dark"])
@pytest.mark.parametrize(
    ("format", "mode"),
    [
        *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("BMP", mode) for mode in ("1", "P", "RGB")),
        ("GIF", "P"),
        ("WEBP", "RGB"),
    ],
)
def test_every_format_and_mode_gives_the_same_ink(grey, format, mode):
    ink = pictures.parse(file_of(image(grey, mode), format), "digit")
    assert is_ink(ink)
    assert difference(ink) < (0.2 if mode == "1" else 0.05)


@pytest.mark.parametrize("contrast", [-0.2, 0.2])
def test_sixteen_bits_are_read_as_sixteen_bits(contrast):
    deep = Image.fromarray(((0.5 + contrast * INK) * 65535).astype(np.uint16))
    assert difference(pictures.parse(file_of(deep), "deep")) < 0.05


@pytest.mark.parametrize("colour", [0, 255])
def test_what_is_drawn_on_nothing_is_the_ink_in_any_colour(colour):
    transparent = Image.new("RGBA", (SIDE, SIDE), (colour, colour, colour, 0))
    transparent.putalpha(image(INK))
    assert difference(pictures.parse(file_of(transparent), "transparent")) < 0.05


@pytest.mark.parametrize("hidden", [0, 255])
@pytest.mark.parametrize("grey", [0.7 - 0.6 * INK, 0.3 + 0.6 * INK], ids=["dark", "light"])
def test_a_hole_in_a_page_is_not_ink(hidden, grey):
    page = image(grey, "RGBA")
    page.paste((hidden, hidden, hidden, 0), (8, 70, 24, 86))
    assert difference(pictures.parse(file_of(page), "page")) < 0.05


@pytest.mark.parametrize(
    ("orientation", "turn"), [(6, Image.Transpose.ROTATE_90), (3, Image.Transpose.ROTATE_180)]
)
def test_a_photograph_is_read_as_the_camera_was_held(orientation, turn):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = file_of(image(1 - INK).transpose(turn), "JPEG", exif=exif)
    assert difference(pictures.parse(data, "turned")) < 0.05


@pytest.mark.parametrize("size", [(2000, 1500), (700, 2100), (28, 28), (3, 400)])
def test_ink_is_square_and_no_larger_than_it_need_be(size):
    ink = pictures.parse(file_of(image(1 - INK).resize(size)), "sized")
    assert is_ink(ink)
    assert len(ink) == min(max(size), pictures.SIDE)


def test_a_wide_picture_lies_in_the_middle_of_the_square():
    wide = np.pad(1 - INK, ((0, 0), (SIDE, 0)), constant_values=1)
    expected = np.pad(INK, ((SIDE // 2, SIDE // 2), (SIDE, 0)))
    assert difference(pictures.ink_in(wide), expected) < 0.1


# --- Paper: each of these lies under or around a digit, and must leave nothing behind

Y, X = np.mgrid[0 : 1 : SIDE * 1j, 0 : 1 : SIDE * 1j]
Paper = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def in_shade(ink: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return (1 - 0.8 * ink) * (0.95 - 0.5 * X - 0.2 * Y)


def in_a_shadow(ink: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return (1 - 0.8 * ink) * (0.9 - 0.3 / (1 + np.exp(-60 * (X + 0.3 * Y - 0.6))))


def chalked(ink: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return 1 - in_shade(ink, generator)


def pencilled(ink: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return 0.9 - 0.25 * ink


def noisy(ink: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return 0.9 - 0.8 * ink + generator.normal(0, 0.04, ink.shape)


def speckled(ink: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return np.where(generator.random(ink.shape) < 0.001, 0, 1 - ink)


def ruled(ink: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    lines = np.arange(SIDE)[:, None] % 14 == 5
    return np.where(lines, 0.7, 0.95) * (1 - 0.85 * ink)


def compressed(ink: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    data = file_of(image(1 - ink), "JPEG", quality=20)
    return np.asarray(Image.open(io.BytesIO(data)), np.float32) / 255


def on_a_table(
    ink: np.ndarray, generator: np.random.Generator, brightness: float = 0.2
) -> np.ndarray:
    table = brightness + generator.normal(0, 0.02, (SIDE + 24, SIDE + 28))
    table[12:-12, 14:-14] = 0.9 - 0.7 * ink
    return table


PAPERS = in_shade, in_a_shadow, chalked, pencilled, noisy, speckled, ruled, compressed, on_a_table


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.__name__)
def test_nothing_of_the_paper_remains(paper):
    ink = pictures.ink_in(paper(INK, np.random.default_rng(0)))
    expected = np.pad(INK, (len(ink) - SIDE) // 2)
    assert difference(ink, expected) < 0.15
    (seen, meant) = (np.argwhere(pixels > 0.02) for pixels in (ink, expected))  # specks count
    assert np.abs(seen.min(axis=0) - meant.min(axis=0)).max() <= 4
    assert np.abs(seen.max(axis=0) - meant.max(axis=0)).max() <= 4


def test_nothing_remains_of_a_black_table_with_faint_grain():
    ink = pictures.ink_in(on_a_table(INK, np.random.default_rng(0), 0.05))
    assert difference(ink, np.pad(INK, (len(ink) - SIDE) // 2)) < 0.15


def test_nothing_remains_of_a_grained_table():
    generator = np.random.default_rng(0)
    for brightness in (0.4, 0.5):
        for period in (6, 10, 14):
            side = SIDE + 80
            table = generator.normal(brightness, 0.05, (side, side))
            table += np.where(np.arange(side)[:, None] % period < period / 2, 0.05, -0.05)
            table[40:-40, 40:-40] = 0.92 - 0.75 * INK
            assert difference(pictures.ink_in(np.clip(table, 0, 1)), np.pad(INK, 40)) < 0.15


def test_a_strip_of_a_sheet_on_a_table_keeps_its_polarity():
    ink = np.zeros((24, 100), np.float32)
    ink[10:14, 33:66] = 1
    strip = 0.9 - 0.7 * ink
    strip[:2] = strip[-2:] = strip[:, :2] = 0.1
    assert difference(pictures.ink_in(strip), pictures._squared(ink)) < 0.1


def test_a_stroke_that_is_cut_by_the_edge_is_no_table():
    ink = np.zeros((SIDE, SIDE), np.float32)
    ink[:140, 20:40] = ink[40:120, 100:120] = 1
    assert difference(pictures.ink_in(0.95 - 0.8 * ink), ink) < 0.1


def test_a_thin_tail_is_no_dirt_though_its_pixels_touch_only_by_their_corners():
    ink = np.zeros((60, 60), np.float32)
    ink[5:17, 5:17] = ink[range(17, 45), range(17, 45)] = 1
    assert difference(pictures.ink_in(1 - ink), ink) < 0.05


def test_ink_in_the_shade_is_as_dark_as_in_the_light():
    page = (1 - 0.8 * INK) * (1 - 0.7 * X)
    assert pictures.ink_in(page)[INK == 1].min() > 0.85


def test_a_small_dark_speck_and_a_larger_pale_smudge_are_dirt():
    thin = drawn(pen=0.03)
    speck, smudge = thin.copy(), thin.copy()
    speck[80:83, 10:13] = 1
    smudge[80:90, 10:20] = 0.35
    for dirty in (speck, smudge):
        assert not pictures.ink_in(0.95 - 0.8 * dirty)[:, :40].any()


@pytest.mark.parametrize("grey", [lambda ink: ink, lambda ink: 1 - ink], ids=["light", "dark"])
def test_of_a_fat_digit_cut_close_the_greater_part_is_ink(grey):
    ink = drawn(3, pen=0.2)
    rows, columns = (np.flatnonzero(ink.max(axis=axis) > 0.5) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert digit.mean() > 0.5
    found = pictures.ink_in(grey(digit))
    assert np.corrcoef(found.ravel(), pictures._squared(digit).ravel())[0, 1] > 0.9


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


def test_mnist_on_any_paper_is_read_about_as_well_as_the_plain_images(mnist_test, recognizer):
    generator = np.random.default_rng(0)
    images, labels = mnist_test
    right = []
    for index in generator.permutation(len(images))[:180]:
        ink = np.asarray(Image.fromarray(images[index]).resize((SIDE, SIDE)), np.float32) / 255
        paper = PAPERS[len(right) % len(PAPERS)]
        answer = recognizer.read(pictures.ink_in(paper(ink, generator)))
        right.append(answer.digit == labels[index])
    assert np.mean(right) >= 0.985


@pytest.mark.parametrize("margin", [0, 2])
def test_mnist_keeps_its_polarity_in_pictures_cut_close(mnist_test, margin):
    images = mnist_test[0][:200].astype(np.float32) / 255
    turned = 0
    for whole in images:
        rows, columns = (np.flatnonzero(whole.max(axis=axis)) for axis in (1, 0))
        digit = whole[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        close = pictures._squared(np.pad(digit, margin))
        for grey in (np.pad(digit, margin), 1 - np.pad(digit, margin)):
            turned += np.corrcoef(pictures.ink_in(grey).ravel(), close.ravel())[0, 1] < 0.5
    assert turned / 400 <= (0.1 if margin == 0 else 0)


# --- What can't be used: one line that names it and says what to do

DIGIT = file_of(image(1 - INK))
WIDE = file_of(Image.new("1", (10_001, 5_000), 1))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a PNG"),
        (b"seven", "not a PNG"),
        (file_of(image(1 - INK), "TIFF"), "not a PNG"),
        (DIGIT[: len(DIGIT) // 2], "damaged"),
        (WIDE, "50 megapixels"),
        (file_of(Image.new("L", (90, 60), 128)), "nothing stands out"),
        (file_of(Image.new("RGBA", (90, 60), (0, 0, 0, 0))), "nothing stands out"),
        (file_of(Image.new("L", (1, 1))), "nothing stands out"),
        (file_of(image(0.7 - 0.03 * INK)), "nothing stands out"),
        (file_of(Image.fromarray((20_000 + 2_000 * INK).astype(np.uint16))), "nothing stands out"),
        (file_of(image(1 - np.pad(np.ones((3, 3)), 250))), "as large as a digit"),
    ],
)
def test_what_is_no_picture_of_a_digit_is_refused_in_one_line(data, reason):
    with pytest.raises(PictureError) as raised:
        pictures.parse(data, "the clipboard")
    message = str(raised.value)
    assert message.startswith("the clipboard: ")
    assert reason in message
    assert "\n" not in message
    assert "; " in message  # and then what to do


def test_a_picture_that_claims_to_be_gigantic_is_never_unpacked():
    header = DIGIT[:16] + (60_000).to_bytes(4, "big") * 2 + DIGIT[24:29]
    checksum = zlib.crc32(header[12:]).to_bytes(4, "big")
    with pytest.raises(PictureError, match="50 megapixels"):
        pictures.parse(header + checksum + DIGIT[33:], "bomb")


def test_what_is_too_large_is_refused_before_it_is_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_BYTES", len(DIGIT) - 1)
    with pytest.raises(PictureError, match="larger than"):
        pictures.parse(DIGIT, "five")
    path = tmp_path / "film.png"
    path.write_bytes(b"")
    os.truncate(path, 10**8)
    with at_most(10), pytest.raises(PictureError, match="larger than"):
        pictures.load(path)


def test_a_large_photograph_is_never_decoded_at_its_full_size():
    photograph = Image.open(io.BytesIO(file_of(image(np.ones((4096, 4096))), "JPEG")))
    pictures._brightness(photograph)
    assert photograph.size == (512, 512)


def test_pillows_warnings_are_no_business_of_the_user():
    header = DIGIT[:16] + (10_000).to_bytes(4, "big") * 2 + DIGIT[24:29]
    checksum = zlib.crc32(header[12:]).to_bytes(4, "big")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with pytest.raises(PictureError, match="50 megapixels"):
            pictures.parse(header + checksum + DIGIT[33:], "warned of")
    assert not said


def test_a_file_is_read_by_its_path(tmp_path):
    path = tmp_path / "five.png"
    path.write_bytes(DIGIT)
    assert difference(pictures.load(path)) < 0.05
    assert difference(pictures.load(str(path))) < 0.05


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    for path in (tmp_path / "nowhere.png", tmp_path):
        with pytest.raises(PictureError, match=rf"{path.name}: \w.*; choose") as raised:
            pictures.load(path)
        assert "\n" not in str(raised.value)


FILES = [
    file_of(image(1 - drawn(side=40), "RGB"), format)
    for format in ("PNG", "JPEG", "GIF", "BMP", "WEBP")
]


@settings(max_examples=150)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4),
    st.floats(0.2, 1),
)
def test_damaged_files_give_ink_or_a_picture_error(data, changes, share):
    data = bytearray(data[: round(share * len(data))])
    for place, byte in changes:
        data[int(place * len(data))] = byte
    try:
        ink = pictures.parse(bytes(data), "damaged")
    except PictureError as error:
        assert "\n" not in str(error)
    else:
        assert is_ink(ink)


@settings(max_examples=150)
@given(
    arrays(
        np.uint8,
        st.tuples(st.integers(1, 24), st.integers(1, 24)),
        elements=st.sampled_from([0, 100, 128, 255]),
    )
)
def test_any_pixels_at_all_give_ink_or_a_picture_error(pixels):
    try:
        ink = pictures.ink_in(pixels / 255)
    except PictureError:
        return
    assert is_ink(ink)
