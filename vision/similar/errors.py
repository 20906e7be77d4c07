"""What can go wrong in looking for look-alikes."""

from vision.embeddings_file import EmbeddingsHeader


class SimilarError(Exception):
    """Look-alikes cannot be looked for; the message says why."""


class OtherBundleError(SimilarError):
    """The query was embedded by another bundle than the file: their cosines mean nothing."""

    def __init__(self, file: EmbeddingsHeader, query: EmbeddingsHeader) -> None:
        super().__init__(
            f"the file was made with bundle {_named(file)}, and the query with {_named(query)}: "
            "embeddings of different bundles cannot be compared. Give the file's bundle with "
            "--bundle, or make the file again with `vitrine embed`."
        )


def _named(header: EmbeddingsHeader) -> str:
    return f"'{header.bundle}' {header.version} (SHA-256 {header.sha256[:12]}...)"
