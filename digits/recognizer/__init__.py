"""The recognizer: a network that reads drawings, and how far it can be trusted."""

from digits.recognizer.recognizer import SHIPPED_MODEL, Reading, Recognizer

__all__ = ["SHIPPED_MODEL", "Reading", "Recognizer"]
