"""Every error that the review desk can raise. The messages are sentences for people."""

from moderation.errors import ModerationError


class ReviewError(ModerationError):
    """The base of all errors of the review desk."""


class DeskDatabaseError(ReviewError):
    """The database cannot be opened, is no desk's, or was made by a newer version."""


class DeskSettingsError(ReviewError):
    """A settings or reasons file cannot be used; the message names the file and the key."""


class RecordFileError(ReviewError):
    """A file of records cannot be imported; the message names the file, the line and the key."""


class LeaseError(ReviewError):
    """The person does not hold the item: its lease ran out, or it is another's."""


class DecisionError(ReviewError):
    """A decision cannot be taken as given: unknown item, choice, reason, or a note too long."""


class AlreadyDecidedError(DecisionError):
    """The item was decided meanwhile, or the decision belongs to an earlier round."""


class UndoError(ReviewError):
    """A decision cannot be undone: another's, too old, or followed by another's decision."""


class PersonError(ReviewError):
    """A person cannot be added or changed: the name is taken, unknown or unfit, or the password,
    or nobody would be left to lead."""


class SignInError(ReviewError):
    """The name or the password is wrong, or the person is deactivated; it does not say which."""


class TooManyAttemptsError(SignInError):
    """Too many failed attempts; `retry_after` says in how many seconds the next one is allowed."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ThresholdError(ReviewError):
    """Thresholds cannot be fitted as asked, or the policy's file cannot be rewritten."""
