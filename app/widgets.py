"""The widgets of the window, for one size of it and for what is open in it."""

from collections.abc import Callable, Sequence

import pygame

from app.controls.action import Action
from app.controls.footer import HELP, PLAY, WHY, Footer
from app.controls.toolbar import Toolbar
from app.controls.tooltip import Tooltip
from app.inside.network_panel import NetworkPanel
from app.reading.answer import Answer
from app.reading.bars import Bars
from app.reading.beside import Beside
from app.reading.evidence import Evidence
from app.reading.preview import Preview
from app.reading.prompt import Prompt
from app.sheet.canvas import Canvas
from app.sheet.desk import Desk
from app.sheet.marks import Marks
from app.sheet.shown_change import ShownChange
from app.sheet.speaking_ink import SpeakingInk
from app.sheet.teacher import Teacher
from app.style.layout import Layout
from app.style.text import Text
from app.style.theme import Palette
from digits.recognizer.numbers import Number, WrittenDigit
from digits.recognizer.practice import Practice

GONE = pygame.Event(pygame.WINDOWLEAVE)


class Widgets:
    """Shows the desk in a `layout`, and has the `buttons`, which are actions in groups.

    On a practice sheet the prompt replaces the reading. `end_beside` is called when a person
    closes the second model.
    """

    def __init__(
        self,
        layout: Layout,
        text: Text,
        desk: Desk,
        teacher: Teacher,
        buttons: Sequence[Sequence[Action]],
        end_beside: Callable[[], None],
    ) -> None:
        self._pen = desk.pen
        self.canvas = Canvas(layout, text, desk.drawing, desk.pen)
        self.toolbar = Toolbar(layout, buttons)
        self.change = ShownChange(layout, text, desk.recognizer, desk.drawing)
        self.bars = Bars(layout, text, teacher.teach, self.change.play)
        self.beside: Beside | None = None
        if desk.beside is not None:
            self.beside = Beside(layout, text, desk.beside, self.bars, end_beside)
        self._marks = Marks(layout, desk.select)
        self._answer = Answer(layout, text, desk.select)
        self._preview = Preview(layout, text)
        self._prompt = Prompt(layout, text)
        self._footer = Footer(layout, text, desk.recognizer)
        self._tooltip = Tooltip(layout, text)
        self._evidence = Evidence(layout, desk.recognizer, text)
        self.knows_why = False  # whether a person has ever pointed at a bar
        self._speaking = SpeakingInk(layout, text, desk.recognizer)
        self._network = NetworkPanel(layout, desk.recognizer, text) if layout.network else None

    def handle(self, event: pygame.Event, *, in_practice: bool) -> None:
        """Offer the event to the widgets until one handles it; for the others the mouse is gone."""
        widgets = [self.canvas, self.toolbar]
        if not in_practice:
            widgets += [self._marks, self._answer, self.beside, self.bars, self._network]
        for widget in widgets:
            if widget is not None and widget.handle(event):
                event = GONE

    def turn_wheel(self, step: int) -> None:
        """Page through the maps under the mouse, forwards for a step of 1, back for -1; anywhere
        else, make the pen thinner (1) or thicker (-1)."""
        if self._network is None or not self._network.turn(step):
            (self._pen.thinner if step > 0 else self._pen.thicker)()

    def play(self) -> None:
        """Play the change to the digit whose bar is pointed at, if there is one."""
        self.change.play(self.bars.pointed)

    @property
    def maps_are_late(self) -> bool:
        """Whether the network panel does not show the last reading yet, and will in this frame."""
        return self._network is not None and self._network.is_late

    def update(
        self, number: Number | None, selected: WrittenDigit | None, seconds: float, *, maps: bool
    ) -> bool:
        """Show a reading, and let `seconds` pass. Returns whether anything has moved; whether the
        reading is new is for the caller to check. Without `maps`, the network panel shows it a
        frame later."""
        reading = selected and selected.reading
        self._marks.update(number, selected)
        self._answer.update(number, selected)
        self.knows_why |= reading is not None and self.bars.pointed is not None
        moved = [
            self._network is not None and self._network.update(reading, maps),
            self.beside is not None and self.beside.update(reading, seconds),
            self.canvas.update(),
            self.bars.update(reading, seconds),
            self._tooltip.update(self.toolbar.hovered, seconds),
        ]
        if self.change.is_playing:
            return True
        pointed = self.bars.pointed
        moved += [
            self._evidence.update(reading, pointed),
            self._speaking.update(selected, pointed),
            self.change.update(number, selected, pointed, self._speaking.is_complete),
        ]
        return any(moved)

    def draw(
        self,
        surface: pygame.Surface,
        palette: Palette,
        selected: WrittenDigit | None,
        practice: Practice | None,
    ) -> None:
        reading = selected and selected.reading
        can_play = self.change.can_play(self.bars.pointed)
        self.toolbar.draw(surface, palette)
        # What is read while a change plays isn't the ink that has the label.
        labels = not self.change.is_playing
        self.canvas.draw(surface, palette, selected, invites=practice is None, labels=labels)
        if practice is None:
            if not self.change.is_playing:
                self._speaking.draw(surface, palette)
            self.change.draw(surface, palette)
            if not self.change.is_playing:
                self._speaking.draw_signs(surface, palette)
            self._marks.draw(surface, palette)
            self._answer.draw(surface, palette)
            self._preview.draw(surface, palette, reading)
            if not self.change.is_playing:
                self._evidence.draw(surface, palette)
            self.bars.draw(surface, palette, reading, can_play)
            if self.beside is not None:
                self.beside.draw(surface, palette)
        else:
            self._prompt.draw(surface, palette, practice)
        hint = HELP if reading is None or practice is not None or self.knows_why else WHY
        self._footer.draw(surface, palette, PLAY if can_play else hint)
        if self._network is not None and practice is None:
            self._network.draw(surface, palette)
            self._network.draw_enlarged(surface, palette)
        self._tooltip.draw(surface, palette)
