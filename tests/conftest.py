"""What several tests need: real data, if the machine has them."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import display
from app.pages import opinions
from app.sheet import canvas, desk, shown_change, speaking_ink
from digits.data import mnist, pen_strokes

# How busy the machine is decides no test.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def interruptible():
    """Signals do what they usually do, also where the tests were started in the background, told to
    ignore Ctrl-C, and after a window was closed in this process."""
    usual = signal.default_int_handler, signal.SIG_DFL, signal.SIG_DFL
    for number, act in zip(display.SIGNALS, usual, strict=False):
        signal.signal(number, act)


@pytest.fixture(autouse=True)
def patient():
    """A frame reads, paints and explains all there is, however slow the machine. Not by the fixture
    `monkeypatch`: used here, it would be undone after the fixtures of a test's file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "PAINTING_SECONDS", 60)
        patch.setattr(desk, "READING_SECONDS", 60)
        patch.setattr(opinions, "READING_SECONDS", 60)
        patch.setattr(speaking_ink, "EVIDENCE_SECONDS", 60)
        patch.setattr(shown_change, "SEARCH_SECONDS", 60)
        yield


@pytest.fixture(scope="session")
def data_folder() -> Path:
    folder = os.environ.get("DIGITS_DATA")
    if not folder:
        pytest.skip(
            "no real data: set DIGITS_DATA to a folder with mnist/*.gz and "
            "pendigits/pendigits-orig.tra.Z"
        )
    return Path(folder)


@pytest.fixture(scope="session")
def mnist_test(data_folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """The images (10000, 28, 28) uint8 and labels (10000,) uint8 of MNIST's test part."""
    return mnist.load("test", data_folder)


@pytest.fixture(scope="session")
def pen_digits(data_folder: Path) -> list[pen_strokes.PenDigit]:
    return pen_strokes.load(data_folder)
