"""The record: what Vitrine says of one listing, as Pydantic models and as JSON.

`schema_version` follows semantic versioning: a new optional field raises the minor number, a
changed or removed one the major. Confidences, shares and scores lie in 0..1 unless said otherwise.
Boxes are `[x, y, width, height]` in pixels of the upright photo at full size. Timings and facts
about the host are left out, so that the same photos always give the same bytes.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = "1.2"

Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Hex = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
Box = tuple[int, int, int, int]
Verdict = Literal["clear", "review", "block", "unassessed"]
Severity = Literal["info", "warn", "severe"]


class _Part(BaseModel):
    """Every part of the record: immutable, and strict about unknown fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", serialize_by_alias=True, populate_by_name=True
    )


class CategoryChoice(_Part):
    """A node of the taxonomy with its calibrated probability."""

    id: str
    path: tuple[str, ...]
    confidence: Unit


class CategoryRecord(CategoryChoice):
    """The suggested node: a leaf, or a parent where the leaves are unsure."""

    alternatives: tuple[CategoryChoice, ...] = ()
    reason: str


class LabelRecord(_Part):
    """One suggested value of a facet, and why; records before 1.2 say no reason."""

    label: str
    confidence: Unit
    reason: str = ""


class StyleRecord(LabelRecord):
    """One suggested style, and why."""

    reason: str


class TagRecord(_Part):
    """A tag that fits the marketplace, and what it was made from."""

    tag: str
    confidence: Unit
    source: str = Field(alias="from")


class RejectedTagRecord(_Part):
    """A tag that was considered, and why it is not suggested."""

    tag: str
    why: str


class OwnLabelRecord(_Part):
    """One of the caller's own labels, and how near the photos are to it; nothing is calibrated.

    `similarity` is the cosine of photos and label. `score` is its share among the caller's labels
    alone, and so says nothing of whether any of them is right. `fit` is what it would be given as
    one more of the bundle's own categories: near 0 where those are much nearer to the photos.
    """

    label: str
    similarity: Annotated[float, Field(ge=-1.0, le=1.0)]
    score: Unit
    fit: Unit


class ColorRecord(_Part):
    """A colour of the product in the marketplace's words; `share` is of the product's area."""

    name: str
    hex: Hex
    share: Unit


class ColorsRecord(_Part):
    """The product's colours. `primary` is null only where there was nothing to measure."""

    primary: ColorRecord | None = None
    secondary: ColorRecord | None = None
    multicolor: bool = False
    palette: tuple[ColorRecord, ...] = ()


class QualityRecord(_Part):
    """The listing's photo quality: 0..100, the best cover's index, advice in order of weight."""

    score: Annotated[int, Field(ge=0, le=100)] | None
    cover: int | None
    advice: tuple[str, ...] = ()
    duplicates: tuple[tuple[int, ...], ...] = ()


class QualityIssueRecord(_Part):
    """One thing wrong with a photo: what was measured, from where it counts, what to do."""

    code: str
    severity: Severity
    value: float
    threshold: float
    advice: str


class PhotoQualityRecord(_Part):
    """One photo's quality: a score of 0..100, its issues, and every raw measure behind them."""

    score: Annotated[int, Field(ge=0, le=100)]
    issues: tuple[QualityIssueRecord, ...] = ()
    measures: dict[str, float] = Field(default_factory=dict)


class DetectionRecord(_Part):
    """What a detector saw, before any policy: kept so that a policy can be applied again."""

    detector: str
    label: str
    score: Unit
    box: Box | None = None
    view: Literal["shown", "hidden", "frame"] = "shown"
    frame: int | None = None
    note: str = ""


class FlagRecord(_Part):
    """A policy label that a detection reached, with its evidence.

    `policy` is the policy's code for it. `view` says which pixels tripped it: those shown, those
    hidden under transparency, or an animation's frame of number `frame`. `detector` is the layer
    that saw it, of `detector_version`; `note` says what more it knows (the list that a hash is of).
    """

    label: str
    score: Unit
    threshold: Unit
    verdict: Verdict
    photo: int
    box: Box | None = None
    view: Literal["shown", "hidden", "frame"] = "shown"
    frame: int | None = None
    policy: str
    reason: str
    seller_message: str = ""
    detector: str
    detector_label: str
    detector_version: str = ""
    note: str = ""


class LayerRecord(_Part):
    """A layer of moderation: `active`, `silent` for a reason, or `broken`, so that every photo
    goes to review. `version` is that of its weights or lists."""

    name: str
    state: Literal["active", "silent", "broken"]
    version: str | None = None
    reason: str = ""


class ModerationRecord(_Part):
    """The listing's verdict under one policy, with every reason for it.

    `detectors` are the layers that looked, as `name@version`; `layers` says of all of them whether
    they did, and if not, why.
    """

    verdict: Verdict
    mature: bool
    labels: tuple[FlagRecord, ...] = ()
    reasons: tuple[str, ...] = ()
    detectors: tuple[str, ...] = ()
    layers: tuple[LayerRecord, ...] = ()
    policy: str


class PhotoModerationRecord(_Part):
    """One photo's verdict, the detections behind it, and what could not be looked at."""

    verdict: Verdict
    mature: bool
    detections: tuple[DetectionRecord, ...] = ()
    failures: tuple[str, ...] = ()


class PhotoErrorRecord(_Part):
    """Why a photo could not be used: a stable code and a sentence for people."""

    code: str
    message: str


class PhotoRecord(_Part):
    """One photo given, in the order given, whatever happened to it.

    `pdq` is the perceptual hash of the upright photo, 64 hex digits, where the extra for it is
    installed, and `pdq_quality`, 0..100, how much detail it rests on: below 50 it is not matched.
    """

    index: int
    source: str | None = None
    sha256: str | None = None
    phash: str | None = None
    pdq: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    pdq_quality: Annotated[int, Field(ge=0, le=100)] | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    hidden_pixels: bool = False
    error: PhotoErrorRecord | None = None
    colors: ColorsRecord | None = None
    quality: PhotoQualityRecord | None = None
    moderation: PhotoModerationRecord


class ModelRecord(_Part):
    """What said all this: the bundle with its version and hash, the library, the taxonomy."""

    bundle: str
    version: str
    sha256: str
    library: str
    taxonomy: str
    marketplace: str


class ListingRecord(_Part):
    """Everything that Vitrine says of one listing.

    `category_reason` says why there is no category; it is null where there is one. `facet_reasons`
    says why a facet has no value, for each that has none, `style` among them. `labels` are the
    caller's own, best first, ten at most; none where the caller gave none.
    """

    schema_version: str = SCHEMA_VERSION
    listing_id: str
    category: CategoryRecord | None = None
    category_reason: str | None = None
    styles: tuple[StyleRecord, ...] = ()
    facets: dict[str, tuple[LabelRecord, ...]] = Field(default_factory=dict)
    facet_reasons: dict[str, str] = Field(default_factory=dict)
    tags: tuple[TagRecord, ...] = ()
    rejected_tags: tuple[RejectedTagRecord, ...] = ()
    labels: tuple[OwnLabelRecord, ...] = ()
    colors: ColorsRecord = ColorsRecord()
    quality: QualityRecord
    moderation: ModerationRecord
    photos: tuple[PhotoRecord, ...] = ()
    model: ModelRecord
    extra: dict[str, Any] = Field(default_factory=dict)
