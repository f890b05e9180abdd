"""What the READMEs say about the library is so."""

import importlib
import os
import re
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

from nn.nets import Net

PROJECT = Path(__file__).parent.parent

FEW_DIGITS = """
import numpy as np
from digits.data import mnist

def load(part):
    kinds = np.random.default_rng(0).random((10, 28, 28)) < 0.15
    labels = np.arange(2000) % 10
    return (255 * kinds[labels]).astype(np.uint8), labels.astype(np.uint8)

mnist.load = load
"""


def test_the_librarys_example_runs_as_it_stands_and_shows_its_progress(tmp_path):
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    result = subprocess.run(
        [sys.executable, "-c", FEW_DIGITS + example],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "100.0% right\n"
    assert re.findall(r"epoch (\d) of 5: cost \d", result.stderr) == list("12345")
    assert repr(Net.load_model(tmp_path / "my_model.npz")).count("Dense") == 2


def test_the_librarys_page_names_functions_that_exist():
    page = (PROJECT / "nn" / "README.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`([a-z_]+)\.([\w.]+)`", page))
    assert len(names) > 15
    for module, path in names:
        attrgetter(path)(importlib.import_module(f"nn.{module}"))
