"""The pen: its width, and whether it draws or erases."""

from app.style import theme


class Pen:
    """A pen of one of a few widths; with `erases` it is an eraser."""

    def __init__(self) -> None:
        self.erases = False
        self._step = 0

    @property
    def width(self) -> float:
        """The pen's width, in units of the canvas's side."""
        return theme.PEN_WIDTH * theme.PEN_STEP**self._step

    @property
    def eraser_width(self) -> float:
        """The eraser's width, in the same unit."""
        return theme.ERASER * self.width

    def can_be(self, steps: int) -> bool:
        """Whether the pen can be `steps` thicker, or thinner if negative."""
        return theme.THINNEST_PEN <= self._step + steps <= theme.THICKEST_PEN

    def thinner(self) -> None:
        """Make the pen one step thinner, if possible."""
        self._step = max(self._step - 1, theme.THINNEST_PEN)

    def thicker(self) -> None:
        """Make the pen one step thicker, if possible."""
        self._step = min(self._step + 1, theme.THICKEST_PEN)

    def turn(self) -> None:
        """Switch between drawing and erasing."""
        self.erases = not self.erases
