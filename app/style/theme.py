"""How the window looks: every colour, length and duration in one place. Paper, ink and one accent.

Lengths are pixels in a window of DESIGN_SIZE; the layout scales them to the actual window.
"""

from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The colours of a theme; frozen, so that it can be a cache key."""

    background: Colour
    sheet: Colour  # the paper; also words on the accent colour
    ink: Colour
    quiet: Colour  # secondary text
    on_ink: Colour  # secondary text on ink
    accent: Colour
    edge: Colour  # around a sheet
    track: Colour  # behind a bar, and a button under the mouse
    bar: Colour
    disabled: Colour  # of a button
    speaks_for: Colour  # evidence for a digit
    speaks_against: Colour
    shade: tuple[int, int, int, int]  # over the window, under an overlay

    def side(self, value: float) -> Colour:
        """The colour of evidence for (`value` above 0) or against."""
        return self.speaks_for if value > 0 else self.speaks_against


LIGHT = Palette(
    background=(243, 238, 229),
    sheet=(255, 253, 248),
    ink=(28, 32, 52),
    quiet=(106, 98, 86),
    on_ink=(190, 184, 176),
    accent=(184, 54, 30),
    edge=(214, 205, 190),
    track=(230, 223, 211),
    bar=(134, 124, 109),
    disabled=(196, 187, 172),
    speaks_for=(20, 92, 172),
    speaks_against=(190, 80, 0),
    shade=(60, 52, 40, 110),
)
DARK = Palette(
    background=(27, 29, 38),
    sheet=(17, 19, 26),
    ink=(240, 235, 224),
    quiet=(164, 161, 156),
    on_ink=(92, 90, 86),
    accent=(255, 138, 96),
    edge=(62, 66, 80),
    track=(46, 49, 61),
    bar=(140, 139, 142),
    disabled=(84, 87, 98),
    speaks_for=(112, 178, 255),
    speaks_against=(255, 158, 66),
    shade=(0, 0, 0, 150),
)

DESIGN_SIZE = (1000, 640)
SMALLEST_SIZE = (640, 480)
LARGEST_SIZE = (7680, 4320)

MARGIN = 28  # around everything
TOOLBAR_WIDTH = 38
TOOLBAR_GAP = 18  # between that and the canvas
CANVAS_SIDE = 544
PANEL_WIDTH = 308  # right of the canvas
PANEL_HEIGHT = 366  # below the canvas
PANEL_GAP = 36  # between canvas and panel
NETWORK_HEIGHT = 175  # below all that in a wide window
TALL_NETWORK_HEIGHT = 258  # in a tall one
NETWORK_WIDTH = 420  # right of all that in a broad one
NETWORK_GAP = 22
PREVIEW_CELL = 6  # one of the 28x28 pixels that the network sees
CAPTION_HEIGHT = 38  # below the preview, with the space above it
DESCENDER = 6  # the part of that below the letters' baseline
SECTION_GAP = 30  # between that and the bars
FOOTER_GAP = 14
FOOTER_HEIGHT = 26

BUTTON = 36  # the side of one
SMALLEST_BUTTON = 24  # pixels, however small the window (WCAG 2.2, AA)
BUTTON_GAP = 2
GROUP_GAP = 9  # between groups of buttons
ICON = 23
PADDING = 12  # around words in a box

ANSWER_HEIGHT = 0.92  # of what is above the answer's caption
ANSWER_WIDTH = 0.71  # of its height; no character is wider
NUMBER_MARK, NUMBER_MARK_GAP = 2, 6  # under a digit of several: how thick, how far below it
LEAST_NUMBER_MARK = 12  # its least length
LABEL_WIDTH = 24  # the digit before a bar
LABEL_GAP = 12
PERCENTAGE_WIDTH = 64  # what follows a bar
BAR_HEIGHT = 8
WINNING_BAR_HEIGHT = 20
MOST_GUESSES = 2  # where the network isn't sure
LEAST_GUESS = 0.15  # a less probable digit is no guess
LEAST_GUESSES = 0.5  # the least probability of all guesses together
BESIDE_HEIGHT = 28  # of the line for a model beside the one that reads, above the bars
BESIDE_BAR = 3  # the thickness of its bars
LEAST_PERCENTAGE = 0.005  # a percentage that rounds to 0 is not shown

# Type: the heights of capitals.
TYPE = 10
SMALLEST_TYPE = 9  # type is never scaled below it
PERCENTAGE_TYPE = 17
TITLE_TYPE = 15
INVITATION_TYPE = 24
LINE_HEIGHT = 2.3  # of lines below each other, in heights of their capitals

PEN_WIDTH = 0.075  # of the canvas's side
PEN_STEP = 1.2  # how many times wider the next pen is
THINNEST_PEN, THICKEST_PEN = -6, 5  # steps from that one
ERASER = 1.6  # its width in those of the pen

EASING_SECONDS = 0.07  # in which a bar covers 63 % of its way
SETTLED = 1e-3  # a bar this near to its value has arrived
TOOLTIP_SECONDS = 0.4  # until it appears
NOTICE_SECONDS = 6.0  # until it goes
ESCAPE_SECONDS = 1.5  # after closing a page, in which ESC does not quit the program

# The network panel. Least sizes of maps and units in any window; some maps are left out rather than
# shown below the clear size.
SMALLEST_MAP, CLEAR_MAP, LARGEST_MAP = 8, 22, 64
SMALLEST_UNIT, LARGEST_UNIT = 3, 20
MAP_GROWTH = 1.2  # a smaller growth of the maps is not worth more room
MAP_GAP, UNIT_GAP = 2, 1
STAGE_GAP = 14
MAP_GAMMA = 0.65  # below 1, so that faint values show
TITLE_GAP = 8  # between the words of a title
TITLE_LINE = 1.7  # of a title, in heights of its capitals
OUTPUT_CELL = 16
OUTPUTS_LENGTH = 34  # of a cell and its label
ENLARGED_MAP = 168
MOST_FEEDERS = 5  # maps that feed another one, which are shown
THINNEST_LINE, WIDEST_LINE, LINE_STEPS = 1, 5, 24  # from those maps; the straight parts of each
MARK_PADDING = 3  # around the words that mark what is left out
LEGEND_GAP = 5  # between the maps and their legend
LEGEND_SWATCH = 42  # from paper to ink
UNSEEN = 190  # of 255: the opacity over the input outside the receptive field
WEIGHT_SQUARE = 0.8  # the strongest weight's side, in pixels of the image
LEGEND_PADDING = 8  # inside the preview
LEAST_MARKED = 0.35  # of the strongest evidence; more carries a sign
MARK_LENGTH, MARK_BREADTH = 2 / 3, 1 / 6  # of a sign, in pixels of the image
PALE_INK = 0.3  # ink without evidence
CHANGE_SECONDS, CHANGED_SECONDS = 1.0, 0.8  # how long a change takes to play, and stays
PLAY = 17  # the side of the button that plays it
SIGN = 16  # a plus or minus on the sheet's ink: its diameter
MOST_SIGNS, SIGNS_APART = 4, 5.0  # how many, and how far apart at least, in diameters

MENU_WIDTH = 520
MENU_ROW = 3  # its height, in heights of its capitals
MENU_BAR = 4  # the length of a bar for a probability of 1, in the same unit
MENU_ANSWER = 9  # room for the answer, in the same unit

# Pages with thumbnails of drawings: their size as shares of the window's.
LESSONS_WIDTH, LESSONS_HEIGHT = 0.86, 0.9
THUMBNAIL_GAP = 5
RESULTS_WIDTH = 0.86
BUTTON_LINE = 3.6  # of a page's buttons, in heights of their capitals

PRACTICE_PAUSE = 1.6  # seconds with the pen up after which a digit counts as complete
