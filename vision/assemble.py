"""From what was seen of a listing's photos to its record."""

from collections.abc import Mapping, Sequence

import numpy as np

from color import ListingColors
from moderation import Context, LayerState, assess_listing, assess_photo
from taggers import (
    Categorization,
    CategoryTagger,
    FacetResult,
    FacetTagger,
    OwnLabelTagger,
    TagEvidence,
    Taxonomy,
    load_facets,
    suggest_tags,
)
from vision.color_evidence import color_evidence
from vision.listing import Listing
from vision.listing_values import clean_text, to_json_value
from vision.marketplace_rules import MarketplaceRules
from vision.record import ListingRecord, ModelRecord
from vision.record_parts import (
    SeenPhoto,
    category_record,
    colors_record,
    facet_reasons,
    facet_record,
    moderation_record,
    own_label_records,
    photo_record,
    quality_record,
    rejected_tag_records,
    style_records,
    tag_records,
)
from vision.version import __version__
from weights.bundle import Bundle
from weights.labels import LabelSet

FACET_PREFIX = "facet."
STYLE, DEPARTMENT, BASE_COLOR = "style", "department", "base_color"
NOT_TAGGED = (BASE_COLOR, "photo_kind")
"""Facets that speak of the photo or repeat the measured colours, not of the listing's words."""

LEAST_COLOR_CONFIDENCE = 0.5
"""From this probability of its name a colour is taken into tags."""


class Assembler:
    """Makes records with one bundle's label sets, and the caller's own labels where given."""

    def __init__(
        self,
        bundle: Bundle,
        taxonomy: Taxonomy,
        own_labels: OwnLabelTagger | None = None,
        layers: Sequence[LayerState] = (),
    ) -> None:
        sets = bundle.label_sets
        self._bundle = bundle
        self._dimension = sets["category"].matrix.vectors.shape[1]
        self._taxonomy = taxonomy
        self._facets = load_facets()
        self._category = CategoryTagger(sets["category"], taxonomy)
        self._facet_taggers = facet_taggers(sets)
        self._own_labels = own_labels
        self._layers = layers

    def record(
        self, listing: Listing, photos: Sequence[SeenPhoto], rules: MarketplaceRules
    ) -> ListingRecord:
        """The record of a listing whose photos have been seen, in the order given."""
        rows = [photo.embedding for photo in photos if photo.embedding is not None]
        embeddings = np.stack(rows) if rows else np.zeros((0, self._dimension), np.float32)
        category = self._category.categorize(embeddings)
        chosen = category.category.id if category.category else None
        facets = {
            name: tagger.tag(embeddings, chosen) for name, tagger in self._facet_taggers.items()
        }
        colors = rules.colors.combine(
            [photo.look.colors for photo in photos if photo.look.colors],
            color_evidence(category, facets.get(BASE_COLOR)),
        )
        context = Context(chosen, _likeliest(facets.get(DEPARTMENT)))
        judged = [assess_photo(photo.evidence, rules.policy, context) for photo in photos]
        tags = suggest_tags(rules.profile, self._evidence(category, facets, colors, rules))
        return ListingRecord(
            listing_id=clean_text(listing.listing_id),
            category=category_record(category),
            category_reason=None if category.category else category.reason,
            styles=style_records(facets.get(STYLE), rules.profile.max_styles),
            facets={
                name: facet_record(facets.get(name))
                for name in self._facets
                if name not in (STYLE, BASE_COLOR)
            },
            facet_reasons=facet_reasons(
                (name for name in self._facets if name != BASE_COLOR), facets
            ),
            tags=tag_records(tags),
            rejected_tags=rejected_tag_records(tags),
            labels=own_label_records(self._own_labels.tag(embeddings) if self._own_labels else ()),
            colors=colors_record(colors, rules.profile.max_colors),
            quality=quality_record([photo.look.quality for photo in photos]),
            moderation=moderation_record(
                assess_listing(judged, rules.policy, context), self._layers
            ),
            photos=tuple(
                photo_record(index, photo, moderated)
                for index, (photo, moderated) in enumerate(zip(photos, judged, strict=True))
            ),
            model=self._model(rules),
            extra=to_json_value(listing.extra),
        )

    def _evidence(
        self,
        category: Categorization,
        facets: Mapping[str, FacetResult],
        colors: ListingColors,
        rules: MarketplaceRules,
    ) -> TagEvidence:
        chosen = (colors.primary, colors.secondary)[: rules.profile.max_colors]
        return TagEvidence.of(
            self._taxonomy,
            category.category,
            {name: result.values for name, result in facets.items() if name not in NOT_TAGGED},
            tuple(
                (color.name, color.confidence)
                for color in chosen
                if color is not None and color.confidence >= LEAST_COLOR_CONFIDENCE
            ),
        )

    def _model(self, rules: MarketplaceRules) -> ModelRecord:
        return ModelRecord(
            bundle=self._bundle.name,
            version=self._bundle.version,
            sha256=self._bundle.sha256,
            library=__version__,
            taxonomy=self._taxonomy.version,
            marketplace=rules.profile.name,
        )


def facet_taggers(sets: Mapping[str, LabelSet]) -> dict[str, FacetTagger]:
    """A tagger for every facet that a bundle's label sets hold, by the facet's name."""
    return {
        name: FacetTagger(facet, sets[FACET_PREFIX + name])
        for name, facet in load_facets().items()
        if FACET_PREFIX + name in sets
    }


def _likeliest(result: FacetResult | None) -> str | None:
    return result.values[0].label if result is not None and result.values else None
