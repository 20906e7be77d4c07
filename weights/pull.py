"""Pulling a bundle: a pinned model from a hub, verified, made into a bundle, put in its place."""

import importlib.util
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from weights.bundle import NETWORK_CONFIG, NETWORK_WEIGHTS, Bundle, open_bundle
from weights.catalog import bundles_folder
from weights.catalog_entries import Catalog, Entry, Pin
from weights.errors import BundleCorruptError, BundleError
from weights.hub import Hub, HubFile, Listing, check_digest, forget
from weights.pull_errors import LicenceError, PullError
from weights.pull_files import snapshot_files
from weights.pull_install import put_in_place, staging
from weights.pull_space import Need, check_space, full_disk_said_plainly

SOURCE = "source.json"
"""The file of a pulled bundle that says which files it was made from."""

WORTH_SAYING = 1_000_000
"""From so many bytes on, people are told of a download and shown its progress."""

Say = Callable[[str], None]
Progress = Callable[[int, int], None]


class Assemble(Protocol):
    """Makes a bundle of a snapshot, in place; `progress` is told how many of how many are done."""

    def __call__(
        self,
        folder: Path,
        *,
        name: str,
        version: str,
        licence: str,
        progress: Progress | None = None,
    ) -> Bundle:
        """The sealed bundle; raises `BundleError` where the model's files cannot be used."""


def silently(_: str) -> None:
    """Says nothing."""


def pull(
    name: str,
    assemble: Assemble,
    *,
    catalog: Catalog,
    hub: Hub | None = None,
    folder: Path | None = None,
    accept_licence: bool = False,
    force: bool = False,
    say: Say = silently,
    progress: Progress | None = None,
) -> Bundle:
    """Brings a bundle of the catalogue; the one that is installed is returned if it is the same.

    `folder` is where bundles lie, by default `bundles_folder()`. `accept_licence` is needed where
    the licence does not allow commercial use. `force` makes an intact bundle anew. `say` is told
    each step. Everything is made beside the bundles and moved there whole: whatever is raised, the
    bundle that was there before still is.

    Raises `BundleNotFoundError` for an unknown name, `LicenceError`, `HubError`,
    `HubUnreachableError`, `SpaceError`, `BundleCorruptError` for a file with the wrong hash,
    another `PullError` or `BundleError` saying why, OSError where a folder cannot be written.
    """
    entry = catalog.find(name)
    pin = _pin(entry)
    _check_licence(entry, accept_licence)
    _check_packages(entry)
    bundles = bundles_folder() if folder is None else folder
    target = bundles / name
    if not force and (installed := _intact(target, pin)) is not None:
        say(f"{name} is installed already: {target}")
        return installed
    with full_disk_said_plainly(bundles), staging(bundles) as aside:
        made = aside / name
        made.mkdir()
        _take_snapshot(hub or Hub(), pin, made, say)
        _write_source(made / SOURCE, entry, pin)
        say("computing the text matrix from Vitrine's prompts")
        bundle = assemble(
            made,
            name=name,
            version=pin.version,
            licence=entry.licence,
            progress=progress,
        )
        put_in_place(made, target)
    return replace(bundle, folder=target)


def _pin(entry: Entry) -> Pin:
    if entry.embedded:
        raise PullError(f"{entry.name} comes with Vitrine: there is nothing to pull")
    if entry.hub is None:
        raise PullError(f"{entry.name} cannot be pulled: {entry.unavailable}")
    return entry.hub


def _check_licence(entry: Entry, accepted: bool) -> None:
    if not entry.commercial and not accepted:
        raise LicenceError(
            f"the licence of {entry.name}, {entry.licence}, does not allow commercial use. Read it "
            f"({entry.licence_url}); if it allows what you do, run: "
            f"vitrine weights pull {entry.name} --accept-licence"
        )


def _check_packages(entry: Entry) -> None:
    missing = [name for name in entry.requires if importlib.util.find_spec(name) is None]
    if missing:
        packages = " ".join(missing)
        raise PullError(
            f"the tokenizer of {entry.name} needs Python packages that are not installed: "
            f"pip install {packages}"
        )


def _intact(folder: Path, pin: Pin) -> Bundle | None:
    """The installed bundle, if it is intact and of the pinned version."""
    try:
        bundle = open_bundle(folder)
    except BundleError:
        return None
    return bundle if bundle.version == pin.version else None


def _take_snapshot(hub: Hub, pin: Pin, made: Path, say: Say) -> None:
    """Copies the pinned files to the folder `made`, each verified, under open_clip's names."""
    listing = hub.files(pin.repository, pin.revision, needed=(NETWORK_CONFIG, pin.weights))
    files = snapshot_files(pin, listing)
    _check_space(hub, listing, files, made)
    for local, file in files.items():
        _take(hub, listing, file, made / local, say)


def _check_space(hub: Hub, listing: Listing, files: dict[str, HubFile], made: Path) -> None:
    """The cache keeps what is downloaded, and the bundle is a copy of it."""
    here = sum(hub.bytes_here(listing, file.name) for file in files.values())
    in_all = sum(file.size for file in files.values())
    check_space([Need(hub.cache_folder(), in_all - here), Need(made, in_all)])


def _take(hub: Hub, listing: Listing, file: HubFile, target: Path, say: Say) -> None:
    """Copies a file from the hub's cache and verifies the copy."""
    large = file.size >= WORTH_SAYING
    here = hub.bytes_here(listing, file.name)
    if large and here < file.size:
        of_which = f", {here / 1e6:,.0f} MB of them here already" if here else ""
        say(f"downloading {file.name} ({file.size / 1e6:,.0f} MB{of_which})")
    cached = hub.fetch(listing, file.name, bar=large)
    shutil.copyfile(cached, target)
    try:
        check_digest(target, file)
    except BundleCorruptError:
        forget(cached)
        raise


def _write_source(path: Path, entry: Entry, pin: Pin) -> None:
    source = {
        "repository": pin.repository,
        "revision": pin.revision,
        "weights": {"file": pin.weights, "as": NETWORK_WEIGHTS, "sha256": pin.sha256},
        "architecture": entry.architecture,
        "licence_url": entry.licence_url,
    }
    path.write_bytes(f"{json.dumps(source, indent=2)}\n".encode())
