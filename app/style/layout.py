"""The layout places everything, as a function of the window's size and of what is open: the network
panel, a second model.

Widgets get their rectangles from it, so that none needs to know its neighbours.
"""

from pygame import Rect

from app.style import theme


class Layout:
    """Rectangles in a window of `size`: one composition, scaled to fit and centred.

    The composition that fills most of the window is chosen. `network` is None without the network
    panel, `beside` without a second model.
    """

    def __init__(self, size: tuple[int, int], network: bool = False, beside: bool = False) -> None:
        self.window = Rect((0, 0), size)
        composition = max(_compositions(network), key=self._filled)
        whole = composition.pop("whole")
        self._scale = self._fit(whole)
        self._corner = (
            (size[0] - whole.width * self._scale) / 2,
            (size[1] - whole.height * self._scale) / 2,
        )
        places = {name: self._placed(rect) for name, rect in composition.items()}
        self.toolbar, self.canvas, self.footer = (
            places[name] for name in ("toolbar", "canvas", "footer")
        )
        self.canvas.size = [min(self.canvas.size)] * 2  # square, whatever the rounding
        self.network: Rect | None = places.get("network")
        self._divide(places["panel"])
        self.beside: Rect | None = None
        if beside:
            line = self.scaled(theme.BESIDE_HEIGHT)
            self.beside = Rect(self.bars.topleft, (self.bars.width, line))
            # The lowest bar also has a thin one below it.
            self.bars.height -= line + self.scaled(theme.BESIDE_BAR)
            self.bars.top += line

    def scaled(self, length: float) -> int:
        """A length of the theme, in pixels of this window."""
        return round(length * self._scale)

    def type_height(self, height: float) -> int:
        """A type size of the theme, in pixels of this window; never too small to read."""
        return max(self.scaled(height), theme.SMALLEST_TYPE)

    def _fit(self, whole: Rect) -> float:
        return min(self.window.width / whole.width, self.window.height / whole.height)

    def _filled(self, composition: dict[str, Rect]) -> float:
        """The share of the window that a composition fills."""
        whole = composition["whole"]
        return self._fit(whole) ** 2 * whole.width * whole.height

    def _placed(self, rect: Rect) -> Rect:
        """A rectangle of a composition in this window. Edges are rounded rather than sizes, so
        adjacent rectangles stay adjacent, and nothing overlaps."""
        x, y = self._corner
        left, top = round(x + rect.left * self._scale), round(y + rect.top * self._scale)
        right, bottom = round(x + rect.right * self._scale), round(y + rect.bottom * self._scale)
        return Rect(left, top, right - left, bottom - top)

    def _divide(self, panel: Rect) -> None:
        """Give the answer, the preview and the bars their parts of `panel`."""
        image = 28 * self.scaled(theme.PREVIEW_CELL)  # a multiple, so that all cells are equal
        head = image + self.scaled(theme.CAPTION_HEIGHT)
        gap = self.scaled(theme.SECTION_GAP)
        if panel.width < panel.height:  # the bars below
            self.answer = Rect(panel.topleft, (panel.width - image - gap, head))
            self.preview = Rect(panel.right - image, panel.top, image, head)
            self.bars = Rect(panel.left, panel.top + head + gap, panel.width, 0)
        else:  # the bars to the right
            self.answer = Rect(panel.topleft, (image, panel.height - head - gap))
            self.preview = Rect(panel.left, panel.bottom - head, image, head)
            self.bars = Rect(panel.left + image + gap, panel.top, 0, 0)
        self.bars.size = panel.right - self.bars.left, panel.bottom - self.bars.top


def _compositions(network: bool) -> list[dict[str, Rect]]:
    """The possible compositions, wide or tall, each with its size as `whole`."""
    left, top = theme.MARGIN + theme.TOOLBAR_WIDTH + theme.TOOLBAR_GAP, theme.MARGIN
    side, gap = theme.CANVAS_SIDE, theme.PANEL_GAP
    canvas = Rect(left, top, side, side)
    beside = Rect(canvas.right + gap, top, theme.PANEL_WIDTH, side)
    below = Rect(left, canvas.bottom + gap, side, theme.PANEL_HEIGHT)
    if not network:
        return [_composed(canvas, beside), _composed(canvas, below)]

    strip = Rect(left, top, beside.right - left, theme.NETWORK_HEIGHT)
    strip.bottom = canvas.bottom
    side = strip.top - theme.NETWORK_GAP - top
    small = Rect(left, top, side, side)
    between = Rect(small.right + gap, top, strip.right - small.right - gap, side)
    lowest = Rect(left, below.bottom + gap, canvas.width, theme.TALL_NETWORK_HEIGHT)
    rightmost = Rect(beside.right + gap, top, theme.NETWORK_WIDTH, canvas.height)
    return [
        _composed(small, between, strip),
        _composed(canvas, below, lowest),
        _composed(canvas, beside, rightmost),
    ]


def _composed(canvas: Rect, panel: Rect, network: Rect | None = None) -> dict[str, Rect]:
    """A composition of these, with a toolbar on their left and a footer below them."""
    places = {"canvas": canvas, "panel": panel} | ({"network": network} if network else {})
    right = max(place.right for place in places.values())
    bottom = max(place.bottom for place in places.values())
    toolbar = Rect(theme.MARGIN, theme.MARGIN, theme.TOOLBAR_WIDTH, theme.CANVAS_SIDE)
    footer = Rect(theme.MARGIN, bottom + theme.FOOTER_GAP, 0, theme.FOOTER_HEIGHT)
    footer.width = right - theme.MARGIN
    whole = Rect(0, 0, right + theme.MARGIN, footer.bottom + theme.MARGIN)
    return {**places, "toolbar": toolbar, "footer": footer, "whole": whole}
