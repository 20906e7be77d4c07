"""The product's own colours in a photo, named in a marketplace's vocabulary."""

from color.analyzer import ColorAnalyzer
from color.evidence import Evidence
from color.families import generic_families
from color.family import family_probabilities
from color.naming import Namer
from color.photo_colors import LightCast, ListingColors, NamedColor, PhotoColors
from color.vocabulary import (
    Vocabulary,
    VocabularyColor,
    available_vocabularies,
    load_vocabulary,
)

__all__ = [
    "ColorAnalyzer",
    "Evidence",
    "LightCast",
    "ListingColors",
    "NamedColor",
    "Namer",
    "PhotoColors",
    "Vocabulary",
    "VocabularyColor",
    "available_vocabularies",
    "family_probabilities",
    "generic_families",
    "load_vocabulary",
]
