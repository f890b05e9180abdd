"""A menu entry adds Inkling, with its icon, to a Linux desktop's menu.

It is two files in the user's data folder (freedesktop.org, Desktop Entry Specification 1.5 and Icon
Theme Specification 0.13).
"""

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import platformdirs

NAME = "inkling"  # of the files, and of the window class, by which desktops match them
ENTRY = """[Desktop Entry]
Type=Application
Name=Inkling
Comment=Draw a digit and watch a neural network read it
Exec={command}
Icon={name}
Terminal=false
Categories=Education;ArtificialIntelligence;
Keywords=digit;handwriting;neural network;MNIST;
StartupWMClass={name}
"""


def install(command: Sequence[str], icon: Path) -> Path:
    """Add the entry that runs `command`, or update it. Returns its file.

    `icon` is a PNG of 256 × 256 pixels. Raises OSError.
    """
    entry, icon_place = _places()
    for path in (entry, icon_place):
        path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(icon, icon_place)
    entry.write_text(ENTRY.format(command=_exec(command), name=NAME), encoding="utf-8")
    return entry


def remove() -> Path | None:
    """Remove the entry. Returns its former path; None if there was none. Raises OSError."""
    entry, icon_place = _places()
    icon_place.unlink(missing_ok=True)
    if not entry.exists():
        return None
    entry.unlink()
    return entry


def own_command(program: Path) -> list[str]:
    """The command that starts this program: the installed one, or Python with `program`."""
    started = Path(sys.argv[0])
    if started.suffix == ".py":
        return [sys.executable, str(program.resolve())]
    return [str(Path(shutil.which(started) or started).resolve())]


def _places() -> tuple[Path, Path]:
    data = platformdirs.user_data_path()
    icons = data / "icons" / "hicolor" / "256x256" / "apps"
    return data / "applications" / f"{NAME}.desktop", icons / f"{NAME}.png"


def _exec(command: Sequence[str]) -> str:
    """The command as the value of Exec: each argument quoted, with backslashes doubled because the
    file format has escapes of its own."""
    quoted = (re.sub(r'(["`$\\])', r"\\\1", argument) for argument in command)
    return " ".join(f'"{argument}"' for argument in quoted).replace("%", "%%").replace("\\", "\\\\")
