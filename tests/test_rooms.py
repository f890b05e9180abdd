"""The rooms of the house: imports run one way, and importing does nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
# What each room may import, itself apart.
MAY_IMPORT = {
    "nn": set(),
    "digits": {"nn"},
    "app": {"digits", "nn"},
    "display": {"app", "digits", "nn"},
    "training": {"digits", "nn"},
    "train": {"training", "digits", "nn"},
    "exporting": {"digits", "nn"},
    "export": {"exporting", "app", "digits", "nn"},
}
# And inside the large ones: what each of their own rooms may import of the others.
INSIDE = {
    "digits": {
        "program": set(),
        "drawing": set(),
        "data": {"drawing", "program"},
        "learning": {"drawing", "data"},
        "recognizer": {"drawing", "program"},
        "explaining": {"drawing", "learning", "recognizer"},
    },
    "app": {
        "style": set(),
        "controls": {"style"},
        "sheet": {"style"},
        "reading": {"style"},
        "inside": {"style"},
        "pages": {"style", "controls", "sheet"},
        "widgets": {"style", "controls", "sheet", "reading", "inside"},
        "window": {"style", "controls", "sheet", "pages", "session", "widgets"},
        "demo": {"style", "window"},
        "menu_entry": set(),
        "screen": {"style", "window", "menu_entry"},
        "session": {"style"},
    },
}


def modules_of(room: str) -> list[str]:
    files = (PROJECT / room).rglob("*.py")
    parts = [path.relative_to(PROJECT).with_suffix("").parts for path in sorted(files)]
    return [".".join(names).removesuffix(".__init__") for names in parts] or [room]


MODULES = {room: modules_of(room) for room in MAY_IMPORT}


def imported_by(module: str) -> set[str]:
    """The modules that a module imports, anywhere in it."""
    path = PROJECT / module.replace(".", "/")
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    nodes = list(ast.walk(ast.parse(source.read_bytes())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and not node.level:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return set(names)


def part(modules: set[str], depth: int) -> set[str]:
    """What stands at `depth` in the modules' dotted names."""
    return {names[depth] for names in (module.split(".") for module in modules) if names[depth:]}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_run_one_way(room):
    for module in MODULES[room]:
        imported = part(imported_by(module), 0)
        assert imported & MAY_IMPORT.keys() <= MAY_IMPORT[room] | {room}, module


def test_a_page_takes_its_look_from_the_window_and_nothing_else():
    of_the_window = {name for name in imported_by("export") if name.startswith("app.")}
    assert of_the_window == {"app.style.theme"}


@pytest.mark.parametrize("room", INSIDE)
def test_imports_inside_a_room_run_one_way(room):
    for module in MODULES[room]:
        if module == room:
            continue
        inner = module.split(".")[1]
        own = {name for name in imported_by(module) if name.startswith(f"{room}.")}
        assert part(own, 1) <= INSIDE[room][inner] | {inner}, module


def test_the_library_needs_numpy_and_the_standard_library_alone():
    for module in MODULES["nn"]:
        imported = part(imported_by(module), 0)
        assert imported <= {"nn", "numpy", *sys.stdlib_module_names}, module


IMPORT_EVERYTHING = """
import importlib, os, sys
import numpy as np

opened, state = [], repr(np.random.get_state())
sys.addaudithook(lambda event, values: event == "open" and opened.append(values[0]))
for module in sys.argv[1:]:
    importlib.import_module(module)
import pygame

paths = [path for path in opened if isinstance(path, str)]  # not a descriptor, as of a new .pyc
inside = [path for path in map(os.path.abspath, paths) if path.startswith(os.getcwd() + os.sep)]
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
