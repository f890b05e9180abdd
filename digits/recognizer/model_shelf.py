"""The shelf lists the models at hand, so that the same ink can be read by each of them.

A broken file stays listed, with the reason, and does no harm.
"""

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from digits.recognizer.recognizer import SHIPPED_MODEL, Recognizer
from nn.model_files import ModelFileError


class ShelvedModel:
    """A model file, loaded on first use."""

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

    Each file is listed once, named by the shortest end of its path that is unique. Nothing is
    loaded yet; a path that does not exist is a model with a problem.
    """
    wanted = [*map(Path, paths), *sorted(Path(folder).glob("*.npz"))]
    once = {os.path.realpath(path): path for path in reversed(wanted)}  # the first of several wins
    found = [path for path in dict.fromkeys(wanted) if path in once.values()]
    return [ShelvedModel(path, _name(path, found)) for path in found]


def _name(path: Path, paths: list[Path]) -> str:
    """The fewest last parts of the path, without its suffix, that no other path ends with."""
    parts, ends = _parts(path), [_parts(other) for other in paths]
    for length in range(1, len(parts)):
        if sum(end[-length:] == parts[-length:] for end in ends) == 1:
            return "/".join(parts[-length:])
    return str(path)


def _parts(path: Path) -> tuple[str, ...]:
    path = path.absolute()
    return (path.parent / path.stem).parts
