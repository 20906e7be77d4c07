"""`vitrine weights` as people run it: in a process of its own, with the hub's own settings."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.weights.hub_server import HubServer, serving, sha256
from tests.weights.hub_setup import COMMIT, REPOSITORY, quick_bundle, repository
from weights.bundle import open_bundle
from weights.command import weights_app

ROOT = Path(__file__).parents[2]
CHILD = f"""
import signal, sys
sys.path.insert(0, {str(ROOT)!r})
signal.signal(signal.SIGINT, signal.default_int_handler)
from tests.weights.hub_setup import quick_bundle
from weights.command import weights_app
weights_app(lambda: quick_bundle)(prog_name="vitrine weights")
"""
WEIGHTS = bytes(range(256)) * 1000
CATALOG = f"""
[[bundle]]
name = "tiny"
architecture = "ViT"
licence = "CC0-1.0"
licence_url = "https://example.org/licence"
commercial = true
size_mb = 0.256
dimensions = 16
pixels = 32
[bundle.hub]
repository = "{REPOSITORY}"
revision = "{COMMIT}"
sha256 = "{sha256(WEIGHTS)}"
"""


@pytest.fixture(autouse=True)
def data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home in place of the user's own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def server() -> Iterator[HubServer]:
    hub = HubServer(REPOSITORY, COMMIT, repository(WEIGHTS))
    with serving(hub):
        yield hub
        hub.let_go.set()


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.toml"
    path.write_text(CATALOG)
    return path


def environment(server: HubServer, home: Path, **settings: str) -> Mapping[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    return own | {"HF_ENDPOINT": server.endpoint, "HF_HOME": str(home), **settings}


def run(*arguments: str | Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, *map(str, arguments)]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def invoke(*arguments: str | Path) -> Result:
    app = weights_app(lambda: quick_bundle)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_mirror_a_token_the_cache_and_offline_mode_are_the_hubs_own_settings(
    server: HubServer, catalog: Path, tmp_path: Path, data_directory: Path
) -> None:
    server.token = "secret"
    pull = ("pull", "tiny", "--catalog", catalog, "--force")
    done = run(*pull, env=environment(server, tmp_path / "hub", HF_TOKEN="secret"))
    folder = data_directory / "vitrine" / "bundles" / "tiny"
    assert (done.returncode, done.stdout) == (0, f"tiny {COMMIT[:8]}: {folder}\n"), done.stderr
    assert "computing the text matrix" in done.stderr
    assert len(list((tmp_path / "hub").rglob("open_clip_model.safetensors"))) == 1
    asked = list(server.asked)

    offline = environment(server, tmp_path / "hub", HF_HUB_OFFLINE="1")
    assert run(*pull, env=offline).returncode == 0
    assert server.asked == asked
    open_bundle(folder)

    empty = run(*pull, env=environment(server, tmp_path / "empty", HF_HUB_OFFLINE="1"))
    assert (empty.returncode, empty.stdout) == (1, "")
    assert empty.stderr.startswith("vitrine: offline mode is on (HF_HUB_OFFLINE)")
    open_bundle(folder)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_a_pull_that_is_stopped_in_the_middle_installs_nothing(
    server: HubServer,
    catalog: Path,
    tmp_path: Path,
    data_directory: Path,
    number: signal.Signals,
    status: int,
) -> None:
    server.holds = "open_clip_model.safetensors"
    command = [sys.executable, "-c", CHILD, "pull", "tiny", "--catalog", str(catalog)]
    env = environment(server, tmp_path / "hub")
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert server.held.wait(60)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == status
    assert number == signal.SIGKILL or said.splitlines()[-1] == (
        "vitrine: stopped; nothing was changed."
    )
    assert not (data_directory / "vitrine" / "bundles" / "tiny").exists()
    assert [line for line in invoke("list").stdout.splitlines() if line.startswith("tiny")] == []
    server.let_go.set()
    server.holds = None
    assert run("pull", "tiny", "--catalog", catalog, env=env).returncode == 0


def test_a_hub_that_is_not_there_is_one_sentence_and_status_1(
    server: HubServer, tmp_path: Path
) -> None:
    env = environment(server, tmp_path / "hub", HF_ENDPOINT="http://127.0.0.1:9")
    done = run("pull", "vit-b-32", env=env)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("vitrine: http://127.0.0.1:9 could not be reached")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pull", "vitb-32"), "Did you mean 'vit-b-32'?"),
        (("pull", "vitrine-tiny"), "comes with Vitrine"),
        (("pull", "vit-b-16-dfn", "--accept-licence"), "pickle alone"),
        (("pull", "mobileclip-s2"), "--accept-licence"),
        (("pull", "tiny", "--catalog", "missing.toml"), "missing.toml"),
        (("remove", "vitrine-tiny"), "stays"),
        (("remove", "vit-b-32"), "no bundle named 'vit-b-32' is installed"),
        (("path", "vit-b-32"), "`vitrine weights pull vit-b-32` brings it"),
        (("verify", "vit-b-32"), "`vitrine weights pull vit-b-32` brings it"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_1(
    arguments: tuple[str, ...], words: str
) -> None:
    done = invoke(*arguments)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_installed_bundle_is_listed_verified_found_and_removed(
    data_directory: Path, catalog: Path, tmp_path: Path
) -> None:
    folder = data_directory / "vitrine" / "bundles" / "tiny"
    folder.mkdir(parents=True)
    for name, content in repository(WEIGHTS).items():
        (folder / name).write_bytes(content)
    quick_bundle(folder, name="tiny", version=COMMIT[:8], licence="CC0-1.0")
    listed = invoke("list", "--catalog", catalog).stdout.splitlines()
    (row,) = (line for line in listed if line.startswith("tiny "))
    assert row.split()[:4] == ["tiny", COMMIT[:8], "installed", "CC0-1.0"]
    assert f"tiny: {folder}" in listed
    assert "tiny: 10 files intact" in invoke("verify").stdout
    assert invoke("path", "tiny").stdout == f"{folder}\n"
    assert invoke("remove", "tiny").stdout == f"removed {folder}\n"
    assert list(folder.parent.iterdir()) == []
    assert invoke("path", "tiny").exit_code == 1


def test_the_table_fits_a_hundred_columns_and_names_every_bundle() -> None:
    table, notes, folders = invoke("list").stdout.split("\n\n")
    header, *rows = table.splitlines()
    assert max(map(len, (header, *rows, *notes.splitlines()))) <= 100
    assert [row.split()[0] for row in rows][:2] == ["vitrine-tiny", "mobileclip-s1"]
    assert folders.startswith(f"vitrine-tiny: {ROOT}")
    (dfn,) = (row for row in rows if row.startswith("vit-b-16-dfn"))
    assert " unavailable " in dfn
    assert notes.startswith("vit-b-16-dfn: ")


def test_the_list_as_json_holds_what_the_catalogue_says() -> None:
    found = {state["name"]: state for state in json.loads(invoke("list", "--json").stdout)}
    assert found["vitrine-tiny"]["state"] == "installed"
    siglip = found["siglip2-b-16"]
    assert siglip["state"] == "available"
    assert siglip["catalog"]["commercial"] is True
    assert siglip["catalog"]["accuracy"]["value"] == 0.782
    assert siglip["catalog"]["hub"]["repository"] == "timm/ViT-B-16-SigLIP2"
