"""Downloads into the hub's cache that a later process goes on with where an earlier one stopped.

huggingface_hub goes on after a dropped connection, but throws away what it has when it gives up or
is stopped (2.x; before, it depended on the version). So a large file is first brought here, next to
where the cache keeps files by their hash, under a name that says that it is not whole; once it is,
it takes its place, and huggingface_hub finds it there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INCOMPLETE = ".vitrine.incomplete"
RANGE_NOT_SATISFIABLE = 416


@dataclass(frozen=True)
class LargeFile:
    """A file of a repository that the hub stores by its SHA-256 (`digest`), of `size` bytes.

    `cache` is huggingface_hub's, `endpoint` and `token` are as huggingface_hub takes them.
    """

    repository: str
    commit: str
    name: str
    size: int
    digest: str
    cache: Path
    endpoint: str | None = None
    token: str | bool | None = None

    @property
    def blob(self) -> Path:
        """Where the cache keeps it once it is whole."""
        return self.cache / self._folder / "blobs" / self.digest

    @property
    def partial(self) -> Path:
        """Where it is kept until then."""
        return self.blob.with_name(f"{self.digest}{INCOMPLETE}")

    @property
    def already_here(self) -> int:
        """How many bytes of it an earlier download has brought."""
        try:
            return (self.blob if self.blob.exists() else self.partial).stat().st_size
        except FileNotFoundError:
            return 0

    def bring(self, bar: Any) -> None:
        """Puts it into the cache, asking for those bytes alone that are not here yet.

        `bar` is a class of progress bars, as huggingface_hub takes it. What has come stays where
        the download is cut short, by an error, by Ctrl-C or by death. The contents are not
        looked at. Raises what huggingface_hub raises, and OSError where nothing can be written.
        """
        self.blob.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if not self.blob.exists():
                self._download(bar)
                self.partial.replace(self.blob)

    def _download(self, bar: Any) -> None:
        from huggingface_hub import errors, hf_hub_url
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

        if self.already_here > self.size:
            self.partial.unlink()
        with self.partial.open("ab") as stream:
            try:
                http_get(
                    hf_hub_url(
                        self.repository, self.name, revision=self.commit, endpoint=self.endpoint
                    ),
                    stream,
                    resume_size=stream.tell(),
                    headers={**build_hf_headers(token=self.token), "Accept-Encoding": "identity"},
                    expected_size=self.size,
                    displayed_filename=self.name,
                    tqdm_class=bar,
                )
            except errors.HfHubHTTPError as error:
                if error.response.status_code == RANGE_NOT_SATISFIABLE:
                    self.partial.unlink()  # what is here is of another file
                raise

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While no other process downloads it, by the lock that huggingface_hub itself takes."""
        from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]

        lock = self.cache / ".locks" / self._folder / f"{self.digest}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with WeakFileLock(lock):
            yield

    @property
    def _folder(self) -> str:
        return "--".join(["models", *self.repository.split("/")])
