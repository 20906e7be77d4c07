"""Category, facets and tags of a listing, from the embeddings of its photos.

`CategoryTagger` and `FacetTagger` read unit-norm image embeddings against a bundle's calibrated
label sets; `suggest_tags` turns what they found into tags that a marketplace takes. The taxonomy,
the facets, the prompts and the marketplaces are data files in `taggers/data`. `OwnLabelTagger`
reads them against words of the caller's own, which no calibration knows.
"""

from taggers.category import CategoryTagger
from taggers.errors import DataFileError, OwnLabelError, UnknownNameError
from taggers.facet_tagger import FacetTagger
from taggers.facets import Facet, FacetLabel, load_facets
from taggers.marketplace import (
    MarketplaceProfile,
    TagRules,
    available_marketplaces,
    load_marketplace,
)
from taggers.own_label_tagger import OwnLabelTagger
from taggers.own_labels import OwnLabel, check_own_labels
from taggers.own_labels_file import load_own_labels
from taggers.results import Categorization, Category, FacetResult, FacetValue, OwnLabelMatch
from taggers.tag_evidence import TagEvidence
from taggers.tags import RejectedTag, Tag, TagSuggestions, suggest_tags
from taggers.taxonomy import Node, Taxonomy, load_taxonomy

__all__ = [
    "Categorization",
    "Category",
    "CategoryTagger",
    "DataFileError",
    "Facet",
    "FacetLabel",
    "FacetResult",
    "FacetTagger",
    "FacetValue",
    "MarketplaceProfile",
    "Node",
    "OwnLabel",
    "OwnLabelError",
    "OwnLabelMatch",
    "OwnLabelTagger",
    "RejectedTag",
    "Tag",
    "TagEvidence",
    "TagRules",
    "TagSuggestions",
    "Taxonomy",
    "UnknownNameError",
    "available_marketplaces",
    "check_own_labels",
    "load_facets",
    "load_marketplace",
    "load_own_labels",
    "load_taxonomy",
    "suggest_tags",
]
