"""Values are found where they stand, whatever the JSON around them looks like."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vision.moderate.json_spans import array_spans, object_spans, replaced

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)
INDENTS = st.sampled_from([None, 0, 2, "\t"])


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4), INDENTS, st.booleans())
def test_every_value_of_an_object_is_found(value: dict[str, Any], indent: Any, plain: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=plain)
    spans = object_spans(text)
    assert {key: json.loads(text[a:b]) for key, (a, b) in spans.items()} == value


@given(st.lists(JSON, max_size=4), INDENTS)
def test_every_element_of_an_array_is_found(value: list[Any], indent: Any) -> None:
    text = f"  {json.dumps(value, indent=indent)}"
    assert [json.loads(text[a:b]) for a, b in array_spans(text, 0)] == value


def test_of_a_key_that_is_there_twice_the_last_value_counts() -> None:
    text = '{"a":1,"b":2,"a":3}'
    start, end = object_spans(text)["a"]
    assert text[start:end] == "3"


@given(st.dictionaries(st.text(max_size=5), JSON, min_size=1, max_size=4), st.data())
def test_replacing_one_value_changes_no_other_byte(value: dict[str, Any], data: Any) -> None:
    text = json.dumps(value)
    key = data.draw(st.sampled_from(sorted(value)))
    start, end = object_spans(text)[key]
    new = replaced(text, [((start, end), '"new"')])
    assert (new[:start], new[len(new) - len(text) + end :]) == (text[:start], text[end:])
    assert json.loads(new) == value | {key: "new"}


def test_parts_may_be_replaced_in_any_order_and_by_any_length() -> None:
    assert replaced("a1b22c", [((1, 2), "XYZ"), ((3, 5), "")]) == "aXYZbc"
    assert replaced("a1b22c", [((3, 5), ""), ((1, 2), "XYZ")]) == "aXYZbc"
