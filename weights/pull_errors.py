"""Why a bundle could not be pulled. Whatever is raised, nothing was installed or changed."""

from weights.errors import BundleError


class PullError(BundleError):
    """A bundle could not be pulled; the message says why, and what to do."""


class LicenceError(PullError):
    """The bundle's licence does not allow commercial use, and was not accepted."""


class HubError(PullError):
    """The hub refused: no such repository or revision, no access, or an error of its own."""


class HubUnreachableError(HubError):
    """The hub did not answer, or stopped in the middle, or offline mode is on."""


class SpaceError(PullError):
    """There is not enough free space for the download and the bundle."""
