"""Every error that the moderation room can raise."""


class ModerationError(Exception):
    """The base of all errors of this room."""


class PolicyError(ModerationError):
    """A policy or the taxonomy cannot be used; the message names the file and the key."""


class DetectorError(ModerationError):
    """A detector cannot run, or gave something that is no detection."""


class OpenCVPairError(ModerationError):
    """The installed OpenCV distributions disagree; the message says how to repair them."""


class HashListError(ModerationError):
    """A list of decided photos cannot be used; the message names the file, the line and the key."""
