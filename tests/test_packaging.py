"""The wheel built from this tree works on its own: elsewhere, and without network."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import skimage

from vision import ListingRecord
from vision.version import __version__

ROOT = Path(__file__).parents[1]
ROOMS = ("vision", "taggers", "moderation", "color", "photo_quality", "weights")
COFFEE = Path(skimage.__file__).parent / "data" / "coffee.png"

ENRICH_OFFLINE = """
import json, socket, sys

def no_network(*arguments, **_):
    raise AssertionError(f"the network was asked for: {arguments}")

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = no_network
socket.getaddrinfo = socket.create_connection = no_network

from vision import Enricher

record = Enricher(threads=1).enrich([sys.argv[1]], marketplace="etsy")
rooms = {"vision", "taggers", "moderation", "color", "photo_quality", "weights"}
own = [module for name, module in sys.modules.items() if name.partition(".")[0] in rooms]
print(record.model_dump_json())
print(json.dumps(sorted(module.__file__ for module in own)))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the tools that are installed, so that nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel installed in a folder of its own, without what it depends on."""
    target = tmp_path_factory.mktemp("site")
    options = ["--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check", "--quiet"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target)]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    return target


def run_installed(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the installed wheel first on its path, away from this tree."""
    environment = {"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin", "HOME": str(installed)}
    command = [sys.executable, "-P", *arguments]
    return subprocess.run(
        command, cwd=installed.parent, env=environment, capture_output=True, text=True, check=False
    )


def files_of(room: str) -> set[str]:
    """Every file in the folder of a room but the bytecode that Python leaves there."""
    paths = (path for path in (ROOT / room).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in paths if "__pycache__" not in path.parts}


def test_the_wheel_is_named_for_any_platform(wheel: Path) -> None:
    assert wheel.name == f"vitrine-{__version__}-py3-none-any.whl"


@pytest.mark.parametrize("room", ROOMS)
def test_the_wheel_holds_every_file_of_a_room(names: set[str], room: str) -> None:
    assert files_of(room) <= names
    assert f"{room}/py.typed" in names


def test_the_wheel_holds_data_of_every_kind(names: set[str]) -> None:
    kinds = {Path(name).suffix for name in names if name.startswith("weights/vitrine-tiny/")}
    assert {".json", ".safetensors", ".md"} <= kinds
    for folder in ("taggers/data/", "moderation/policies/", "color/vocabularies/"):
        assert any(name.startswith(folder) and name.endswith(".toml") for name in names)


def test_the_wheel_holds_nothing_else(names: set[str]) -> None:
    info = f"vitrine-{__version__}.dist-info/"
    others = {name for name in names if not name.startswith((*(f"{r}/" for r in ROOMS), info))}
    assert others == {"cli.py"}
    assert f"{info}licenses/LICENSE" in names


def test_the_metadata_names_the_license_the_command_and_what_is_needed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"vitrine-{__version__}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode().splitlines()
        commands = archive.read(f"{info}/entry_points.txt").decode().splitlines()
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert commands == ["[console_scripts]", "vitrine = cli:main"]
    for name in ("open-clip-torch", "opencv-python", "scikit-image", "pydantic", "torch"):
        assert any(line.lower().startswith(f"requires-dist: {name}") for line in metadata)


def test_an_installed_wheel_enriches_a_photo_offline_from_its_own_files(installed: Path) -> None:
    done = run_installed(installed, "-c", ENRICH_OFFLINE, str(COFFEE))
    assert done.returncode == 0, done.stderr
    line, modules = done.stdout.splitlines()
    record = ListingRecord.model_validate_json(line)
    assert record.photos[0].error is None
    assert record.photos[0].quality is not None
    assert record.colors.primary is not None
    assert record.model.marketplace == "etsy"
    files = [Path(file) for file in json.loads(modules)]
    assert {file.relative_to(installed).parts[0] for file in files} == set(ROOMS)


def test_the_installed_command_runs(installed: Path) -> None:
    script = installed / "bin" / "vitrine"
    done = run_installed(installed, str(script), "--version")
    assert (done.returncode, done.stdout) == (0, f"vitrine {__version__}\n")
    listed = run_installed(installed, str(script), "weights", "list")
    assert str(installed / "weights" / "vitrine-tiny") in listed.stdout
