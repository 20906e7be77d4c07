"""The Ray engine on a real cluster: as the local engine, and with a node killed in the middle."""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.vision.backfill.photos import tiny, write_manifest
from tests.vision.backfill.ray_inputs import UnsendableInput
from tests.vision.backfill.sources import Deadly
from vision.backfill.engine import load_engine
from vision.backfill.errors import BackfillError, RunRefusedError
from vision.backfill.options import (
    BackfillRequest,
    EnricherOptions,
    OutputForm,
    Part,
    Resources,
    RunOptions,
)
from vision.backfill.plan import Shard
from vision.backfill.progress import NoProgress
from vision.backfill.row import Row
from vision.backfill.run import run_backfill
from vision.backfill.run_file import RunFile
from vision.backfill.selection import is_selected
from vision.backfill.shard_writer import ShardWriter
from vision.backfill.stop import Stop
from vision.embeddings_file import EmbeddingsHeader
from vision.listing import Listing

if not os.environ.get("VITRINE_TEST_EVERYTHING"):
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'vitrine[ray]'")

from tests.vision.backfill.ray_cluster import add_node, small_cluster

pytestmark = pytest.mark.slow

LISTINGS = 48
ENRICHER = EnricherOptions(moderation=False, batch_size=1)
OPTIONS = RunOptions(ENRICHER, OutputForm(embeddings=True), shard_size=16)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_manifest(tmp_path_factory.mktemp("input"), LISTINGS)


@pytest.fixture(scope="module")
def local(manifest: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the local engine writes."""
    folder = tmp_path_factory.mktemp("local")
    backfill(manifest, folder, resources=Resources(workers=1, threads=1))
    return shards_of(folder)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with small_cluster() as made:
        yield made


def ray(workers: int) -> Resources:
    return Resources(workers=workers, threads=workers, engine="ray")


def backfill(
    manifest: Path,
    folder: Path,
    options: RunOptions = OPTIONS,
    *,
    resources: Resources,
    stop: Stop | None = None,
    progress: NoProgress | None = None,
) -> RunFile:
    request = BackfillRequest(str(manifest), folder, options, resources)
    return run_backfill(request, stop, progress)


def shards_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name[0] != "_"}


def records(folder: Path) -> list[dict[str, Any]]:
    parts = sorted(folder.glob("part-*"))
    return [json.loads(line) for path in parts for line in path.read_bytes().splitlines()]


class KillsANode(NoProgress):
    """Kills a node, once, when a quarter of the listings has come back."""

    def __init__(self, cluster: Any, node: Any) -> None:
        self._cluster, self._node = cluster, node
        self.rows = 0
        self.killed_after: int | None = None

    def enriched(self, rows: Sequence[Row]) -> None:
        self.rows += len(rows)
        if self.killed_after is None and self.rows >= LISTINGS // 4:
            self.killed_after = self.rows
            self._cluster.remove_node(self._node, allow_graceful=False)


class StopsAtOnce(NoProgress):
    """Asks the run to stop when the first rows come back."""

    def __init__(self) -> None:
        self.stop = Stop()

    def enriched(self, rows: Sequence[Row]) -> None:
        self.stop.requested = True


def test_a_node_killed_in_the_middle_costs_nothing_and_doubles_nothing(
    manifest: Path, local: dict[str, bytes], cluster: Any, tmp_path: Path
) -> None:
    killer = KillsANode(cluster, add_node(cluster))
    run = backfill(manifest, tmp_path, resources=ray(2), progress=killer)
    assert run.state == "finished"
    assert killer.killed_after is not None
    assert killer.killed_after < LISTINGS
    assert killer.rows == LISTINGS
    assert [one["listing_id"] for one in records(tmp_path)] == [
        f"listing-{i}" for i in range(LISTINGS)
    ]
    assert shards_of(tmp_path) == local


def test_a_run_that_was_stopped_goes_on_and_ends_as_the_local_engine_does(
    manifest: Path,
    local: dict[str, bytes],
    cluster: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(manifest.parent)
    given, progress = Path(manifest.name), StopsAtOnce()
    stopped = backfill(given, tmp_path, resources=ray(1), stop=progress.stop, progress=progress)
    assert stopped.state == "interrupted"
    assert 0 < stopped.counts.shards < len(local) // 2
    assert shards_of(tmp_path).items() < local.items()
    assert backfill(given, tmp_path, resources=ray(1)).state == "finished"
    assert shards_of(tmp_path) == local


def test_a_sample_of_a_part_is_the_same_listings_as_everywhere(
    manifest: Path, cluster: Any, tmp_path: Path
) -> None:
    options = replace(OPTIONS, sample=0.3, part=Part(1, 2))
    wanted = [
        f"listing-{i}" for i in range(LISTINGS) if is_selected(f"listing-{i}", 0.3, Part(1, 2))
    ]
    assert wanted
    assert backfill(manifest, tmp_path, options, resources=ray(1)).state == "finished"
    assert [one["listing_id"] for one in records(tmp_path)] == wanted


def run_shards(folder: Path, shards: Iterable[Shard], options: RunOptions = OPTIONS) -> Any:
    writer = ShardWriter(folder, OPTIONS.form, EmbeddingsHeader("vitrine-tiny", "2", "0" * 64, 256))
    return list(load_engine(options, ray(1)).run(shards, writer, Stop(), NoProgress()))


def shard(*photos: Any) -> Shard:
    names = tuple(str(place) for place in range(len(photos)))
    return Shard(0, (Listing("a", photos, names),), "a")


def test_a_photo_that_kills_its_process_costs_itself_alone(cluster: Any, tmp_path: Path) -> None:
    (summary,) = run_shards(tmp_path, [shard(tiny(0), Deadly(), tiny(1))])
    (record,) = records(tmp_path)
    codes = [photo["error"] and photo["error"]["code"] for photo in record["photos"]]
    assert codes == [None, "crashed", None]
    assert (summary.photos, summary.errors) == (3, {"crashed": 1})


def test_an_option_that_a_worker_refuses_stops_the_run_with_its_reason(
    cluster: Any, tmp_path: Path
) -> None:
    options = replace(OPTIONS, enricher=EnricherOptions(marketplace="amazone"))
    with pytest.raises(RunRefusedError, match="amazone"):
        run_shards(tmp_path, [shard(tiny())], options)
    assert list(tmp_path.iterdir()) == []


def test_an_input_that_cannot_be_sent_stops_the_run(cluster: Any, tmp_path: Path) -> None:
    with pytest.raises(BackfillError, match="it stays here"):
        run_shards(tmp_path, UnsendableInput())
