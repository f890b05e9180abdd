"""Text draws lines of words and caches them: rendering a line costs far more than blitting it.

All type is pygame's bundled font, which looks the same on every machine. Its size is the height of
capitals and digits, and it is aligned by these, not by the font's margins.
"""

import sys
from functools import lru_cache
from math import ceil

import pygame

from app.style.theme import Colour
from nn.model_files import printable

COMMAND = "Cmd" if sys.platform == "darwin" else "Ctrl"  # the key's name
PLUS, MINUS = "+", "\N{MINUS SIGN}"
# Small type is reduced from large type: the font hints small sizes to whole pixels, which spaces
# their letters unevenly.
SMALLEST_RENDERED = 64
MOST_LINES = 500  # in the cache


class Text:
    """Lines of text, cached by height and colour. Heights are those of capitals, in pixels."""

    def __init__(self) -> None:
        self._fonts: dict[int, pygame.Font] = {}
        self._line = lru_cache(MOST_LINES)(self._make_line)
        self.width = lru_cache(MOST_LINES)(self._measure)

    def draw(
        self,
        surface: pygame.Surface,
        string: str,
        height: int,
        colour: Colour,
        ground: Colour | None = None,
        **anchor: tuple[int, int],
    ) -> None:
        """Draw a line. `anchor` is one of pygame.Rect's points, such as midleft=(x, y); `ground` is
        the colour of a strip behind the text, if it may overlap something.

        The anchored rectangle reaches from the top of the capitals to the baseline.
        """
        line, margin = self._line(string, height, colour)
        box = pygame.Rect(0, 0, line.width, height)
        for point, position in anchor.items():
            setattr(box, point, position)
        if ground is not None:
            surface.fill(ground, box.inflate(height, height))
        surface.blit(line, box.move(0, -margin))

    def shortened(self, string: str, height: int, room: int) -> str:
        """As much of a line as fits `room` pixels, with an ellipsis for the rest."""
        if self.width(string, height) <= room:
            return string
        length = len(string)
        while length and self._measure(string[:length] + "…", height) > room:
            length -= 1
        return string[:length] + "…"

    def wrapped(self, string: str, height: int, room: int) -> list[str]:
        """Lines of at most `room` pixels, broken between words; a word that is wider is cut."""
        lines = [""]
        for word in string.split():
            longer = f"{lines[-1]} {word}".lstrip()
            if self._measure(longer, height) <= room:
                lines[-1] = longer
                continue
            lines.append("")
            for letter in word:
                if lines[-1] and self._measure(lines[-1] + letter, height) > room:
                    lines.append("")
                lines[-1] += letter
        return [line for line in lines if line]

    def _measure(self, string: str, height: int) -> int:
        """The width of a line, in pixels."""
        font, factor = self._font(height)
        return ceil(font.size(printable(string))[0] / factor)

    def _font(self, height: int) -> tuple[pygame.Font, int]:
        """A font, and the factor by which it is too large."""
        factor = ceil(SMALLEST_RENDERED / height)
        size = 2 * height * factor  # capitals are half as high as pygame counts
        if size not in self._fonts:
            self._fonts[size] = pygame.font.Font(None, size)
        return self._fonts[size], factor

    def _make_line(self, string: str, height: int, colour: Colour) -> tuple[pygame.Surface, int]:
        """The line, and the number of its pixel rows above the capitals."""
        font, factor = self._font(height)
        large = font.render(printable(string), True, colour)
        ink = large.get_bounding_rect()
        margin, cut = divmod(font.get_ascent() - height * factor, factor)

        # Whole pixels of the reduced line, so that the capitals' edges stay sharp.
        width, full_height = ceil(ink.width / factor), ceil(large.height / factor)
        sheet = pygame.Surface((width * factor, full_height * factor), pygame.SRCALPHA)
        sheet.fill((*colour, 0))
        sheet.blit(large, (-ink.left, -cut))
        return pygame.transform.smoothscale(sheet, (width, full_height)), margin


def percentage(probability: float) -> str:
    """A probability as text: whole percent, but never 100 %, which no network can know."""
    return ">99%" if probability >= 0.995 else f"{probability:.0%}"


def decimal(value: float, sign: str = "") -> str:
    """A number as text: two decimals, with a minus that is as wide as a plus; `sign` "+" for a plus
    too."""
    return f"{value:{sign}.2f}".replace("-", MINUS)


def with_article(digit: int) -> str:
    """The digit with its article: "an 8", "a 7"."""
    return f"an {digit}" if digit == 8 else f"a {digit}"
