"""The clipboard: pictures that were copied in another program."""

import io

ADVICE = "or drop the picture's file on the window"


class ClipboardError(Exception):
    """No picture can be read; the message is one line saying why, and what to do."""


def picture_file() -> bytes:
    """The picture in the clipboard as the bytes of a picture file; of copied files, the first.

    Raises ClipboardError.
    """
    from PIL import ImageGrab, UnidentifiedImageError  # here: the window shouldn't wait for it

    try:
        found = ImageGrab.grabclipboard()
        if isinstance(found, list) and found:
            with open(found[0], "rb") as file:
                return file.read()
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
    except Exception as error:  # whatever a platform's clipboard makes of it
        raise ClipboardError(f"Can't read the clipboard: {error}; copy again, {ADVICE}") from error
    raise ClipboardError("There is no picture in the clipboard; copy one first")
