"""An installed Inkling does what a checkout does, from anywhere."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from digits.drawing.saved_drawings import default_folder

PROJECT = Path(__file__).parent.parent


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    result = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": ""} | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = "pip", "wheel", PROJECT, "--no-deps", "--no-build-isolation", "--wheel-dir", folder
    run(sys.executable, "-m", *build, folder=folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def commands(wheel, tmp_path_factory) -> Path:
    """The folder of the commands in a new environment that holds the wheel and, to save the time
    of installing them again, sees the libraries of this one."""
    environment = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", environment, folder=environment)
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = environment / scripts / "python"
    run(python, "-m", "pip", "install", "--no-deps", wheel, folder=environment)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    libraries = Path(run(python, "-c", where, folder=environment).strip())
    (libraries / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return environment / scripts


def test_the_installed_window_takes_a_picture_in_another_folder(commands, tmp_path):
    run(commands / "inkling", "--screenshot", "five.png", folder=tmp_path)
    checkout = tmp_path / "checkout.png"
    run(sys.executable, PROJECT / "display.py", "--screenshot", checkout, folder=tmp_path)
    with Image.open(tmp_path / "five.png") as installed, Image.open(checkout) as expected:
        assert installed.tobytes() == expected.tobytes()


def test_the_installed_training_tool_explains_itself(commands, tmp_path):
    assert "--recipe" in run(commands / "inkling-train", "--help", folder=tmp_path)


def test_installed_training_keeps_its_runs_in_the_persons_documents(commands, tmp_path):
    (package,) = (path.parent for path in commands.parent.rglob("inkling/training"))
    code = "from training.run_folder import runs; print(runs())"
    said = run(commands / "python", "-c", code, folder=tmp_path, PYTHONPATH=str(package))
    assert Path(said.strip()) == default_folder() / "runs"


def test_the_wheel_takes_one_name_in_an_environment(wheel):
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"inkling"}


def test_the_wheel_asks_for_what_a_checkout_asks_for(wheel):
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    lines = archive.read(metadata).decode().splitlines()
    needed = {line.split()[1].split("<")[0] for line in lines if line.startswith("Requires-Dist:")}
    listed = (PROJECT / "requirements.txt").read_text().split()
    assert needed == {line.split(">")[0] for line in listed}
