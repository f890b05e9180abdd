"""The toolbar shows the main actions as buttons, for those who don't know the keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import pygame

from app.controls.action import Action
from app.style import theme
from app.style.icons import icon_surface
from app.style.layout import Layout
from app.style.theme import Palette


@dataclass(frozen=True)
class Button:
    """An action and its place."""

    action: Action
    rect: pygame.Rect


class Toolbar:
    """A column of buttons in groups; `hovered` is the one under the mouse."""

    def __init__(self, layout: Layout, groups: Sequence[Sequence[Action]]) -> None:
        self.rect = layout.toolbar
        side = max(layout.scaled(theme.BUTTON), theme.SMALLEST_BUTTON)
        side = min(side, self.rect.width)
        left, top = self.rect.topleft
        gaps = _gaps(groups)
        scale = (self.rect.height - len(gaps) * side) / gaps[-1]
        self.buttons = [
            Button(action, pygame.Rect(left, top + number * side + int(gap * scale), side, side))
            for number, (action, gap) in enumerate(zip(chain(*groups), gaps, strict=True))
        ]
        self.hovered: Button | None = None
        self._pressed: Button | None = None
        self._icon_side = layout.scaled(theme.ICON)

    def handle(self, event: pygame.Event) -> bool:
        """Run the action of a clicked button. True if the event is handled."""
        match event.type:
            case pygame.MOUSEMOTION if not getattr(event, "touch", False):
                self.hovered = self._at(event.pos)
            case pygame.MOUSEBUTTONDOWN if event.button == pygame.BUTTON_LEFT:
                self._pressed = self._at(event.pos)
                return self._pressed is not None
            case pygame.MOUSEBUTTONUP if self._pressed and event.button == pygame.BUTTON_LEFT:
                button, self._pressed = self._pressed, None
                if button is self._at(event.pos) and button.action.enabled():
                    button.action.run()
                return True
            case pygame.WINDOWLEAVE | pygame.WINDOWFOCUSLOST:
                self.hovered = self._pressed = None
        return False

    def draw(self, surface: pygame.Surface, palette: Palette) -> None:
        """Draw the buttons: under the mouse, pressed, turned on, or disabled."""
        for button in self.buttons:
            ground, colour = None, palette.ink
            if not button.action.enabled():
                colour = palette.disabled
            elif button.action.active():
                ground, colour = palette.ink, palette.sheet
            elif button is self._pressed:
                ground = palette.edge
            elif button is self.hovered:
                ground = palette.track
            if ground is not None:
                pygame.draw.rect(surface, ground, button.rect)
            icon = icon_surface(button.action.icon, self._icon_side, colour)
            surface.blit(icon, icon.get_rect(center=button.rect.center))

    def _at(self, position: tuple[float, float]) -> Button | None:
        under = (button for button in self.buttons if button.rect.collidepoint(position))
        return next(under, None)


def _gaps(groups: Sequence[Sequence[Action]]) -> list[int]:
    """The sum of the gaps above each action's button, in the theme's units."""
    gaps, gap = [], 0
    for group in groups:
        gaps += [gap + number * theme.BUTTON_GAP for number in range(len(group))]
        gap = gaps[-1] + theme.GROUP_GAP
    return gaps
