"""The model shelf: all models at hand, so that any of them can read the same ink.

A broken file is listed too, with the reason.
"""

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from digits.recognizer.recognizer import SHIPPED_MODEL, Recognizer
from nn.model_files import ModelFileError


class ShelvedModel:
    """A model file, loaded when somebody first asks what is in it."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name

    @property
    def recognizer(self) -> Recognizer | None:
        """The recognizer in the file, called `name`; None if there is a `problem`."""
        return self._loaded if isinstance(self._loaded, Recognizer) else None

    @property
    def problem(self) -> str | None:
        """Why the file can't be read, in one line without its path; None if it can."""
        return self._loaded if isinstance(self._loaded, str) else None

    @cached_property
    def _loaded(self) -> Recognizer | str:
        try:
            recognizer = Recognizer.load(self.path)
        except OSError as error:
            return error.strerror or str(error)
        except ModelFileError as error:
            return str(error).removeprefix(f"{self.path}: ")
        recognizer.name = self.name
        return recognizer


def models_at_hand(
    paths: Iterable[str | Path], folder: str | Path = SHIPPED_MODEL.parent
) -> list[ShelvedModel]:
    """The models at `paths` in their order, then every other .npz in `folder` by name.

    Each file is there once, named by the end of its path that tells it from the others. Nothing is
    loaded yet, and a path that does not exist is a model with a problem.
    """
    wanted = [*map(Path, paths), *sorted(Path(folder).glob("*.npz"))]
    once = {os.path.realpath(path): path for path in reversed(wanted)}  # of several, the first
    found = [path for path in dict.fromkeys(wanted) if path in once.values()]
    return [ShelvedModel(path, _name(path, found)) for path in found]


def _name(path: Path, paths: list[Path]) -> str:
    """As few of the path's last parts, without its suffix, as no other path ends with."""
    parts, ends = _parts(path), [_parts(other) for other in paths]
    for length in range(1, len(parts)):
        if sum(end[-length:] == parts[-length:] for end in ends) == 1:
            return "/".join(parts[-length:])
    return str(path)


def _parts(path: Path) -> tuple[str, ...]:
    path = path.absolute()
    return (path.parent / path.stem).parts
