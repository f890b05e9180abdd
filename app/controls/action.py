"""An action is something that a person can do: one function, with its keys and its button.

Keys, buttons and help all read the same list of actions, so they cannot disagree.
"""

import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_uppercase

import pygame

from app.style.icons import Icon
from app.style.text import COMMAND


@dataclass(frozen=True)
class Action:
    """The function `run` and its `keys`, in the format of `written`.

    With an `icon` it has a button, disabled while not `enabled`, pressed down while `active`.
    """

    name: str
    keys: tuple[str, ...]
    run: Callable[[], None]
    icon: Icon | None = None
    enabled: Callable[[], bool] = lambda: True
    active: Callable[[], bool] = lambda: False

    @property
    def hint(self) -> str:
        """The keys as text, such as "Ctrl+Y or Ctrl+Shift+Z"."""
        return " or ".join(self.keys)


def written(event: pygame.Event) -> str:
    """The key of a KEYDOWN event as people write it, such as "E", "SPACE" or "Ctrl+Shift+Z".

    A key with another alphabet's letter is the one at the same place of a Latin keyboard.
    """
    command = event.mod & (pygame.KMOD_CTRL | pygame.KMOD_META | pygame.KMOD_ALT)
    if event.unicode in ("[", "]", "?"):  # some keyboards need Shift or AltGr for them
        return event.unicode
    if event.unicode in DIGITS and not command:  # some need Shift
        return event.unicode
    name = pygame.key.name(event.key)
    if name.startswith("[") and len(name) == 3 and event.mod & pygame.KMOD_NUM:
        name = name[1]  # of the number pad, which otherwise has arrows
    if 127 < event.key <= sys.maxunicode and "LATIN" not in unicodedata.name(chr(event.key), ""):
        name = LATIN.get(getattr(event, "scancode", None), name)
    modifiers = (
        (pygame.KMOD_CTRL | pygame.KMOD_META, COMMAND),
        (pygame.KMOD_ALT, "Alt"),
        (pygame.KMOD_SHIFT, "Shift"),
    )
    held = [label for mask, label in modifiers if event.mod & mask]
    return "+".join([*held, SHORT.get(name, name.upper())])


DIGITS = tuple("0123456789")
SHORT = {"escape": "ESC", "tab": "Tab"}
# The labels of a Latin keyboard's keys, by scan code.
LATIN = {getattr(pygame, f"KSCAN_{key}"): key for key in (*ascii_uppercase, *DIGITS)} | {
    pygame.KSCAN_LEFTBRACKET: "[",
    pygame.KSCAN_RIGHTBRACKET: "]",
}
