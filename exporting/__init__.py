"""What a network becomes for other programs: a web page, or an ONNX file."""


class ExportError(Exception):
    """A network that can't be exported; the message is one line: why, and what to do."""
