"""How the window looks: every colour, length and duration in one place. Paper, ink and one accent.

Lengths are pixels in a window of DESIGN_SIZE; the layout scales them to the window that it has.
"""

Colour = tuple[int, int, int]

BACKGROUND: Colour = (243, 238, 229)
SHEET: Colour = (255, 253, 248)
INK: Colour = (28, 32, 52)
QUIET: Colour = (106, 98, 86)
ACCENT: Colour = (184, 54, 30)
EDGE: Colour = (214, 205, 190)  # around a sheet
TRACK: Colour = (230, 223, 211)  # what a bar runs in
BAR: Colour = (134, 124, 109)

DESIGN_SIZE = (1000, 640)
SMALLEST_SIZE = (640, 480)
LARGEST_SIZE = (7680, 4320)

CANVAS_SIDE = 528
PANEL_WIDTH = 344
PANEL_GAP = 48  # between canvas and panel
PREVIEW_CELL = 6  # one of the 28x28 pixels that the network sees
CAPTION_HEIGHT = 38  # below the preview, with the space above it
DESCENDER = 6  # what of that is below the line that the letters stand on
SECTION_GAP = 30  # between that and the bars
FOOTER_GAP = 18
FOOTER_HEIGHT = 24

ANSWER_HEIGHT = 0.94  # of the preview beside it
LABEL_WIDTH = 24  # the digit before a bar
LABEL_GAP = 12
PERCENTAGE_WIDTH = 64  # what follows a bar
BAR_HEIGHT = 8
WINNING_BAR_HEIGHT = 20
LEAST_PERCENTAGE = 0.005  # what rounds to 0% goes without saying

# Type: the heights of capitals.
TYPE = 10
SMALLEST_TYPE = 9  # type is never scaled below it
PERCENTAGE_TYPE = 17
INVITATION_TYPE = 24

PEN_WIDTH = 0.075  # of the canvas's side
EASING_SECONDS = 0.07  # in which a bar covers 63 % of its way
