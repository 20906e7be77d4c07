"""The error of asking for a backend or a device that is not there."""

from weights.errors import BundleError


class BackendError(BundleError):
    """The model cannot be run in the way that was asked for; the message says what would help."""
