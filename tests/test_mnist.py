import gzip
import hashlib
import struct
import subprocess
import sys
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pooch
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from digits.data import examples, idx, mnist
from digits.data.downloads import DataError, PublishedFile

PROJECT = Path(__file__).parent.parent

# --- IDX


def idx_bytes(array):
    """IDX, written by the format's description."""
    kinds = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}
    kind = kinds[array.dtype.str[1:]]
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, kind, array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@given(
    st.sampled_from(["u1", "i1", "i2", "i4", "f4", "f8"]).flatmap(
        lambda kind: arrays(np.dtype(kind), array_shapes(max_dims=4, max_side=5))
    )
)
def test_idx_gives_back_what_was_written(array):
    np.testing.assert_array_equal(idx.read(idx_bytes(array)), array)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: b"\0\0\x08" + tail))
def test_bytes_are_a_whole_idx_file_or_an_idx_error(data):
    try:
        array = idx.read(data)
    except idx.IdxError:
        return
    assert array.nbytes < len(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\x08",
        b"\0\0\x08\x03" + struct.pack(">II", 1, 28),
        b"\0\1\x08\x01" + struct.pack(">I", 1) + b"x",
        b"\0\0\x07\x01" + struct.pack(">I", 1) + b"x",
        idx_bytes(np.arange(9, dtype=np.uint8))[:-1],
        idx_bytes(np.arange(9, dtype=np.uint8)) + b"x",
        b"\0\0\x08\x03" + struct.pack(">III", 10**9, 1000, 784),
        b"\0\0\x08\x04" + struct.pack(">IIII", 0, *[2**32 - 1] * 3),
        b"\0\0\x08\xff" + struct.pack(">255I", *[1] * 255) + b"x",
    ],
    ids=[
        "empty",
        "short magic",
        "short header",
        "wrong magic",
        "unknown type",
        "a byte too few",
        "a byte too many",
        "10^12 images",
        "none of something huge",
        "255 axes",
    ],
)
def test_malformed_idx_is_an_idx_error(data):
    with pytest.raises(idx.IdxError):
        idx.read(data)


# --- Published files: a small one stands for MNIST's

CONTENT = b"seven"
PACKED = gzip.compress(CONTENT)
OTHER = gzip.compress(b"eight")
FILE = PublishedFile(
    place="numbers/seven.gz",
    unpack=gzip.decompress,
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    layout="numbers/seven.gz",
    mirrors=("https://one.example/seven.gz", "https://two.example/seven.gz"),
    download_hash=f"md5:{hashlib.md5(PACKED).hexdigest()}",
)


class Web:
    """What lies on the internet by its URL, and what was asked for."""

    def __init__(self):
        self.pages = {}
        self.asked = []

    def download(self, url, path, _):
        self.asked.append(url)
        if url not in self.pages:
            raise OSError("no network")
        with open(path, "wb") as file:
            file.write(self.pages[url])


@pytest.fixture
def web(monkeypatch, tmp_path):
    """An internet without pages, an empty cache, no data folder."""
    web = Web()
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setattr(pooch, "HTTPDownloader", lambda: web.download)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    return web


ONE, TWO = FILE.mirrors


def test_a_file_is_downloaded_once_with_one_line_about_it(web, capsys, caplog, monkeypatch):
    monkeypatch.setattr(pooch.get_logger(), "handlers", [caplog.handler])
    web.pages[ONE] = PACKED
    assert FILE.read() == FILE.read() == CONTENT
    assert web.asked == [ONE]
    assert capsys.readouterr() == ("", f"downloading {ONE}\n")
    assert not caplog.records


@pytest.mark.parametrize("first", [None, OTHER, PACKED[:9]], ids=["down", "changed", "cut short"])
def test_the_second_mirror_serves_when_the_first_fails(web, first):
    web.pages[TWO] = PACKED
    if first:
        web.pages[ONE] = first
    assert FILE.read() == CONTENT
    assert web.asked == [ONE, TWO]


@pytest.mark.parametrize(("download_hash", "url"), [(FILE.download_hash, ONE), (None, TWO)])
def test_a_damaged_file_in_the_cache_is_fetched_again(web, tmp_path, download_hash, url):
    file = replace(FILE, download_hash=download_hash)
    cached = tmp_path / "cache" / "inkling" / "seven.gz"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(PACKED[:-3])
    web.pages[url] = PACKED
    assert file.read() == CONTENT
    assert cached.read_bytes() == PACKED


def test_a_file_that_every_mirror_has_changed_is_refused_and_not_kept(web, tmp_path):
    web.pages[ONE] = web.pages[TWO] = OTHER
    for file in (FILE, replace(FILE, download_hash=None)):
        with pytest.raises(DataError, match="damaged"):
            file.read()
        assert not list(tmp_path.rglob("seven.gz"))


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_interrupted_download_leaves_no_half_file(web, monkeypatch, tmp_path, error):
    def download(url, path, _):
        Path(path).write_bytes(PACKED[:9])
        raise error

    monkeypatch.setattr(web, "download", download)
    with pytest.raises((DataError, KeyboardInterrupt), match=r"No space left|^$"):
        FILE.read()
    assert not files_in(tmp_path)


# A real server, on this machine: what it sends is what a browser would get.


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server, its pages by path: what it sends, and how many bytes it says that it will."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if not pages[self.path]:
                self.send_error(404)
                return
            data, length = pages[self.path]
            self.send_response(200)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    pages, asked = {}, []
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("DIGITS_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=[0.01]).start()
        address = f"http://127.0.0.1:{server.server_port}"
        mirrors = (f"{address}/one/seven.gz", f"{address}/two/seven.gz")
        yield pages, asked, replace(FILE, mirrors=mirrors)
        server.shutdown()


BROKEN = {
    "changed": ((OTHER, len(OTHER)), "damaged: it has the wrong checksum"),
    "broken off": ((PACKED[:9], len(PACKED)), "no connection, or it was interrupted"),
    "missing": (None, "the server answers 404"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_one_server_sends_damaged_comes_from_the_second(server, broken, tmp_path, capsys):
    pages, asked, file = server
    pages["/one/seven.gz"], _ = BROKEN[broken]
    pages["/two/seven.gz"] = (PACKED, len(PACKED))
    assert file.read() == file.read() == CONTENT
    assert asked == ["/one/seven.gz", "/two/seven.gz"]
    assert capsys.readouterr().err.splitlines() == [f"downloading {url}" for url in file.mirrors]
    assert [path.read_bytes() for path in files_in(tmp_path)] == [PACKED]


@pytest.mark.parametrize("broken", BROKEN)
def test_where_both_fail_one_line_says_what_was_tried_and_what_to_do(server, broken, tmp_path):
    pages, asked, file = server
    page, reason = BROKEN[broken]
    pages["/one/seven.gz"] = pages["/two/seven.gz"] = page
    with pytest.raises(DataError) as raised:
        file.read()
    tried = "; ".join(f"{url}: {reason}" for url in file.mirrors)
    assert str(raised.value) == (
        f"can't download numbers/seven.gz ({tried}); place numbers/seven.gz in a folder and name "
        "that folder by --data or DIGITS_DATA"
    )
    assert asked == ["/one/seven.gz", "/two/seven.gz"]
    assert not files_in(tmp_path)


def test_offline_without_data_one_line_says_what_to_place_where(web):
    with pytest.raises(DataError) as raised:
        mnist.load("test")
    message = str(raised.value)
    assert "\n" not in message
    assert "mnist/{train,t10k}-{images-idx3,labels-idx1}-ubyte.gz" in message
    assert "--data" in message
    assert "DIGITS_DATA" in message


@pytest.mark.parametrize(("name", "content"), [("seven.gz", PACKED), ("seven", CONTENT)])
def test_a_data_folder_holds_files_packed_or_not_and_spares_the_download(
    web, monkeypatch, tmp_path, name, content
):
    (tmp_path / "numbers").mkdir()
    (tmp_path / "numbers" / name).write_bytes(content)
    assert FILE.read(tmp_path) == FILE.read(str(tmp_path)) == CONTENT
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path))
    assert FILE.read() == CONTENT
    assert not web.asked


def test_a_file_missing_from_the_data_folder_is_named_and_not_downloaded(web, tmp_path):
    web.pages[ONE] = PACKED
    with pytest.raises(DataError, match=r"seven\.gz: no such file; .* https://one\.example"):
        FILE.read(tmp_path)
    assert not web.asked


@pytest.mark.parametrize(
    ("name", "content"), [("seven.gz", OTHER), ("seven.gz", b"junk"), ("seven", b"junk")]
)
def test_another_file_in_the_data_folder_is_refused_by_name(tmp_path, name, content):
    (tmp_path / "numbers").mkdir()
    (tmp_path / "numbers" / name).write_bytes(content)
    with pytest.raises(DataError, match=f"{name}: not the published file"):
        FILE.read(tmp_path)


def test_a_data_folder_that_cannot_be_entered_is_a_data_error(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITS_DATA", str(tmp_path / ("long" * 75)))
    with pytest.raises(DataError, match=r"seven\.gz: File name too long; make it readable"):
        FILE.read()
    examples._all.cache_clear()
    assert len(examples.load()[0]) == 400  # those that ship


def test_without_a_home_a_download_is_refused_in_one_line(web, monkeypatch):
    def nowhere(name):
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(pooch, "os_cache", nowhere)
    with pytest.raises(DataError, match=r"no place to download numbers/seven\.gz to: .* --data"):
        FILE.read()


# --- MNIST


def test_importing_mnist_loads_no_download_library():
    code = "import sys, digits.data.mnist; sys.exit('pooch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT).returncode == 0


@pytest.mark.parametrize(("part", "m"), [("train", 60_000), ("test", 10_000)])
def test_mnist_has_its_images_and_labels(data_folder, part, m):
    images, labels = mnist.load(part, data_folder)
    assert (images.shape, images.dtype) == ((m, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((m,), np.uint8)
    assert np.bincount(labels).min() > m / 12
    assert images.max() == 255
