"""The layout decides where everything is: a function of the window's size and of nothing else.

Widgets get their rectangle here, so that none has to know its neighbours.
"""

import pygame

from app import theme


class Layout:
    """Rectangles in a window of `size`: one composition, scaled to fit, in the window's middle."""

    def __init__(self, size: tuple[int, int]) -> None:
        width, height = size
        self._scale = min(width / theme.DESIGN_SIZE[0], height / theme.DESIGN_SIZE[1])

        side = self.scaled(theme.CANVAS_SIDE)
        panel_width = self.scaled(theme.PANEL_WIDTH)
        whole_width = side + self.scaled(theme.PANEL_GAP) + panel_width
        footer_height = self.scaled(theme.FOOTER_HEIGHT)
        whole_height = side + self.scaled(theme.FOOTER_GAP) + footer_height
        left, top = (width - whole_width) // 2, (height - whole_height) // 2
        right, bottom = left + whole_width, top + whole_height
        panel = right - panel_width

        image_side = 28 * self.scaled(theme.PREVIEW_CELL)  # else some cells would be wider
        head = image_side + self.scaled(theme.CAPTION_HEIGHT)
        gap = self.scaled(theme.SECTION_GAP)

        self.canvas = pygame.Rect(left, top, side, side)
        self.preview = pygame.Rect(right - image_side, top, image_side, head)
        self.answer = pygame.Rect(panel, top, panel_width - image_side - gap, head)
        self.caption_line = top + head - self.scaled(theme.DESCENDER)
        self.bars = pygame.Rect(panel, top + head + gap, panel_width, side - head - gap)
        self.footer = pygame.Rect(left, bottom - footer_height, whole_width, footer_height)

    def scaled(self, length: float) -> int:
        """A length of the theme's, in pixels of this window."""
        return round(length * self._scale)

    def type_height(self, height: float) -> int:
        """A type size of the theme's in pixels of this window, never too small to read."""
        return max(self.scaled(height), theme.SMALLEST_TYPE)
