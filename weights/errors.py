"""Every error that loading a bundle can raise."""


class BundleError(Exception):
    """A bundle is missing, incomplete, altered, or written for another version of Vitrine."""


class BundleNotFoundError(BundleError):
    """No bundle of that name or path is installed; the message names the command that brings it."""


class BundleCorruptError(BundleError):
    """A file of the bundle is missing, or its SHA-256 is not the one that `bundle.json` states."""
