"""The fsspec file systems: one per protocol and process, made when first used."""

import os
from typing import Any

from vision.remote_errors import RemoteError
from vision.remote_protocols import Protocol, protocols

_made: dict[tuple[int, str], Any] = {}
"""By process, for a file system's connections and its thread do not survive a fork."""


def file_system(name: str) -> Any:
    """The fsspec file system of a protocol; any number of threads may use it.

    Listings are not cached, and fsspec's own cache, which has one instance per thread, is not
    used. Raises RemoteError that names what to install where something is missing.
    """
    key = (os.getpid(), name)
    if key not in _made:
        # Two threads may both make one here; both then use the same, and the other is dropped.
        _made.setdefault(key, _make(protocols()[name]))
    return _made[key]


def _make(protocol: Protocol) -> Any:
    try:
        import fsspec

        options = dict(protocol.options)
        if protocol.timeout:
            import aiohttp

            options["client_kwargs"] = {"timeout": aiohttp.ClientTimeout(**protocol.timeout)}
            options["encoded"] = True  # RemoteFile.target has escaped what must be
        system = fsspec.filesystem(
            protocol.name, skip_instance_cache=True, use_listings_cache=False, **options
        )
    except ImportError:
        needed = f"reading {protocol.name}:// needs a package more: pip install {protocol.install}"
        raise RemoteError("unreachable", needed) from None
    if hasattr(system, "retries"):
        system.retries = 1  # s3fs: vision.remote_retry tries again, for all protocols alike
    return system
