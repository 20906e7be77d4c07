"""Files at addresses such as `s3://bucket/mug.jpg`, as values; nothing is opened here.

A text is never taken for an address on its own: only a `RemoteFile`, which somebody made on
purpose, is followed. So no photo name that an uploader chose makes this machine fetch anything.
"""

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from vision.remote_protocols import WEB, protocols

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_SEGMENT_SAFE = "!$&'()*+,;=:@"
_URL_SAFE = _SEGMENT_SAFE + "/?#[]%"


def is_address(text: str) -> bool:
    """Whether `text` looks like `protocol://...`; a drive letter is no protocol."""
    return _ADDRESS.match(text) is not None


@dataclass(frozen=True)
class RemoteFile:
    """A file or folder that may be fetched from `url`.

    Making one is the permission to follow it. `str()` and `repr()` show neither a user, a password
    nor a query, for queries carry signatures. `redirects` says whether a web server may send the
    reader on to another address.

    Raises ValueError where `url` is no address, has a protocol that is not read, or holds
    characters that no address has.
    """

    url: str = field(repr=False)
    redirects: bool = True

    def __post_init__(self) -> None:
        found = _ADDRESS.fullmatch(self.url)
        if found is None:
            raise ValueError("this is not an address")
        if found[1].lower() not in protocols():
            raise ValueError(f"addresses that begin with {found[1]}:// are not read")
        if _UNFIT.search(self.url) or re.search(r"[\s\\]", _split(self.url)[1]) or not self.host:
            raise ValueError("this address is not valid")

    @property
    def protocol(self) -> str:
        """The protocol as fsspec knows it."""
        return protocols()[_split(self.url)[0]].name

    @property
    def host(self) -> str:
        """The server or bucket in small letters, with its port if it has one."""
        return _split(self.url)[1].rpartition("@")[2].lower()

    @property
    def path(self) -> str:
        """What follows the host, from its first slash; of URLs without query and fragment."""
        rest = _split(self.url)[2]
        return re.split(r"[?#]", rest)[0] if self.is_web else rest

    @property
    def name(self) -> str:
        """The last part of the path that is not empty; the host where there is none."""
        last = PurePosixPath(self.path).name
        return (unquote(last, errors="replace") if self.is_web else last) or self.host

    @property
    def suffix(self) -> str:
        """The end of the name from its last dot, or nothing."""
        return PurePosixPath(self.name).suffix if self.path.strip("/") else ""

    @property
    def is_web(self) -> bool:
        """Whether it is read from a web server."""
        return self.protocol in WEB

    @property
    def target(self) -> str:
        """The address as it is sent, with what a URL cannot hold escaped."""
        return quote(self.url, safe=_URL_SAFE + "~") if self.is_web else self.url

    def __str__(self) -> str:
        return f"{_split(self.url)[0]}://{self.host}{self.path.partition('?')[0]}"

    def __repr__(self) -> str:
        return f"RemoteFile({str(self)!r})"

    def is_at_home_of(self, other: "RemoteFile") -> bool:
        """Whether both are on the same server or in the same bucket, by the same protocol."""
        return (self.protocol, self.host) == (other.protocol, other.host)

    def beside(self, name: str) -> "RemoteFile":
        """The file of that relative name in the folder that this file is in.

        `name` is a file name, not a piece of URL: it is escaped as needed. Raises ValueError where
        it leads above the server's or bucket's root.
        """
        parts = self.path.split("/")[1:-1]
        for part in name.split("/"):
            if part == "..":
                if not parts:
                    raise ValueError("this name leads out of where its manifest is")
                parts.pop()
            elif part not in ("", "."):
                parts.append(quote(part, safe=_SEGMENT_SAFE + "~") if self.is_web else part)
        protocol, netloc, _ = _split(self.url)
        return RemoteFile(f"{protocol}://{netloc}/{'/'.join(parts)}", self.redirects)


@dataclass(frozen=True)
class RefusedFile:
    """A photo that is not fetched, with the sentence for people that says why.

    Opening it is a `PhotoError` of code `not_allowed`.
    """

    name: str
    message: str


def _split(url: str) -> tuple[str, str, str]:
    """Protocol, network location, and the rest."""
    protocol, _, rest = url.partition("://")
    end = re.search(r"[/?#]", rest)
    at = end.start() if end else len(rest)
    return protocol.lower(), rest[:at], rest[at:]
