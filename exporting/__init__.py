"""Exports a network for other programs: as a web page, or as an ONNX file."""


class ExportError(Exception):
    """A network that can't be exported; the message is one line: the reason, and what to do."""
