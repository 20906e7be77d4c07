"""Why a request is turned away before its page is made."""

from moderation.review.errors import ReviewError


class NotSignedInError(ReviewError):
    """Nobody is signed in, or no longer."""


class NotALeadError(ReviewError):
    """The page is for leads."""


class BadFormError(ReviewError):
    """The form has no valid CSRF token: it is another site's, or older than the session."""


class NoSuchPageError(ReviewError):
    """There is nothing at that address."""
