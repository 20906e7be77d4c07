"""A bundle's model, loaded by whoever needs it first: some never do."""

from functools import cached_property
from typing import TYPE_CHECKING

from weights.bundle import Bundle

if TYPE_CHECKING:
    from weights.clip import ClipModel


class ModelSource:
    """Loads a bundle's model when it is asked for, once.

    Torch comes along, which takes seconds and hundreds of megabytes; `threads` sets its number of
    threads then, once and for the whole process, and `None` leaves it.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        self.bundle = bundle
        self._threads = threads

    @cached_property
    def clip(self) -> "ClipModel":
        """The model; raises `BundleError` where it cannot be loaded."""
        import torch

        from weights.clip import load_clip

        if self._threads is not None:
            torch.set_num_threads(self._threads)
        return load_clip(self.bundle)
