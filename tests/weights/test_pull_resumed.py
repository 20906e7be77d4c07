"""A pull that was cut short is gone on with by a later process, from the byte where it stopped."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from huggingface_hub import constants

from tests.weights.hub_server import HubServer, serving, sha256
from tests.weights.hub_setup import COMMIT, REPOSITORY, Puller, catalog, repository
from tests.weights.test_pull_command import CATALOG, CHILD, environment, run
from tests.weights.test_pull_command import WEIGHTS as SMALL
from weights.bundle import NETWORK_WEIGHTS, open_bundle
from weights.errors import BundleCorruptError
from weights.hub_download import LargeFile
from weights.pull_errors import HubError

CHUNK = constants.DOWNLOAD_CHUNK_SIZE
"""What huggingface_hub writes at once; less than that is lost where a download is cut short."""

WEIGHTS = np.random.default_rng(0).bytes(2 * CHUNK + 1_000_000)
PATIENCE = 60.0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """Sends a little more than the first chunk of the weights, and then no more until let go."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    hub = HubServer(REPOSITORY, COMMIT, repository(WEIGHTS), drop_at=CHUNK + 1000)
    hub.holds = NETWORK_WEIGHTS
    with serving(hub):
        yield hub
        hub.let_go.set()


@pytest.fixture
def pull(tmp_path: Path) -> tuple[str | Path, ...]:
    path = tmp_path / "catalog.toml"
    path.write_text(CATALOG.replace(sha256(SMALL), sha256(WEIGHTS)))
    return ("pull", "tiny", "--catalog", path)


def weights_at(endpoint: str, cache: Path) -> LargeFile:
    return LargeFile(
        REPOSITORY, COMMIT, NETWORK_WEIGHTS, len(WEIGHTS), sha256(WEIGHTS), cache, endpoint
    )


def assert_the_rest_is_asked_for(
    server: HubServer, pull: tuple[str | Path, ...], tmp_path: Path
) -> None:
    server.holds, server.status = None, None
    done = run(*pull, env=environment(server, tmp_path / "hub"))
    assert done.returncode == 0, done.stderr
    assert "downloading open_clip_model.safetensors (22 MB, 10 MB of them here already)" in (
        done.stderr
    )
    assert server.ranges == [f"bytes={CHUNK}-"]
    bundle = open_bundle(tmp_path / "data" / "vitrine" / "bundles" / "tiny")
    assert (bundle.folder / NETWORK_WEIGHTS).read_bytes() == WEIGHTS
    assert list((tmp_path / "hub").rglob("*.incomplete")) == []


def test_after_a_dropped_connection_a_second_process_asks_for_the_rest(
    server: HubServer, pull: tuple[str | Path, ...], tmp_path: Path
) -> None:
    def drop() -> None:
        assert server.held.wait(PATIENCE)
        server.status = 503  # the hub is gone when huggingface_hub asks again
        server.let_go.set()

    dropping = threading.Thread(target=drop)
    dropping.start()
    failed = run(*pull, env=environment(server, tmp_path / "hub"))
    dropping.join()
    assert failed.returncode == 1
    assert "status 503" in failed.stderr
    assert not (tmp_path / "data" / "vitrine" / "bundles" / "tiny").exists()
    assert_the_rest_is_asked_for(server, pull, tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_after_a_process_was_stopped_a_second_one_asks_for_the_rest(
    server: HubServer, pull: tuple[str | Path, ...], tmp_path: Path, number: signal.Signals
) -> None:
    command = [sys.executable, "-c", CHILD, *map(str, pull)]
    weights = weights_at(server.endpoint, tmp_path / "hub" / "hub")
    with subprocess.Popen(
        command, env=environment(server, tmp_path / "hub"), stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + PATIENCE
        while weights.already_here < CHUNK:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(number)
    server.let_go.set()
    assert_the_rest_is_asked_for(server, pull, tmp_path)


# In one process


@pytest.fixture
def puller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Puller]:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with serving(HubServer(REPOSITORY, COMMIT, repository(SMALL))) as hub:
        yield Puller(hub, catalog(SMALL), tmp_path)


def partial_of(puller: Puller, content: bytes) -> Path:
    """What an earlier process left of the weights."""
    cache = puller.hub.cache_folder()
    large = LargeFile(REPOSITORY, COMMIT, NETWORK_WEIGHTS, len(SMALL), sha256(SMALL), cache)
    large.partial.parent.mkdir(parents=True)
    large.partial.write_bytes(content)
    return large.partial


@pytest.mark.parametrize("here", [1, 1000, len(SMALL) - 1])
def test_what_is_here_is_counted_and_not_asked_for_again(puller: Puller, here: int) -> None:
    partial_of(puller, SMALL[:here])
    listing = puller.hub.files(REPOSITORY, COMMIT)
    assert puller.hub.bytes_here(listing, NETWORK_WEIGHTS) == here
    assert (puller.pull().folder / NETWORK_WEIGHTS).read_bytes() == SMALL
    assert puller.server.ranges == [f"bytes={here}-"]
    assert puller.hub.bytes_here(listing, NETWORK_WEIGHTS) == len(SMALL)


def test_a_file_that_is_whole_but_for_its_name_is_not_asked_for_at_all(puller: Puller) -> None:
    partial_of(puller, SMALL)
    assert (puller.pull().folder / NETWORK_WEIGHTS).read_bytes() == SMALL
    assert not puller.server.asked_for(NETWORK_WEIGHTS)


def test_more_than_the_whole_file_is_thrown_away(puller: Puller) -> None:
    partial_of(puller, SMALL + b"more")
    assert (puller.pull().folder / NETWORK_WEIGHTS).read_bytes() == SMALL
    assert puller.server.ranges == []


def test_a_part_of_another_file_is_noticed_and_thrown_away(puller: Puller) -> None:
    partial = partial_of(puller, b"of another file")
    with pytest.raises(BundleCorruptError, match="It was thrown away; pull again"):
        puller.pull()
    assert not partial.exists()
    assert not puller.target.exists()
    assert (puller.pull().folder / NETWORK_WEIGHTS).read_bytes() == SMALL


def test_a_part_from_which_the_hub_cannot_go_on_is_thrown_away(puller: Puller) -> None:
    partial = partial_of(puller, SMALL + b"more")
    puller.server.sizes[NETWORK_WEIGHTS] = len(SMALL) + 1000
    with pytest.raises(HubError, match="status 416"):
        puller.pull()
    assert not partial.exists()


def test_of_two_downloads_at_once_one_waits_for_the_other(puller: Puller) -> None:
    hub, listing = puller.hub, puller.hub.files(REPOSITORY, COMMIT)
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda _: hub.fetch(listing, NETWORK_WEIGHTS), range(2)))
    assert [path.read_bytes() == SMALL for path in found] == [True, True]
    assert puller.server.asked_for(NETWORK_WEIGHTS) == 1
