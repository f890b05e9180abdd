"""A finger or stylus acts as a mouse: touch events become mouse events."""

import pygame

LEFT = {"button": pygame.BUTTON_LEFT, "touch": True}
DRAG = {"buttons": (1, 0, 0), "touch": True}


class Finger:
    """Follows the first finger on the screen; others are ignored until it is lifted, and all of
    them while a button of the mouse or stylus is held, as a palm may rest beside it."""

    def __init__(self) -> None:
        self._down: int | None = None
        self._button: int | None = None  # held, of the mouse

    def as_mouse(self, event: pygame.Event, size: tuple[int, int]) -> list[pygame.Event]:
        """A finger's event as mouse events in a window of `size` pixels.

        Other events are returned unchanged. Nothing for the mouse events that SDL itself makes of
        touches, for ignored fingers, and for the mouse's movements and releases while the finger is
        down. When the finger is down again, its lifting was lost: that becomes WINDOWFOCUSLOST,
        which ends a stroke. A button that is pressed then has it before the press, as the finger
        may be a palm that came down before the pen.
        """
        if not _is_touch(event):
            self._follow_mouse(event)
        match event.type:
            case pygame.FINGERDOWN if self._down is None and self._button is None:
                self._down = event.finger_id
                return [pygame.Event(pygame.MOUSEBUTTONDOWN, LEFT | _position(event, size))]
            case pygame.FINGERMOTION if event.finger_id == self._down:
                return [pygame.Event(pygame.MOUSEMOTION, DRAG | _position(event, size))]
            case pygame.FINGERUP if event.finger_id == self._down:
                self._down = None
                return [pygame.Event(pygame.MOUSEBUTTONUP, LEFT | _position(event, size))]
            case pygame.FINGERDOWN if event.finger_id == self._down:
                return [self._lifted()]
            case pygame.FINGERDOWN | pygame.FINGERMOTION | pygame.FINGERUP:
                return []
            case pygame.WINDOWFOCUSLOST:  # the finger may be lifted elsewhere
                self._down = None
            case pygame.MOUSEBUTTONDOWN if self._down is not None and not _is_touch(event):
                if event.button <= pygame.BUTTON_RIGHT:  # not the wheel
                    return [self._lifted(), event]
        if self._down is not None and event.type in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP):
            return []
        return [] if _is_touch(event) else [event]

    def _follow_mouse(self, event: pygame.Event) -> None:
        """Know which button is held; if its release was lost, from the next movement on."""
        match event.type:
            case pygame.MOUSEBUTTONDOWN if self._button is None:
                if event.button <= pygame.BUTTON_RIGHT:  # not the wheel
                    self._button = event.button
            case pygame.MOUSEBUTTONUP if event.button == self._button:
                self._button = None
            case pygame.MOUSEMOTION if not any(getattr(event, "buttons", (1,))):
                self._button = None
            case pygame.WINDOWFOCUSLOST:  # another window may get the release
                self._button = None

    def _lifted(self) -> pygame.Event:
        self._down = None
        return pygame.Event(pygame.WINDOWFOCUSLOST)


def _is_touch(event: pygame.Event) -> bool:
    return getattr(event, "touch", False)


def _position(event: pygame.Event, size: tuple[int, int]) -> dict[str, tuple[float, float]]:
    return {"pos": (event.x * size[0], event.y * size[1])}
