"""What huggingface_hub raises, as one sentence that says what to do."""

from weights.pull_errors import HubError, HubUnreachableError, PullError, SpaceError
from weights.pull_space import is_full_disk

WITHHELD = (401, 403)


def plain_error(error: Exception, repository: str, endpoint: str) -> PullError:
    """The error that people are shown for what a look-up or a download raised.

    `endpoint` is the hub's address. Whatever is not one of the hub's answers is a failure of the
    network: the HTTP library under huggingface_hub has changed twice, so its classes are not named.
    """
    from huggingface_hub import errors

    page = f"{endpoint}/{repository}"
    match error:
        case errors.OfflineModeIsEnabled():
            return HubUnreachableError(
                "offline mode is on (HF_HUB_OFFLINE), and the hub's cache does not hold all files "
                f"of {repository}: unset it and pull again"
            )
        case errors.GatedRepoError():
            return HubError(
                f"{repository} is only given to people whom its owner let in: ask at {page}, then "
                "sign in with `hf auth login` or set HF_TOKEN, and pull again"
            )
        case errors.RevisionNotFoundError():
            return HubError(f"{page} no longer has the revision that the catalogue pins")
        case errors.RepositoryNotFoundError():
            return HubError(
                f"there is no repository {repository} at {endpoint}, or it is private: set "
                "HF_TOKEN if you have access"
            )
        case errors.LocalEntryNotFoundError() if isinstance(error.__cause__, Exception):
            return plain_error(error.__cause__, repository, endpoint)  # it only sums that one up
        case errors.RemoteEntryNotFoundError():
            return HubError(f"{page} lacks a file that it lists: {_first_line(error)}")
        case errors.HfHubHTTPError():
            return _refused(error.response.status_code, repository, endpoint)
        case OSError() if is_full_disk(error):
            return SpaceError(
                f"no space is left for {repository}: free some, or set HF_HOME to another disk"
            )
        case PermissionError():
            return PullError(f"{error.filename} cannot be written: {error.strerror}")
    return HubUnreachableError(
        f"{endpoint} could not be reached, or stopped answering ({_first_line(error)}). Check the "
        "network, or set HF_ENDPOINT to a mirror, and pull again"
    )


def _refused(status: int, repository: str, endpoint: str) -> HubError:
    if status in WITHHELD:
        return HubError(
            f"{endpoint} withholds {repository} (status {status}): sign in with `hf auth login` or "
            "set HF_TOKEN, and pull again"
        )
    return HubError(f"{endpoint} answered with status {status} for {repository}: try again later")


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
