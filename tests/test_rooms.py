"""The rooms of the house: imports run one way, and importing does nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
MAY_IMPORT = {
    "nn": set(),
    "digits": {"nn"},
    "app": {"digits", "nn"},
    "display": {"app", "digits", "nn"},
    "training": {"digits", "nn"},
    "train": {"training", "digits", "nn"},
}
MODULES = {
    room: [f"{room}.{path.stem}" for path in sorted((PROJECT / room).glob("[!_]*.py"))] or [room]
    for room in MAY_IMPORT
}


def imported_by(module: str) -> set[str]:
    """The top-level packages that a module imports, anywhere in it."""
    tree = ast.parse((PROJECT / module.replace(".", "/")).with_suffix(".py").read_bytes())
    nodes = list(ast.walk(tree))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_run_one_way(room):
    for module in MODULES[room]:
        assert imported_by(module) & MAY_IMPORT.keys() <= MAY_IMPORT[room] | {room}, module


def test_the_library_needs_numpy_and_the_standard_library_alone():
    for module in MODULES["nn"]:
        assert imported_by(module) <= {"nn", "numpy", *sys.stdlib_module_names}, module


IMPORT_EVERYTHING = """
import importlib, os, sys
import numpy as np

opened, state = [], repr(np.random.get_state())
sys.addaudithook(lambda event, values: event == "open" and opened.append(str(values[0])))
for module in sys.argv[1:]:
    importlib.import_module(module)
import pygame

inside = [path for path in map(os.path.abspath, opened) if path.startswith(os.getcwd() + os.sep)]
read = [p for p in inside if ".venv" not in p and "__pycache__" not in p and p[-3:] != ".py"]
assert not read, f"read {read}"
assert not pygame.display.get_init() and not pygame.font.get_init(), "started pygame"
assert repr(np.random.get_state()) == state, "touched NumPy's global random state"
"""


def test_importing_opens_no_window_reads_no_file_and_sets_no_seed():
    modules = [module for room in MODULES.values() for module in room]
    command = [sys.executable, "-c", IMPORT_EVERYTHING, *modules]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
