"""The house rules: which room may import what, how long a module may be, how packages are named."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("vision", "taggers", "moderation", "color", "photo_quality", "weights")
ANALYZERS = ("taggers", "moderation", "color", "photo_quality")

MAY_IMPORT = {
    "taggers": {"taggers", "weights", "numpy"},
    "moderation": {"moderation", "numpy", "pydantic", "cv2", "onnxruntime", "openvino", "pdqhash"},
    "color": {"color", "numpy", "skimage", "cv2"},
    "photo_quality": {"photo_quality", "numpy", "skimage", "cv2"},
    "weights": {"weights", "taggers", "numpy", "open_clip", "torch", "PIL"}
    | {"safetensors", "pydantic", "platformdirs", "huggingface_hub", "openvino"},
    "vision": {*ROOMS, "numpy", "PIL", "cv2", "torch", "pydantic", "pyarrow", "pillow_heif"}
    | {"fsspec", "aiohttp", "usearch", "platformdirs", "threadpoolctl"},
}
"""Top-level names, apart from the standard library."""

COMMANDS = ("command.py", "command_line.py", "command_options.py")
"""How the names of modules end that parse a command line: only they may import Typer and tqdm."""

DESK = {"sqlalchemy", "alembic", "argon2", "pyarrow"}
DESK_PAGES = {"fastapi", "starlette", "uvicorn", "jinja2", "PIL"}
"""What the review desk adds, and its web pages; the rest of moderation does without."""

RECIPES = {"weights/train", "color/fit_families.py", "color/build_names.py"}
"""What makes data files before a release: it may import what reading photos never needs."""


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(module: Path) -> Iterator[str]:
    """The full names that a module imports, anywhere in it; relative ones from its own package."""
    package = module.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            source = ".".join((*base, *([node.module] if node.module else [])))
            yield from (f"{source}.{alias.name}" for alias in node.names)


def top(name: str) -> str:
    return name.partition(".")[0]


def is_recipe(module: Path) -> bool:
    path = module.relative_to(ROOT).as_posix()
    return any(path == recipe or path.startswith(f"{recipe}/") for recipe in RECIPES)


def third_party(module: Path) -> set[str]:
    return {top(name) for name in imports(module)} - set(sys.stdlib_module_names)


def extra(module: Path) -> set[str]:
    """What some modules of a room may import beyond the others."""
    path = module.relative_to(ROOT).as_posix()
    allowed = {"typer", "tqdm"} if module.name.endswith(COMMANDS) else set()
    if path.startswith("vision/heads/"):
        allowed |= {"sklearn"}
    if path.startswith("vision/backfill/ray_"):
        allowed |= {"ray"}
    if path.startswith("moderation/review/"):
        allowed |= DESK
    if path.startswith("moderation/review/web/"):
        allowed |= DESK_PAGES
    return allowed


def test_the_reader_of_imports_sees_every_kind(tmp_path: Path) -> None:
    module = ROOT / "photo_quality" / "analyzer.py"
    assert {"photo_quality.decision.decide", "numpy"} <= set(imports(module))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_the_design_allows_and_nothing_else(room: str) -> None:
    for module in modules(room):
        if not is_recipe(module):
            assert third_party(module) <= MAY_IMPORT[room] | extra(module), module


@pytest.mark.parametrize("room", ANALYZERS)
def test_an_analyzer_imports_neither_vision_nor_another_analyzer(room: str) -> None:
    others = {"vision", "cli", *ANALYZERS} - {room}
    assert modules(room)
    for module in modules(room):
        assert not others & {top(name) for name in imports(module)}, module


def test_the_taggers_take_from_weights_its_types_alone() -> None:
    for module in modules("taggers"):
        taken = {name for name in imports(module) if top(name) == "weights"}
        assert all(name.startswith("weights.labels.") for name in taken), module


def test_only_training_lets_weights_know_the_taggers() -> None:
    for module in modules("weights"):
        if "taggers" in third_party(module):
            assert is_recipe(module), module


def test_nothing_that_reads_photos_imports_a_recipe() -> None:
    for module in (path for room in ROOMS for path in modules(room)):
        if not is_recipe(module):
            used = {name for name in imports(module) if top(name) in ROOMS}
            recipes = tuple(r.removesuffix(".py").replace("/", ".") for r in RECIPES)
            assert not [name for name in used if name.startswith(recipes)], module


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_is_longer_than_three_hundred_lines(room: str) -> None:
    for module in (*modules(room), ROOT / "cli.py"):
        assert len(module.read_text("utf-8").splitlines()) <= 300, module


def test_no_package_is_called_utils_common_or_helpers() -> None:
    for room in (*ROOMS, "tests"):
        names = {path.stem for path in (ROOT / room).rglob("*") if path.suffix in ("", ".py")}
        assert not names & {"utils", "common", "helpers"}, room


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_a_typed_package(room: str) -> None:
    assert (ROOT / room / "__init__.py").is_file()
    assert (ROOT / room / "py.typed").is_file()
