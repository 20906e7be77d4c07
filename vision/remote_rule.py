"""Which photos of a manifest are followed: a manifest may come from people that one does not trust.

A name without a protocol is a file beside its manifest. An address is followed where it is on the
same server or in the same bucket as the manifest, or where the caller allowed `remote` ones; never
one that reads this machine (`file://`), and never a local path from a manifest that is not local.
Whatever is not followed is a `RefusedFile`, so that it costs its listing one photo and no more.
"""

from pathlib import Path

from vision.remote_file import RefusedFile, RemoteFile, is_address

NOT_ASKED_FOR = (
    "The photo is at an address elsewhere: addresses are followed only where that is allowed "
    "(--remote)."
)
LOCAL_FROM_AFAR = "A path of the machine that reads is not taken from a manifest elsewhere."


def photo_of_local_manifest(
    name: str, manifest: Path, *, remote: bool
) -> Path | RemoteFile | RefusedFile:
    """The photo that a manifest on local disk means by `name`."""
    if not is_address(name):
        return manifest.parent / name
    return _at_address(name) if remote else RefusedFile(_shown(name), NOT_ASKED_FOR)


def photo_of_remote_manifest(
    name: str, manifest: RemoteFile, *, remote: bool
) -> RemoteFile | RefusedFile:
    """The photo that a manifest at an address means by `name`."""
    if is_address(name):
        return _at_address_from_afar(name, manifest, remote)
    if name.startswith(("/", "\\")):
        return RefusedFile(name, LOCAL_FROM_AFAR)
    try:
        beside = manifest.beside(name)
    except ValueError as error:
        return RefusedFile(name, f"The photo is not read: {error}.")
    return RemoteFile(beside.url, redirects=remote)


def name_to_show(name: str) -> str:
    """A photo's name as records may hold it: of addresses without user, password and query."""
    return _shown(name) if is_address(name) else name


def _at_address(name: str, *, redirects: bool = True) -> RemoteFile | RefusedFile:
    try:
        return RemoteFile(name, redirects)
    except ValueError as error:
        return RefusedFile(_shown(name), f"The photo is not read: {error}.")


def _at_address_from_afar(
    name: str, manifest: RemoteFile, remote: bool
) -> RemoteFile | RefusedFile:
    file = _at_address(name, redirects=remote)
    if isinstance(file, RemoteFile) and not remote and not file.is_at_home_of(manifest):
        return RefusedFile(str(file), NOT_ASKED_FOR)
    return file


def _shown(name: str) -> str:
    protocol, _, rest = name.partition("://")
    netloc, slash, path = rest.partition("?")[0].partition("/")
    return f"{protocol}://{netloc.rpartition('@')[2]}{slash}{path}"
