"""Opinions: how each model reads the drawing on the sheet, one after the other."""

from collections.abc import Sequence

from app.sheet.desk import READING_SECONDS, Desk
from digits.recognizer.model_shelf import ShelvedModel
from digits.recognizer.numbers import Number, NumberReader, WrittenDigit

Opinion = tuple[Number, WrittenDigit]  # the number, and its selected digit


class Opinions:
    """The readings of the drawing on the `desk`, with its lessons, by those `models` that can be
    loaded. Each call of `update` adds at most one."""

    def __init__(self, desk: Desk, models: Sequence[ShelvedModel]) -> None:
        self._desk, self._models = desk, models
        self._begin()

    def update(self) -> bool:
        """Read on for as long as a frame allows. Returns whether there is a new opinion."""
        if self._seen != (self._desk.drawing.version, self._desk.memory.version):
            self._begin()
        if not self._waiting:
            return False
        model = self._waiting[0]
        if self._reader is None:
            model.recognizer.memory = self._desk.memory
            self._reader = NumberReader(model.recognizer)
        if not self._reader.read(self._desk.drawing, READING_SECONDS):
            return False
        self._waiting.pop(0)
        number, self._reader = self._reader.number, None
        if number is not None:
            self._opinions[model] = number, self._desk.selected(number)
        return number is not None

    def _begin(self) -> None:
        """Forget all opinions: they may be different now."""
        drawing = self._desk.drawing
        self._seen = drawing.version, self._desk.memory.version
        self._opinions: dict[ShelvedModel, Opinion] = {}
        self._waiting = [model for model in self._models if model.recognizer] if drawing else []
        self._reader: NumberReader | None = None  # of the next model

    def of(self, model: ShelvedModel) -> Opinion | None:
        """The model's opinion; None as long as there is none."""
        return self._opinions.get(model)
