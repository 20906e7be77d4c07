"""What an enricher raises about itself, apart from its settings."""

STREAM_LOST = (
    "these records were begun before the process forked, and cannot be had in the child: "
    "call enrich_many again there"
)
BACKEND_LOST = (
    "an enricher with this backend, device or precision does not survive a fork: make one in each "
    "worker"
)


class ClosedError(RuntimeError):
    """The enricher was closed, before the call or during it; make a new one."""

    def __init__(self) -> None:
        super().__init__("this enricher is closed: make a new one")


class ForkedError(RuntimeError):
    """A forked child asked for what only its parent can do: to go on with records that were begun
    before the fork, or to use a model that does not survive one."""
