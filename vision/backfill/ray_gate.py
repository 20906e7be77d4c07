"""The gate that every chunk passes before it is enriched: closed, it lets no new shard begin."""


class Gate:
    """Knows which shards have been begun. One is shared by all of a run's workers."""

    def __init__(self) -> None:
        self._begun: set[int] = set()
        self._closed = False

    def enter(self, shard: int) -> bool:
        """Whether a chunk of the shard is to be enriched: its shard is begun with that.

        A chunk that is tried again passes again.
        """
        if not self._closed:
            self._begun.add(shard)
        return shard in self._begun

    def close(self, at_once: bool) -> tuple[int, ...]:
        """The shards that are to be finished, of those ever begun: none where all stops at once."""
        self._closed = True
        if at_once:
            self._begun.clear()
        return tuple(sorted(self._begun))
