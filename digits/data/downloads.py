"""A published file belongs to a public data set: it is fetched once and verified by its checksum.

It comes from a folder that the user names, or is downloaded into the user's cache. In either case
the unpacked bytes must have the published checksum, so callers never see anything else.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from digits import program

FOLDER_VARIABLE = "DIGITS_DATA"


class DataError(Exception):
    """Data are missing, damaged or unreachable; the message is one line that says what to do."""


@dataclass(frozen=True)
class PublishedFile:
    """A file, where it is published, and its checksum."""

    place: str  # its path inside a data folder, packed as published
    unpack: Callable[[bytes], bytes]  # unpacks the file at `place`, or a mirror's
    sha256: str  # of the unpacked bytes
    layout: str  # every file of the data set inside a data folder, for messages
    mirrors: tuple[str, ...]  # URLs in the order to try
    download_hash: str | None = None  # "md5:..." of the packed file, if published

    def read(self, folder: str | Path | None = None, *, download: bool = True) -> bytes:
        """The unpacked bytes.

        `folder` is the data folder, by default the one in the environment variable DIGITS_DATA;
        the file may lie there packed or unpacked. With neither, it comes from the user's cache or,
        if `download` says so, is downloaded there. Raises DataError.
        """
        folder = folder or os.environ.get(FOLDER_VARIABLE)
        if folder:
            return self._from_folder(Path(folder))
        return self._from_mirrors() if download else self._from_cache()

    def _from_folder(self, folder: Path) -> bytes:
        packed = folder / self.place
        other_folder = f"name another folder with --data or {FOLDER_VARIABLE}"
        for path, unpack in ((packed, self.unpack), (packed.with_suffix(""), bytes)):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise DataError(
                    f"{path}: {error.strerror}; make it readable, or {other_folder}"
                ) from error
            try:
                return self._checked(unpack(data))
            except Exception as error:  # an unpacker may raise anything for damaged bytes
                raise DataError(
                    f"{path}: not the published file ({error}); get it again from {self.mirrors[0]}"
                ) from error
        raise DataError(
            f"{packed}: no such file; place it there, from {self.mirrors[0]}, or {other_folder}"
        )

    def _from_cache(self) -> bytes:
        for url in self.mirrors:
            with suppress(Exception):  # missing, or damaged
                return self._checked(self.unpack(_cached(url).read_bytes()))
        raise DataError(
            f"{self.place} is not on this machine; `{program.TRAIN_COMMAND}` downloads it, or "
            f"name a folder with {self.layout} in {FOLDER_VARIABLE}"
        )

    def _from_mirrors(self) -> bytes:
        import pooch  # here, because it is slow to import and seldom needed

        pooch.get_logger().setLevel("CRITICAL")  # `_download` reports progress itself
        tried = []
        for url in self.mirrors:
            try:
                cached = _cached(url)
            except RuntimeError as error:
                raise DataError(
                    f"no place to download {self.place} to: {error}; name a folder with "
                    f"{self.layout} by --data or {FOLDER_VARIABLE}"
                ) from error
            try:
                pooch.retrieve(
                    url, self.download_hash, cached.name, cached.parent, downloader=_download
                )
                return self._checked(self.unpack(cached.read_bytes()))
            except Exception as error:  # no network, a damaged archive, a full disk: the next one
                tried.append(f"{url}: {_reason(error)}")
                with suppress(OSError):
                    cached.unlink()
        raise DataError(
            f"can't download {self.place} ({'; '.join(tried)}); place {self.layout} in a folder "
            f"and name that folder by --data or {FOLDER_VARIABLE}"
        )

    def _checked(self, data: bytes) -> bytes:
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise ValueError("wrong checksum")
        return data


def _reason(error: Exception) -> str:
    import requests  # which pooch downloads with

    if isinstance(error, requests.HTTPError):
        return f"the server answers {error.response.status_code}"
    if isinstance(error, requests.RequestException):
        return "no connection, or it was interrupted"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "damaged: it has the wrong checksum"


def _cached(url: str) -> Path:
    import pooch

    return Path(pooch.os_cache("inkling")) / url.rpartition("/")[2]


def _download(url: str, path: str, pooch_: object) -> None:
    import pooch

    print(f"downloading {url}", file=sys.stderr)
    pooch.HTTPDownloader()(url, path, pooch_)
