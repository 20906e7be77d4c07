"""A hub's repositories, through huggingface_hub: its cache, tokens, mirrors and offline mode.

What a file must be is taken from the hub's own listing: the SHA-256 of a large file, the git hash
of a small one. huggingface_hub itself compares sizes alone.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weights.bundle import NETWORK_CONFIG, file_sha256
from weights.errors import BundleCorruptError
from weights.hub_download import LargeFile
from weights.hub_errors import plain_error
from weights.pull_errors import HubError, HubUnreachableError

SECONDS = 30
"""How long the hub may take to begin its answer."""

SHA256 = re.compile(r"[0-9a-f]{64}")
GIT_SHA1 = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class HubFile:
    """A file in a listing: its size in bytes, and its hash, in hex digits.

    `digest` is a SHA-256 of 64 digits or a git blob hash of 40; `None` where the hub's cache, on a
    file system without links, no longer knows it.
    """

    name: str
    size: int
    digest: str | None


@dataclass(frozen=True)
class Listing:
    """The files of a repository at one commit, by name."""

    repository: str
    commit: str
    files: Mapping[str, HubFile]


@dataclass(frozen=True)
class Hub:
    """A hub. What is left out is as huggingface_hub's environment variables say.

    `endpoint` is its address (HF_ENDPOINT), `cache` the folder of downloaded files (HF_HUB_CACHE),
    `token` the access token (HF_TOKEN); `False` sends none.
    """

    endpoint: str | None = None
    cache: Path | None = None
    token: str | bool | None = None

    @property
    def address(self) -> str:
        """The hub's address, for people to read."""
        from huggingface_hub import constants

        return self.endpoint or constants.ENDPOINT

    def files(self, repository: str, commit: str, needed: Sequence[str] = ()) -> Listing:
        """The files of a repository at a commit; from the cache where the hub cannot be reached.

        Raises `HubError` where the hub refuses or answers with another commit,
        `HubUnreachableError` where not all `needed` files are cached.
        """
        from huggingface_hub import HfApi

        api = HfApi(endpoint=self.endpoint, token=self.token)
        try:
            info = api.model_info(repository, revision=commit, files_metadata=True, timeout=SECONDS)
        except Exception as error:
            plain = plain_error(error, repository, self.address)
            if isinstance(plain, HubUnreachableError):
                cached = self._cached_files(repository, commit)
                if cached is not None and all(name in cached.files for name in needed):
                    return cached
            raise plain from error
        if info.sha != commit:
            raise HubError(f"{self.address} answers with revision {info.sha}, not {commit}")
        files = (
            HubFile(file.rfilename, file.size or 0, file.lfs.sha256 if file.lfs else file.blob_id)
            for file in info.siblings or ()
        )
        return Listing(repository, commit, {file.name: file for file in files})

    def is_cached(self, listing: Listing, name: str) -> bool:
        """Whether the file lies in the cache already."""
        return self._cached(listing.repository, listing.commit, name) is not None

    def bytes_here(self, listing: Listing, name: str) -> int:
        """How many of the file's bytes need not be downloaded any more."""
        file = listing.files[name]
        if self.is_cached(listing, name):
            return file.size
        large = self._large(listing, file)
        return min(large.already_here, file.size) if large is not None else 0

    def fetch(self, listing: Listing, name: str, *, bar: bool = True) -> Path:
        """The file in the cache, downloaded if it is not there yet; its hash is not looked at.

        Of a large file, what an earlier process downloaded is not asked for again. With a bar, the
        download is shown where standard error is a terminal.

        Raises `HubError`, `HubUnreachableError` where the download does not end, or `SpaceError`.
        """
        from huggingface_hub import hf_hub_download

        large = self._large(listing, listing.files[name])
        bars = None if bar else _hidden_bar()
        try:
            if large is not None and not self.is_cached(listing, name):
                large.bring(bars)
            return Path(
                hf_hub_download(
                    listing.repository,
                    name,
                    revision=listing.commit,
                    endpoint=self.endpoint,
                    cache_dir=self.cache,
                    token=self.token,
                    tqdm_class=bars,
                )
            )
        except Exception as error:
            raise plain_error(error, listing.repository, self.address) from error

    def cache_folder(self) -> Path:
        """The folder of downloaded files."""
        from huggingface_hub import constants

        return self.cache or Path(constants.HF_HUB_CACHE)

    def _large(self, listing: Listing, file: HubFile) -> LargeFile | None:
        if file.digest is None or not SHA256.fullmatch(file.digest):
            return None
        return LargeFile(
            listing.repository,
            listing.commit,
            file.name,
            file.size,
            file.digest,
            self.cache_folder(),
            self.endpoint,
            self.token,
        )

    def _cached(self, repository: str, commit: str, name: str) -> Path | None:
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(repository, name, cache_dir=self.cache, revision=commit)
        return Path(found) if isinstance(found, str) else None

    def _cached_files(self, repository: str, commit: str) -> Listing | None:
        """The listing of what is cached of a commit: files are links to blobs named by hash."""
        config = self._cached(repository, commit, NETWORK_CONFIG)
        if config is None:
            return None
        paths = [path for path in config.parent.iterdir() if path.is_file()]
        files = {path.name: HubFile(path.name, path.stat().st_size, _blob(path)) for path in paths}
        return Listing(repository, commit, files)


def _hidden_bar() -> Any:
    """A progress bar of the kind that huggingface_hub takes, which is never shown."""
    from huggingface_hub.utils.tqdm import tqdm

    def hide(bar: Any, *arguments: Any, **options: Any) -> None:
        tqdm.__init__(bar, *arguments, **(options | {"disable": True}))  # type: ignore[no-untyped-call]

    return type("HiddenBar", (tqdm,), {"__init__": hide})


def check_digest(path: Path, file: HubFile) -> None:
    """Raises `BundleCorruptError` where the file's contents do not have the listed hash."""
    if file.digest is None:
        return
    found = file_sha256(path) if SHA256.fullmatch(file.digest) else _git_sha1(path)
    if found != file.digest:
        raise BundleCorruptError(
            f"{file.name} is not the file that the hub lists (its hash differs): the download was "
            "damaged or altered. It was thrown away; pull again"
        )


def forget(path: Path) -> None:
    """Removes a damaged file from the hub's cache, so that it is downloaded again."""
    blob = path.resolve()
    path.unlink(missing_ok=True)
    blob.unlink(missing_ok=True)


def _blob(path: Path) -> str | None:
    name = path.resolve().name
    return name if SHA256.fullmatch(name) or GIT_SHA1.fullmatch(name) else None


def _git_sha1(path: Path) -> str:
    """git's hash of a file: SHA-1 of `blob <size>`, a zero byte, and the contents."""
    content = path.read_bytes()
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()
