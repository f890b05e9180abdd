import io
import zipfile
from collections import Counter

import numpy as np
import pytest

from digits.data import pen_strokes
from digits.data.downloads import DataError

TEXT = """.INCLUDE dene.doc
.HIERARCHY      DIGIT

.SEGMENT DIGIT    0 ? "8"
.COMMENT 8 12  224
.PEN_DOWN
 267  333
 260  340
.PEN_UP
.DT 100
.SEGMENT DIGIT 1-2 ? "4"
.COMMENT 4  7   3
.PEN_DOWN
 100  500
 101  490
 102  480
.PEN_UP
.DT 50
.PEN_DOWN
 9  0
.PEN_UP
.DT 100
"""


def test_a_digit_has_its_label_its_writer_and_its_strokes():
    eight, four = pen_strokes.parse(TEXT)
    assert (eight.label, eight.writer) == (8, 12)
    assert (four.label, four.writer) == (4, 7)
    assert [stroke.shape for stroke in four.strokes] == [(3, 2), (1, 2)]
    assert all(stroke.dtype == np.float32 for stroke in four.strokes)


def test_y_points_down():
    eight, four = pen_strokes.parse(TEXT)
    assert eight.strokes[0].tolist() == [[267, 167], [260, 160]]
    assert four.strokes[1].tolist() == [[9, 500]]


def test_all_digits_of_all_30_writers_are_read(pen_digits):
    assert len(pen_digits) == 7494
    writers = Counter(digit.writer for digit in pen_digits)
    assert sorted(writers) == list(pen_strokes.WRITERS)
    assert min(writers.values()) >= 247
    assert set(Counter(digit.label for digit in pen_digits)) == set(range(10))
    assert sum(len(digit.strokes) for digit in pen_digits) == 9433
    points = np.concatenate([stroke for digit in pen_digits for stroke in digit.strokes])
    assert 0 <= points.min() <= points.max() <= 500


def test_the_archive_of_uci_unpacks_to_the_same_text(data_folder):
    packed = (data_folder / pen_strokes.FILE.place).read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("pendigits-orig.tra.Z", packed)
    unpack = pen_strokes.FILE.unpack
    assert unpack(archive.getvalue()) == unpack(packed)


@pytest.mark.parametrize("damaged", [b"", b"no .Z file", b"\x1f\x9d\x90" + bytes(range(256))])
def test_a_damaged_file_is_reported_by_name(tmp_path, damaged):
    path = tmp_path / "pendigits" / "pendigits-orig.tra.Z"
    path.parent.mkdir()
    path.write_bytes(damaged)
    with pytest.raises(DataError, match=r"pendigits-orig\.tra\.Z: not the published file"):
        pen_strokes.load(tmp_path)
