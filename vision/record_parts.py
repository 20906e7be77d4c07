"""The analysers' typed results as parts of the record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from color import ListingColors, NamedColor, PhotoColors
from moderation import Evidence, LayerState, ListingModeration, PhotoModeration
from photo_quality import PhotoQuality, assess_listing
from taggers import Categorization, Category, FacetResult, OwnLabelMatch, TagSuggestions
from vision.encoder import Embeddings
from vision.look import Look
from vision.record import (
    CategoryChoice,
    CategoryRecord,
    ColorRecord,
    ColorsRecord,
    DetectionRecord,
    FlagRecord,
    LabelRecord,
    LayerRecord,
    ModerationRecord,
    OwnLabelRecord,
    PhotoErrorRecord,
    PhotoModerationRecord,
    PhotoQualityRecord,
    PhotoRecord,
    QualityIssueRecord,
    QualityRecord,
    RejectedTagRecord,
    StyleRecord,
    TagRecord,
)

DIGITS = 4
CANNOT_TELL = "This bundle has no labels for it."


@dataclass(frozen=True, eq=False)
class SeenPhoto:
    """One photo after all models have seen it, without its pixels.

    `embedding` is D float32 of unit norm; None where the photo could not be read.
    """

    look: Look
    size: tuple[int, int] | None
    format: str | None
    sha256: str | None
    hidden_pixels: bool
    embedding: Embeddings | None
    evidence: Evidence

    @classmethod
    def of(cls, look: Look, embedding: Embeddings | None, evidence: Evidence) -> "SeenPhoto":
        """Keeps of a look all but the pixels."""
        photo = look.photo
        kept = replace(look, photo=None, prepared=None)
        if photo is None:
            return cls(kept, None, None, None, False, None, evidence)
        size = (photo.width, photo.height)
        hidden = photo.hidden_pixels
        return cls(kept, size, photo.format, photo.sha256, hidden, embedding, evidence)


def category_record(result: Categorization) -> CategoryRecord | None:
    """The suggested node with its alternatives; None where nothing passed."""
    if result.category is None:
        return None
    return CategoryRecord(
        **_choice(result.category).model_dump(),
        alternatives=tuple(_choice(other) for other in result.alternatives),
        reason=result.category.reason,
    )


def _choice(category: Category) -> CategoryChoice:
    confidence = _unit(category.confidence)
    return CategoryChoice(id=category.id, path=category.path, confidence=confidence)


def style_records(result: FacetResult | None, most: int) -> tuple[StyleRecord, ...]:
    """The likeliest `most` styles."""
    values = result.values[:most] if result is not None else ()
    return tuple(
        StyleRecord(label=value.label, confidence=_unit(value.confidence), reason=value.reason)
        for value in values
    )


def facet_record(result: FacetResult | None) -> tuple[LabelRecord, ...]:
    """The values of one facet; none where the tagger abstained or the bundle cannot tell."""
    values = result.values if result is not None else ()
    return tuple(
        LabelRecord(label=value.label, confidence=_unit(value.confidence), reason=value.reason)
        for value in values
    )


def facet_reasons(names: Iterable[str], results: Mapping[str, FacetResult]) -> dict[str, str]:
    """Why there is no value, for each of the facets named that has none."""
    found = ((name, results.get(name)) for name in names)
    return {
        name: CANNOT_TELL if result is None else result.reason
        for name, result in found
        if result is None or not result.values
    }


def tag_records(suggestions: TagSuggestions) -> tuple[TagRecord, ...]:
    """The suggested tags."""
    return tuple(
        TagRecord(tag=tag.tag, confidence=_unit(tag.confidence), source=tag.source)
        for tag in suggestions.tags
    )


def rejected_tag_records(suggestions: TagSuggestions) -> tuple[RejectedTagRecord, ...]:
    """The tags that were turned down."""
    return tuple(RejectedTagRecord(tag=one.tag, why=one.why) for one in suggestions.rejected)


def own_label_records(matches: Sequence[OwnLabelMatch]) -> tuple[OwnLabelRecord, ...]:
    """The caller's own labels, best first."""
    return tuple(
        OwnLabelRecord(
            label=match.label,
            similarity=min(1.0, max(-1.0, round(match.similarity, DIGITS))) + 0.0,  # no -0.0
            score=_unit(match.score),
            fit=_unit(match.fit),
        )
        for match in matches
    )


def colors_record(colors: ListingColors | PhotoColors, most: int = 2) -> ColorsRecord:
    """The product's colours; the secondary is left out where a marketplace takes only one."""
    shares = _rounded_shares([color.share for color in colors.palette])
    return ColorsRecord(
        primary=_color(colors.primary),
        secondary=_color(colors.secondary) if most > 1 else None,
        multicolor=colors.multicolor,
        palette=tuple(
            ColorRecord(name=color.name, hex=color.hex, share=share)
            for color, share in zip(colors.palette, shares, strict=True)
        ),
    )


def _color(color: NamedColor | None) -> ColorRecord | None:
    if color is None:
        return None
    return ColorRecord(name=color.name, hex=color.hex, share=_unit(color.share))


def _rounded_shares(shares: Sequence[float]) -> list[float]:
    """Shares of `DIGITS` digits that sum to 1 as well, by the largest-remainder method."""
    unit = 10**DIGITS
    floors = [int(share * unit) for share in shares]
    order = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i] * unit, i))
    for i in order[: unit - sum(floors)]:
        floors[i] += 1
    return [floor / unit for floor in floors]


def quality_record(photos: Sequence[PhotoQuality | None]) -> QualityRecord:
    """The listing's photo quality; without a score where no photo could be read."""
    listing = assess_listing(photos)
    readable = any(photo is not None for photo in photos)
    return QualityRecord(
        score=listing.score if readable else None,
        cover=listing.cover,
        advice=listing.advice,
        duplicates=listing.duplicates,
    )


def moderation_record(
    result: ListingModeration, layers: Sequence[LayerState] = ()
) -> ModerationRecord:
    """The listing's verdict with all of its evidence, and what every layer did."""
    return ModerationRecord(
        verdict=result.verdict,
        mature=result.mature,
        labels=tuple(
            FlagRecord(
                label=flag.label,
                score=_unit(flag.score),
                threshold=flag.threshold,
                verdict=flag.verdict,
                photo=flag.photo,
                box=flag.box,
                view=flag.view,
                frame=flag.frame,
                policy=flag.policy,
                reason=flag.reason,
                seller_message=flag.seller_message,
                detector=flag.detector,
                detector_label=flag.detector_label,
                detector_version=flag.detector_version,
                note=flag.note,
            )
            for flag in result.labels
        ),
        reasons=result.reasons,
        detectors=result.detectors,
        layers=tuple(
            LayerRecord(
                name=layer.name, state=layer.status, version=layer.version, reason=layer.reason
            )
            for layer in layers
        ),
        policy=result.policy,
    )


def photo_record(index: int, photo: SeenPhoto, moderation: PhotoModeration) -> PhotoRecord:
    """One photo's entry, readable or not."""
    look = photo.look
    width, height = photo.size if photo.size is not None else (None, None)
    error = look.error
    return PhotoRecord(
        index=index,
        source=look.name,
        sha256=photo.sha256,
        phash=look.quality.phash if look.quality is not None else None,
        pdq=look.pdq.hex if look.pdq is not None else None,
        pdq_quality=look.pdq.quality if look.pdq is not None else None,
        format=photo.format,
        width=width,
        height=height,
        hidden_pixels=photo.hidden_pixels,
        error=PhotoErrorRecord(code=error.code, message=error.message) if error else None,
        colors=colors_record(look.colors) if look.colors is not None else None,
        quality=_photo_quality(look.quality) if look.quality is not None else None,
        moderation=photo_moderation_record(moderation),
    )


def _photo_quality(quality: PhotoQuality) -> PhotoQualityRecord:
    issues = tuple(
        QualityIssueRecord(
            code=issue.code,
            severity=issue.severity,
            value=round(issue.value, DIGITS),
            threshold=issue.threshold,
            advice=issue.advice,
        )
        for issue in quality.issues
    )
    measures = {name: round(value, DIGITS) for name, value in quality.measures.items()}
    return PhotoQualityRecord(score=quality.score, issues=issues, measures=measures)


def photo_moderation_record(result: PhotoModeration) -> PhotoModerationRecord:
    """One photo's verdict, with the detections behind it."""
    return PhotoModerationRecord(
        verdict=result.verdict,
        mature=result.mature,
        detections=tuple(
            DetectionRecord(
                detector=seen.detector,
                label=seen.label,
                score=_unit(seen.score),
                box=seen.box,
                view=view,
                frame=frame,
                note=seen.note,
            )
            for view, frame, seen in result.evidence.rows()
        ),
        failures=result.evidence.failures,
    )


def _unit(value: float) -> float:
    return min(1.0, max(0.0, round(float(value), DIGITS)))
