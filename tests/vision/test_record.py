"""The record is what its documentation says, as models, as JSON and as JSON Schema."""

import json
from typing import Any

import jsonschema
import numpy as np
import pytest
from pydantic import ValidationError

from tests.vision.detectors import RedBoxDetector
from tests.vision.photos import real_photo
from vision import Enricher, ListingRecord
from vision.record import SCHEMA_VERSION, ColorRecord, FlagRecord, TagRecord

# The record as it was designed: every field below must be there, with a value of that type.
DESIGNED = json.loads("""
{
  "schema_version": "1.2",
  "listing_id": "mug-17",
  "category": {"id": "home.kitchen.drinkware.mugs",
               "path": ["Home & Living", "Kitchen & Dining", "Drinkware", "Mugs"],
               "confidence": 0.91,
               "alternatives": [{"id": "...", "path": ["..."], "confidence": 0.05}],
               "reason": "..."},
  "styles": [{"label": "minimalist", "confidence": 0.74, "reason": "..."}],
  "facets": {"department": [{"label": "women", "confidence": 0.88, "reason": "..."}],
             "pattern": [], "occasion": []},
  "facet_reasons": {"pattern": "...", "occasion": "..."},
  "tags": [{"tag": "ceramic mug", "confidence": 0.9, "from": "category"}],
  "rejected_tags": [{"tag": "...", "why": "longer than 20 characters"}],
  "labels": [{"label": "coffee mug", "similarity": 0.41, "score": 0.9, "fit": 0.2}],
  "colors": {"primary": {"name": "White", "hex": "#f4f2ee", "share": 0.61}, "secondary": null,
             "multicolor": false,
             "palette": [{"name": "...", "hex": "...", "share": 0.2}]},
  "quality": {"score": 82, "cover": 0, "advice": ["Photo 2 is blurred: hold the phone still."]},
  "moderation": {"verdict": "clear", "mature": false,
                 "labels": [{"label": "...", "score": 0.0, "photo": 0, "box": [1, 2, 3, 4],
                             "policy": "...", "reason": "..."}],
                 "detectors": ["..."], "policy": "default@1"},
  "photos": [{"index": 0, "source": "mug-17/1.jpg", "sha256": "...", "phash": "...",
              "width": 3024, "height": 4032, "error": null, "colors": {},
              "quality": {"score": 82,
                          "issues": [{"code": "blurry", "severity": "warn", "value": 0.21,
                                      "threshold": 0.3, "advice": "..."}],
                          "measures": {"sharpness": 0.2}},
              "moderation": {}}],
  "model": {"bundle": "vitrine-tiny", "version": "1", "sha256": "...", "library": "0.1.0",
            "taxonomy": "1"},
  "extra": {"price": 3}
}
""")

SCHEMA = ListingRecord.model_json_schema(mode="serialization")
TYPE_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


@pytest.fixture(scope="module")
def records(enricher: Enricher) -> list[ListingRecord]:
    """A listing with a photo that fails and one with a box in it, and real ones."""
    box = np.full((300, 400, 3), 220, np.uint8)
    box[50:90, 60:160] = (250, 0, 0)
    real = [np.asarray(real_photo(name)) for name in ("coffee.png", "astronaut.png")]
    with Enricher(detectors=[RedBoxDetector()], threads=1) as finder:
        flagged = finder.enrich([box, b"no photo"], listing_id="box", extra={"price": 3})
    return [flagged, *(enricher.enrich([photo], marketplace="etsy") for photo in real)]


def resolved(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives of a schema, references followed."""
    if "$ref" in schema:
        return resolved(SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
    if "anyOf" in schema:
        return [one for option in schema["anyOf"] for one in resolved(option)]
    return [schema]


def declares(schema: dict[str, Any], value: Any) -> bool:
    """Whether the schema has every field of `value`, with that type."""
    return any(_declares_as(option, value) for option in resolved(schema))


def _declares_as(option: dict[str, Any], value: Any) -> bool:
    if isinstance(value, dict):
        fields, further = option.get("properties", {}), option.get("additionalProperties")
        return option.get("type") == "object" and all(
            declares(fields[name], item)
            if name in fields
            else further is True or (isinstance(further, dict) and declares(further, item))
            for name, item in value.items()
        )
    if isinstance(value, list):
        items = option.get("prefixItems", [option.get("items", {})] * len(value))
        return option.get("type") == "array" and all(map(declares, items, value))
    kinds = {TYPE_NAMES[type(value)]} | ({"number"} if type(value) is int else set())
    return option.get("type") in kinds


@pytest.mark.parametrize("field", DESIGNED)
def test_every_designed_field_is_there_with_its_type(field: str) -> None:
    assert declares(SCHEMA["properties"][field], DESIGNED[field])


def test_the_reader_of_the_schema_misses_what_is_not_there() -> None:
    assert not declares(SCHEMA["properties"]["quality"], {"score": "82"})
    assert not declares(SCHEMA["properties"]["quality"], {"grade": 82})
    assert not declares(SCHEMA["properties"]["listing_id"], 17)


def test_every_record_has_every_field(records: list[ListingRecord]) -> None:
    for record in records:
        content = json.loads(record.model_dump_json())
        assert content.keys() >= DESIGNED.keys()
        for photo in content["photos"]:
            assert photo.keys() >= DESIGNED["photos"][0].keys()
        assert content["facets"].keys() >= DESIGNED["facets"].keys()
        assert content["schema_version"] == SCHEMA_VERSION == "1.2"


def test_records_keep_to_their_json_schema(records: list[ListingRecord]) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for record in records:
        content = json.loads(record.model_dump_json())
        assert [error.message for error in validator.iter_errors(content)] == []
        del content["moderation"]["verdict"]
        assert [error.validator for error in validator.iter_errors(content)] == ["required"]


def test_records_survive_json(records: list[ListingRecord]) -> None:
    for record in records:
        again = ListingRecord.model_validate_json(record.model_dump_json())
        assert again == record
        assert again.model_dump_json() == record.model_dump_json()


def test_a_tag_says_from_in_json_and_source_in_python(records: list[ListingRecord]) -> None:
    tag = TagRecord(tag="mug", confidence=0.5, source="category")
    assert json.loads(tag.model_dump_json()) == {
        "tag": "mug",
        "confidence": 0.5,
        "from": "category",
    }
    assert TagRecord.model_validate_json(tag.model_dump_json()).source == "category"
    tags = [tag for record in records for tag in json.loads(record.model_dump_json())["tags"]]
    assert tags
    assert all(one.keys() == {"tag", "confidence", "from"} for one in tags)


def test_the_shares_of_every_palette_sum_to_one(records: list[ListingRecord]) -> None:
    palettes = [record.colors.palette for record in records]
    palettes += [
        photo.colors.palette for record in records for photo in record.photos if photo.colors
    ]
    assert len(palettes) == 6
    for palette in palettes:
        assert sum(color.share for color in palette) == pytest.approx(1, abs=1e-9)


def test_a_record_cannot_be_changed(records: list[ListingRecord]) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        records[0].listing_id = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("model", "content"),
    [
        (ColorRecord, {"name": "White", "hex": "#FFFFFF", "share": 0.5}),
        (ColorRecord, {"name": "White", "hex": "#ffffff", "share": 1.5}),
        (ColorRecord, {"name": "White", "hex": "#ffffff", "share": 0.5, "lab": 3}),
        (TagRecord, {"tag": "mug", "confidence": float("nan"), "from": "category"}),
        (FlagRecord, {"label": "x", "score": 0.5}),
    ],
)
def test_what_breaks_the_schema_is_refused(model: Any, content: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(content)
