"""Look-alikes of a photo in a file of embeddings: `vitrine similar`, and `docs/similar.md`."""

from vision.similar.errors import OtherBundleError, SimilarError
from vision.similar.search import Match, SimilarPhotos
from vision.similar.table import EmbeddingsTable

__all__ = ["EmbeddingsTable", "Match", "OtherBundleError", "SimilarError", "SimilarPhotos"]
