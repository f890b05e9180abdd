"""The window joins the widgets to the desk. It opens no screen: its caller does.

Three verbs a frame: handle the input, update, draw. Drawing reads the state and never writes it.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from math import inf
from pathlib import Path

import numpy as np
import pygame

from app.controls.action import Action, written
from app.controls.notice import Notice
from app.controls.toolbar import Toolbar
from app.pages.help import Help
from app.pages.lessons import Lessons
from app.pages.model_menu import ModelMenu
from app.pages.page import Page
from app.pages.practice_results import PracticeResults
from app.session import Session
from app.sheet.desk import Desk
from app.sheet.files import Files
from app.sheet.finger import Finger
from app.sheet.misread import Misread
from app.sheet.practice_sheet import PracticeSheet
from app.sheet.teacher import Teacher
from app.style import icons, theme
from app.style.layout import Layout
from app.style.text import COMMAND, Text
from app.widgets import GONE, Widgets
from digits.drawing import Drawing
from digits.recognizer import Reading, Recognizer
from digits.recognizer.memory import Memory
from digits.recognizer.model_shelf import ShelvedModel
from digits.recognizer.numbers import Number, WrittenDigit

# A turn of the wheel comes as two events; MOUSEWHEEL is the one that is acted on.
WHEEL_BUTTONS = pygame.BUTTON_WHEELUP, pygame.BUTTON_WHEELDOWN
LEARNING_SECONDS = 0.002  # per frame, to load lessons from files


class App:
    """A window of `size` (width, height) pixels in which `recognizer` reads what a person draws.

    `models` are the alternatives. Drawings are saved in `folder`, by default Inkling in the user's
    documents; lessons are saved only if a folder is given. It restores `session` and saves changes
    to it; by default it saves nothing.

    `drawing` is the drawing on the sheet, `actions` are all actions of keys and buttons, `toolbar`
    holds the buttons. `is_full_screen` says whether the window should fill the screen.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        size: tuple[int, int] = theme.DESIGN_SIZE,
        models: Sequence[ShelvedModel] = (),
        folder: Path | None = None,
        session: Session | None = None,
    ) -> None:
        pygame.font.init()
        self.running = True
        self.drawing = Drawing()
        self.size = size
        self._models = models
        self._palette = theme.LIGHT
        self._network_is_open = False
        self._page: Page | None = None  # the open one
        self._practice: PracticeSheet | None = None  # while there is one
        self._mouse = GONE  # its last movement
        self._notice = Notice(self.drawing)
        self._finger = Finger()
        self._desk = Desk(self.drawing, recognizer, Memory(folder), self._notice.say)
        self._files = Files(self._desk, self._notice.say, folder)
        self._teacher = Teacher(self._desk, self._files, self._notice.say)
        self._misread = Misread(self._desk, self._files, self._notice.say)
        self._shown: Number | None = None  # what the last update showed
        self._selected: WrittenDigit | None = None  # that number's selected digit
        self.is_full_screen = False
        self._session = session
        self._seconds_since_page = inf  # since a page or a practice sheet was closed
        self._is_changed = True  # whether something happened since the last update
        self._buttons = self._make_buttons()
        self.actions = [*chain(*self._buttons), *self._make_keys()]
        self._arrange()
        if session is not None:
            self._go_on(session)

    @property
    def canvas_rect(self) -> pygame.Rect:
        """The square that a person draws on, in window coordinates."""
        return self._widgets.canvas.rect.copy()

    @property
    def recognizer(self) -> Recognizer:
        """The recognizer that reads the drawing, with all lessons."""
        self._desk.learn()
        return self._desk.recognizer

    @property
    def number(self) -> str | None:
        """The number on the sheet, such as "2026"; None while it is blank or the recognizer is not
        sure of every digit."""
        number = self._number
        return number.text if number is not None and number.sure else None

    @property
    def readings(self) -> list[Reading]:
        """The reading of each digit, from left to right; empty for a blank sheet."""
        number = self._number
        return [] if number is None else [digit.reading for digit in number.digits]

    @property
    def reading(self) -> Reading | None:
        """The reading of the selected digit: the one drawn last, unless a person points at another.
        None for a blank sheet."""
        selected = self._desk.selected(self._number)
        return selected and selected.reading

    @property
    def _number(self) -> Number | None:
        """The number on the sheet, read with all lessons."""
        self._desk.learn()
        return self._desk.number

    @property
    def toolbar(self) -> Toolbar:
        """The buttons."""
        return self._widgets.toolbar

    @property
    def message(self) -> str:
        """The message shown at the moment, or ""."""
        return self._notice.message

    @property
    def cursor(self) -> int:
        """The cursor for where the mouse is, one of pygame.SYSTEM_CURSOR_..."""
        draws = self._widgets.canvas.is_pointed
        return pygame.SYSTEM_CURSOR_CROSSHAIR if draws else pygame.SYSTEM_CURSOR_ARROW

    def handle(self, event: pygame.Event) -> None:
        """Act on any event; positions are `event.pos`, in window coordinates."""
        self._is_changed = True
        for one in self._finger.as_mouse(event, self.size):
            if getattr(one, "button", None) not in WHEEL_BUTTONS:
                self._act_on(one)

    def _act_on(self, event: pygame.Event) -> None:
        if event.type in (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN):
            self._widgets.change.stop()
        if event.type in (pygame.MOUSEMOTION, pygame.WINDOWLEAVE):
            self._mouse = event
        elif event.type == pygame.MOUSEBUTTONUP and getattr(event, "touch", False):
            self._mouse = GONE  # a finger that is lifted points nowhere
        match event.type:
            case pygame.QUIT:
                self.running = False
            case pygame.WINDOWRESIZED | pygame.WINDOWSIZECHANGED:
                self._resize((event.x, event.y))
            case pygame.VIDEORESIZE:
                self._resize(event.size)
            case _ if self._page is not None and self._page.handle(event):
                pass
            case _ if self._practice is not None and self._practice.handle(event):
                pass
            case pygame.DROPFILE if self._practice is None:
                self._files.open_file(event.file)
            case pygame.DROPFILE:
                self._notice.say("Not during practice; ESC leaves it")
            case pygame.KEYDOWN:
                self._press_key(written(event))
            case pygame.MOUSEWHEEL if event.y:
                self._widgets.turn_wheel(-1 if event.y > 0 else 1)
            case _:
                self._pass_on(event)
        if self._page is not None and not self._page.is_open:
            self._page = None
            self._seconds_since_page = 0.0
            self._pass_on(self._mouse)  # it moved while the page was open

    def update(self, seconds: float, *, reads: bool = True) -> bool:
        """Read the drawing if it has changed and `reads` allows it, unless this frame shows maps
        that the last one had no time for; let `seconds` pass.

        Returns whether the window looks different from what was last drawn.
        """
        moved = self._misread.update()
        number = self._shown
        if reads and not self._widgets.maps_are_late:
            self._desk.learn(LEARNING_SECONDS)
            number = self._desk.glance()
        moved |= number is not self._shown
        self._shown, selected = number, self._desk.selected(number)
        number, self._selected = self._widgets.change.played(number, selected, seconds)
        maps = not self._desk.was_slow
        moved |= self._widgets.update(number, self._selected, seconds, maps=maps)
        moved |= self._notice.update(seconds)
        if self._page is not None:
            moved |= self._page.update(seconds)
        if self._practice is not None:
            busy = self._widgets.canvas.is_held or self._page is not None
            moved |= self._practice.update(seconds, busy)
            if self._practice.is_over:
                self._end_practice()
        elif self._session is not None:
            self._session.file = self._files.of_sheet
            self._session.update(self.drawing, self._widgets.canvas.is_held, seconds)
            self._tell_problem(self._session)
        self._seconds_since_page += seconds
        moved |= self._is_changed
        self._is_changed = False
        return moved

    def draw(self, surface: pygame.Surface) -> None:
        """Draw everything as of the last update on `surface`, which has the window's size."""
        palette, practice = self._palette, self._practice and self._practice.practice
        surface.fill(palette.background)
        self._widgets.draw(surface, palette, self._selected, practice)
        if self._page is not None:
            self._page.draw(surface, palette)
        self._notice.draw(surface, palette, self._layout, self._text)

    def clear(self) -> None:
        """Take a new sheet."""
        self.drawing.clear()

    def close(self) -> None:
        """Save what the next window should restore, and the digits of an unfinished practice."""
        self._desk.learn()  # draws the pictures of new lessons
        if self._practice is not None:
            self._practice.end()
            self._files.save_all(one.drawing for one in self._practice.practice.attempts)
        if self._session is not None:
            self._session.file = self._files.of_sheet
            self._session.close(self.drawing)

    def _go_on(self, session: Session) -> None:
        """Restore the last window's look and sheet."""
        self._palette = theme.DARK if session.dark else theme.LIGHT
        session.restore(self.drawing)
        if self.drawing.origin is not None:  # a test digit's label is not the person's
            self._files.keep(None)
        if session.file is not None:
            self._files.keep_if_same(session.file)
        if self.drawing:
            self._notice.say("The sheet from last time; SPACE takes a new one")
        self._tell_problem(session)

    def _tell_problem(self, session: Session) -> None:
        if session.problem:
            self._notice.say(session.problem)
            session.problem = ""

    def _pass_on(self, event: pygame.Event) -> None:
        self._widgets.handle(event, in_practice=self._practice is not None)

    def _press_key(self, key: str) -> None:
        for action in self.actions:
            if key in action.keys and action.enabled():
                action.run()

    def _make_buttons(self) -> list[list[Action]]:
        """The actions that have buttons, in groups."""
        drawing, pen, files = self.drawing, self._desk.pen, self._files
        can_clear, has_models = drawing.__bool__, lambda: bool(self._models)
        toggle, is_open = self._toggle_network, lambda: self._network_is_open
        redo = f"{COMMAND}+Shift+Z", f"{COMMAND}+Y"
        return [
            [
                Action("Thinner pen", ("[",), pen.thinner, icons.THINNER, lambda: pen.can_be(-1)),
                Action("Thicker pen", ("]",), pen.thicker, icons.THICKER, lambda: pen.can_be(+1)),
                Action("Eraser", ("E",), pen.turn, icons.ERASER, active=lambda: pen.erases),
                Action("Undo", (f"{COMMAND}+Z",), self._undo, icons.UNDO, lambda: drawing.can_undo),
                *self._not_in_practice(
                    Action("Redo", redo, self._teacher.redo, icons.REDO, lambda: drawing.can_redo),
                ),
                Action("Clear the sheet", ("SPACE",), self.clear, icons.CLEAR, can_clear),
            ],
            self._not_in_practice(
                Action("Random test digit", ("R",), files.show_example, icons.EXAMPLE),
                Action("Open a saved drawing", ("O",), files.open_next, icons.OPEN),
                Action("Save the drawing", ("S",), files.save, icons.SAVE),
                Action("What it knows", ("K",), self._open_lessons, icons.LESSONS),
            ),
            [
                *self._not_in_practice(
                    Action("Choose a model", ("Tab",), self._open_menu, icons.MODELS, has_models),
                    Action("Inside the network", ("N",), toggle, icons.NETWORK, active=is_open),
                ),
                Action("Light or dark", ("T",), self._toggle_theme, icons.THEME),
                Action("All keys", ("?", "F1"), self._open_help, icons.HELP),
            ],
        ]

    def _make_keys(self) -> list[Action]:
        """The actions that have only keys."""
        lessons = [
            Action("Teach the digit", (str(digit),), partial(self._teach, digit))
            for digit in range(10)
        ]
        paste = Action("Paste a picture", (f"{COMMAND}+V",), self._files.paste)
        play = Action("Play what would change it", ("V",), lambda: self._widgets.play())
        misread = Action("Next misread digit", ("M",), self._misread.show_next)
        beside = Action("Another model beside it", ("B",), self._compare)
        full = Action("Full screen", ("F11",), self._toggle_full_screen)
        practise = Action("Practice sheet", ("P",), self._practise)
        return [
            *self._not_in_practice(*lessons, play, misread, practise, beside, paste),
            full,
            Action("Quit", ("ESC",), self._quit),
        ]

    def _not_in_practice(self, *actions: Action) -> list[Action]:
        """The actions, disabled during practice."""

        def enabled(action: Action) -> bool:
            return self._practice is None and action.enabled()

        return [replace(action, enabled=partial(enabled, action)) for action in actions]

    def _open(self, page: Page) -> None:
        """Open a page over the window, instead of any other."""
        self._widgets.canvas.lift()
        self._pass_on(GONE)
        self._misread.stop()  # it would replace the sheet behind the page
        self._notice.say("")  # an old message would cover the bottom of the page
        page.arrange(self._layout, self._text)
        self._page = page

    def _open_menu(self) -> None:
        self._open(
            ModelMenu(self._models, self._desk, self._choose, self._put_beside, self._notice.say)
        )

    def _open_lessons(self) -> None:
        self._desk.learn()
        self._open(Lessons(self._teacher, self._notice.say))

    def _practise(self) -> None:
        """Ask for digits, until all are drawn or ESC."""
        self._widgets.canvas.lift()
        self._pass_on(GONE)
        self._practice = PracticeSheet(self._desk, np.random.default_rng())

    def _end_practice(self) -> None:
        """Restore the sheet, and show the results, if there are any."""
        self._widgets.canvas.lift()
        self._practice.end()
        practice, self._practice = self._practice.practice, None
        if practice.attempts:
            self._open(PracticeResults(practice, self._files, self._teacher))
        else:
            self._seconds_since_page = 0.0  # one more ESC is probably one too many

    def _teach(self, digit: int) -> None:
        self._widgets.canvas.lift()  # what would be drawn on would not be what was taught
        self._teacher.teach(digit)

    def _undo(self) -> None:
        (self._practice or self._teacher).undo()

    def _open_help(self) -> None:
        self._open(Help(self.actions))

    def _choose(self, recognizer: Recognizer) -> None:
        if recognizer is self._desk.beside:  # swap the two
            self._desk.beside = self._desk.recognizer
        self._desk.recognizer = recognizer
        self._notice.say("")  # a message about another model
        self._rearrange()

    def _put_beside(self, recognizer: Recognizer | None) -> None:
        self._desk.beside = recognizer
        self._rearrange()

    def _compare(self) -> None:
        """Put another model beside the one that reads, or take it away."""
        if self._widgets.canvas.is_held:  # the stroke would end
            return
        others = (model.recognizer for model in self._models)
        others = (one for one in others if one not in (None, self._desk.recognizer))
        beside = None if self._desk.beside else next(others, None)
        if beside is self._desk.beside:
            self._notice.say("There is no other model to put beside it")
        self._put_beside(beside)

    def _toggle_network(self) -> None:
        if not self._widgets.canvas.is_held:  # the sheet would move away under the pen
            self._network_is_open = not self._network_is_open
            self._rearrange()

    def _toggle_theme(self) -> None:
        self._palette = theme.LIGHT if self._palette == theme.DARK else theme.DARK
        if self._session is not None:
            self._session.dark = self._palette == theme.DARK

    def _toggle_full_screen(self) -> None:
        self.is_full_screen = not self.is_full_screen

    def _quit(self) -> None:
        """Quit, unless ESC was probably pressed once too often to close a page."""
        if self.is_full_screen:
            self.is_full_screen = False
        elif self._seconds_since_page < theme.ESCAPE_SECONDS:
            self._seconds_since_page = inf
            self._notice.say("That is closed; ESC once more ends the program")
        else:
            self.running = False

    def _resize(self, size: tuple[int, int]) -> None:
        """Adopt the window's size, but no less than the minimum."""
        size = tuple(map(max, size, theme.SMALLEST_SIZE))
        if size != self.size:
            self.size = size
            self._rearrange()

    def _rearrange(self) -> None:
        """Make the widgets again; bars, hint and mouse are as they were."""
        old = self._widgets
        self._arrange()
        self._widgets.bars.values, self._widgets.knows_why = old.bars.values, old.knows_why
        if old.beside is not None and self._widgets.beside is not None:
            self._widgets.beside.values = old.beside.values
        if self._page is None:
            self._pass_on(self._mouse)

    def _arrange(self) -> None:
        """Make every widget, for the window's size and what is open in it."""
        beside = self._desk.beside is not None
        self._layout, self._text = Layout(self.size, self._network_is_open, beside), Text()
        place = self._layout, self._text
        end_beside = partial(self._put_beside, None)
        self._widgets = Widgets(*place, self._desk, self._teacher, self._buttons, end_beside)
        if self._page is not None:
            self._page.arrange(*place)
