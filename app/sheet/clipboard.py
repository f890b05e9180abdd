"""The clipboard supplies pictures copied in other programs."""

import io

from nn.model_files import reason

ADVICE = "or drop the picture's file on the window"


class ClipboardError(Exception):
    """No picture is available; the message is one line that says why, and what to do."""


def picture_file() -> bytes:
    """The bytes of the picture in the clipboard, or of the first of several copied files.

    Raises ClipboardError.
    """
    # Here, because the window shouldn't wait for it.
    from PIL import ImageGrab, UnidentifiedImageError

    from digits.drawing import pictures

    try:
        found = ImageGrab.grabclipboard()
        if isinstance(found, list) and found:
            with open(found[0], "rb") as file:
                return file.read(pictures.MOST_BYTES + 1)
        if found:
            file = io.BytesIO()
            found.save(file, "PNG")
            return file.getvalue()
    except UnidentifiedImageError:  # it is something else, such as text
        pass
    except NotImplementedError as error:
        raise ClipboardError(
            f"Pasting needs wl-clipboard or xclip; install one, {ADVICE}"
        ) from error
    except Exception as error:  # a platform's clipboard may raise anything
        raise ClipboardError(
            f"Can't read the clipboard: {reason(error)}; copy again, {ADVICE}"
        ) from error
    raise ClipboardError("There is no picture in the clipboard; copy one first")
