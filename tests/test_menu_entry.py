"""The entry in a Linux desktop's menu, as desktops read it."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import menu_entry

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such menu")
ICON = Path(__file__).parent.parent / "assets" / "icon.png"


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(menu_entry.platformdirs, "user_data_path", lambda: tmp_path)
    return tmp_path


def entry_of(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser["Desktop Entry"]


@pytest.mark.parametrize(
    "command",
    [
        ["/usr/bin/inkling"],
        ["/home/an artist/.venv/bin/python", "/home/an artist/display.py"],
        ['/tmp/"quoted"', "/tmp/$HOME", "/tmp/`ls`", "/tmp/back\\slash"],
    ],
)
def test_the_entry_runs_the_command_whatever_its_path_holds(command):
    value = entry_of(menu_entry.install(command, ICON))["Exec"]
    # A desktop undoes the value's escapes first and the quotes then, as a shell does.
    script = "printf '%s\\n' " + value.replace("\\\\", "\\")
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
    assert result.stdout.splitlines() == command


def test_a_percent_sign_is_no_field_code():
    assert '"/tmp/100%%"' in entry_of(menu_entry.install(["/tmp/100%"], ICON))["Exec"]


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="desktop-file-utils is missing"
)
def test_the_entry_is_valid_by_the_specification():
    path = menu_entry.install([sys.executable], ICON)
    result = subprocess.run(["desktop-file-validate", path], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "")


def test_the_entry_names_the_icon_that_is_installed(data_folder):
    icon = entry_of(menu_entry.install(["inkling"], ICON))["Icon"]
    (installed,) = data_folder.rglob(f"icons/hicolor/256x256/apps/{icon}.png")
    assert installed.read_bytes() == ICON.read_bytes()


def test_what_was_added_can_be_taken_away_again(data_folder):
    path = menu_entry.install(["inkling"], ICON)
    assert menu_entry.remove() == path
    assert not [path for path in data_folder.rglob("*") if path.is_file()]
    assert menu_entry.remove() is None


def test_a_checkout_is_started_again_by_its_own_python(monkeypatch):
    program = Path(__file__).parent.parent / "display.py"
    monkeypatch.setattr(sys, "argv", ["display.py"])
    assert menu_entry.own_command(program) == [sys.executable, str(program)]


def test_an_installed_command_is_started_again_by_its_path(monkeypatch, tmp_path):
    script = tmp_path / "inkling"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["inkling"])
    assert menu_entry.own_command(Path("display.py")) == [str(script)]
