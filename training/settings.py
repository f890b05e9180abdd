"""Settings: all that determines the result of a training run: a recipe, a seed and the data."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path

from nn.checks import require_whole
from nn.layers import from_config
from nn.nets import connect
from training.recipes import Recipe
from training.start import Start


@dataclass(frozen=True)
class Settings:
    """The same settings on the same data give the same weights."""

    recipe: Recipe
    seed: int = 0
    mnist: bool = True  # whether to learn from MNIST
    own: tuple[Path, ...] = ()  # one's own data to learn from (see digits.data.own_data)
    hold_out: bool = False  # whether to keep the pen strokes of TEST_WRITERS for testing
    data: Path | None = None  # where MNIST and the pen strokes are
    start: Start | None = None  # the model to go on from, instead of from random weights

    def training(self) -> dict[str, object]:
        """The recipe, the seed, the start and whether TEST_WRITERS were kept out,
        JSON-serialisable."""
        recipe = {name: value for name, value in asdict(self.recipe).items() if name != "layers"}
        layers = [layer.config() for layer in self.recipe.layers()]
        start = asdict(self.start) if self.start else None
        run = {"seed": self.seed, "start": start, "hold_out": self.hold_out}
        return run | {"layers": layers} | recipe

    def as_json(self) -> dict[str, object]:
        """All settings, JSON-serialisable. Paths are absolute, so that a run can be resumed from
        another working directory."""
        return self.training() | {
            "mnist": self.mnist,
            "own": [str(path.absolute()) for path in self.own],
            "data": str(self.data.absolute()) if self.data else None,
        }

    @classmethod
    def from_json(cls, values: dict) -> "Settings":
        """The settings that `as_json` described. KeyError, TypeError or ValueError for invalid
        values."""
        layers = [from_config(layer) for layer in values["layers"]]
        connect(layers)
        names = {field.name for field in fields(Recipe)} - {"layers"}
        return cls(
            Recipe(lambda: layers, **{name: values[name] for name in names}),
            require_whole("seed", values["seed"], 0),
            values["mnist"],
            tuple(map(Path, values["own"])),
            values["hold_out"],
            Path(values["data"]) if values["data"] else None,
            Start(**values["start"]) if values["start"] else None,
        )
