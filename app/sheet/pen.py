"""The pen: how wide it writes, and whether it erases instead."""

from app.style import theme


class Pen:
    """A pen of one of a few widths; `erases` says which end of it is down."""

    def __init__(self) -> None:
        self.erases = False
        self._step = 0

    @property
    def width(self) -> float:
        """How wide it writes, in units of the canvas's side."""
        return theme.PEN_WIDTH * theme.PEN_STEP**self._step

    @property
    def eraser_width(self) -> float:
        """How wide it erases, in the same unit."""
        return theme.ERASER * self.width

    def can_be(self, steps: int) -> bool:
        """Whether there is a pen so many steps thicker, or thinner if negative."""
        return theme.THINNEST_PEN <= self._step + steps <= theme.THICKEST_PEN

    def thinner(self) -> None:
        """Take the next thinner pen, if there is one."""
        self._step = max(self._step - 1, theme.THINNEST_PEN)

    def thicker(self) -> None:
        """Take the next thicker pen, if there is one."""
        self._step = min(self._step + 1, theme.THICKEST_PEN)

    def turn(self) -> None:
        """Erase rather than write, or write again."""
        self.erases = not self.erases
