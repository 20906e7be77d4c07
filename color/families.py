"""The thirteen families of colours that every vocabulary is built on."""

FAMILIES = (
    "black",
    "white",
    "gray",
    "beige",
    "brown",
    "red",
    "pink",
    "orange",
    "yellow",
    "gold",
    "green",
    "blue",
    "purple",
)


def generic_families() -> tuple[str, ...]:
    """The thirteen families, in the order of every array of probabilities."""
    return FAMILIES
