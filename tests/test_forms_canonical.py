"""The quick way to canonical JSON writes the bytes of RFC 8785, or isn't taken."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from forms import canonical
from forms.definition import PACKAGED, service_files

TEXTS = st.text(max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4) | VALUES, st.booleans())
def test_any_file_has_the_bytes_of_the_standard(value, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=1)
    read = json.loads(text)
    assert canonical.dumps(read, text) == rfc8785.dumps(read)


@given(VALUES)
def test_any_value_has_the_bytes_of_the_standard(value):
    assert canonical.of(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [{"a": 2**53}, ["\ud800"], {"\ud800": 1}, {1: "a"}, {"a": {2}}, float("nan")])
def test_a_value_that_the_standard_refuses_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 - each has words of its own
        canonical.of(value)


@pytest.mark.parametrize("value", [{"a": 1.0}, {"\U0001f600": 1, "\ufb33": 2}, (1, True), {"a": [None, -(2**53) + 1]}])
def test_a_value_that_json_writes_otherwise_takes_the_slow_way(value):
    assert canonical.of(value) == rfc8785.dumps(value)


def test_every_packaged_service_has_them_too():
    for path in service_files(PACKAGED):
        text = path.read_text(encoding="utf-8")
        assert canonical.dumps(json.loads(text), text) == rfc8785.dumps(json.loads(text)), path.name


@pytest.mark.parametrize("text", ['{"a": 9007199254740993}', '["\\ud800"]', '{"a": -12345678901234567890}'])
def test_what_the_standard_refuses_is_refused(text):
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        canonical.dumps(json.loads(text), text)


@pytest.mark.parametrize(
    "text",
    [
        "[1.0]",
        '{"a" : 1.0}',
        '{"a": [1, 2.50]}',
        '{"a":-0.0}',
        '{"a":1e3}',
        "[10000000000000000000000.5]",
        '{"\U0001f600": 1, "\ufb33": 2}',
    ],
)
def test_numbers_and_keys_that_json_writes_otherwise_take_the_slow_way(text):
    assert canonical.dumps(json.loads(text), text) == rfc8785.dumps(json.loads(text))
