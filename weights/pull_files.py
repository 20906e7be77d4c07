"""Which of a repository's files make a snapshot: never a pickle, never code."""

from weights.bundle import NETWORK_CONFIG, NETWORK_WEIGHTS
from weights.catalog_entries import Pin
from weights.errors import BundleCorruptError
from weights.hub import HubFile, Listing
from weights.pull_errors import PullError

TOKENIZER = (
    "added_tokens.json",
    "merges.txt",
    "sentencepiece.bpe.model",
    "special_tokens_map.json",
    "spiece.model",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "vocab.json",
    "vocab.txt",
)
LICENCE = ("LICENSE", "LICENSE.md", "LICENSE.txt")


def snapshot_files(pin: Pin, listing: Listing) -> dict[str, HubFile]:
    """The files to take, by their name in the snapshot; the weights are taken last.

    Raises `PullError` where the repository lacks one that a bundle cannot do without,
    `BundleCorruptError` where it lists other weights than the catalogue pins.
    """
    for name in (NETWORK_CONFIG, pin.weights):
        if name not in listing.files:
            raise PullError(_missing(pin, listing, name))
    weights = listing.files[pin.weights]
    if weights.digest not in (None, pin.sha256):
        raise BundleCorruptError(
            f"{pin.repository} lists another {pin.weights} than the catalogue pins (its SHA-256 "
            "differs): the hub or mirror was altered; nothing was downloaded"
        )
    names = (NETWORK_CONFIG, *TOKENIZER, *LICENCE)
    taken = {name: listing.files[name] for name in names if name in listing.files}
    return {**taken, NETWORK_WEIGHTS: HubFile(weights.name, weights.size, pin.sha256)}


def _missing(pin: Pin, listing: Listing, name: str) -> str:
    pickles = any(file.endswith((".bin", ".pt", ".pth")) for file in listing.files)
    only = "; it holds pickles, which Vitrine never loads" if pickles else ""
    return f"{pin.repository} has no {name} at revision {listing.commit}{only}"
