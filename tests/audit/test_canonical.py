"""The canonical form: one text for one value, the same for every writer."""

import json
import math
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.audit.canonical import LARGEST_WHOLE, NotCanonical, canonical, parse
from borderops.audit.rules import NO_PREVIOUS, EventFacts, chain_hash
from tests.audit.earlier_writer import earlier_text

TEXTS = st.text(st.characters(codec="utf-8"))
NUMBERS = st.integers(-LARGEST_WHOLE, LARGEST_WHOLE) | st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.datetimes(timezones=st.just(UTC))
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


def shuffled(value: Any, draw: Any) -> Any:
    """The same value with the names of its objects in another order."""
    if isinstance(value, dict):
        names = draw(st.permutations(list(value)))
        return {name: shuffled(value[name], draw) for name in names}
    if isinstance(value, list):
        return [shuffled(one, draw) for one in value]
    return value


@given(VALUES)
def test_reading_it_back_gives_the_same_text(value: Any) -> None:
    text = canonical(value)
    assert canonical(parse(text)) == text
    assert parse(text) == value


@given(VALUES)
def test_the_text_is_that_of_the_events_that_were_hashed_before(value: Any) -> None:
    assert canonical(value) == earlier_text(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_those_that_were_hashed_before(value: float) -> None:
    assert canonical(value) == earlier_text(value)


@given(st.data())
def test_the_hash_of_an_event_is_what_it_was(data: st.DataObject) -> None:
    objects = st.none() | st.dictionaries(TEXTS, VALUES)
    texts = st.none() | TEXTS
    facts = EventFacts(
        seq=data.draw(st.integers(1, LARGEST_WHOLE)),
        at=data.draw(MOMENTS),
        actor=data.draw(TEXTS),
        account_id=data.draw(st.none() | st.uuids()),
        roles=tuple(data.draw(st.lists(TEXTS))),
        origin=data.draw(texts),
        action=data.draw(TEXTS),
        subject_kind=data.draw(TEXTS),
        subject_id=data.draw(TEXTS),
        before=data.draw(objects),
        after=data.draw(objects),
        reason=data.draw(texts),
        device_at=data.draw(st.none() | MOMENTS),
    )
    assert chain_hash(NO_PREVIOUS, facts.body()) == chain_hash(NO_PREVIOUS, earlier_text(facts.values()))


@given(VALUES, st.data())
def test_the_order_of_names_does_not_matter(value: Any, data: st.DataObject) -> None:
    assert canonical(shuffled(value, data.draw)) == canonical(value)


@given(VALUES, VALUES)
def test_different_values_have_different_texts(one: Any, other: Any) -> None:
    def typed(value: Any) -> Any:
        if isinstance(value, bool) or value is None:
            return repr(value)
        if isinstance(value, list):
            return [typed(each) for each in value]
        if isinstance(value, dict):
            return {name: typed(each) for name, each in value.items()}
        return value

    assert (canonical(one) == canonical(other)) == (typed(one) == typed(other))


@given(VALUES)
def test_other_readers_of_json_read_the_same(value: Any) -> None:
    assert json.loads(canonical(value), parse_int=float) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_the_shortest_that_means_the_double(value: float) -> None:
    assert float(canonical(value)) == value
    assert len(canonical(value).lstrip("-").replace(".", "").split("e")[0].strip("0")) <= 17


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # the numbers of RFC 8785, appendix B
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (999999999999999900000.0, "999999999999999900000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.3333332, "333333333.3333332"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
        (1424953923781206.2, "1424953923781206.2"),
        (1, "1"),
        (1.0, "1"),
        (-12.5, "-12.5"),
        # texts: only what JSON must escape is escaped
        ('\u20ac$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ("\x7f\u2028", '"\x7f\u2028"'),
        # names by UTF-16 code units: an emoji stands before U+FB33, though its code point is larger
        (
            {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7},
            '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
        ),
        ([], "[]"),
        ({}, "{}"),
        ([True, None, {"b": [], "a": False}], '[true,null,{"a":false,"b":[]}]'),
    ],
)
def test_examples(value: Any, text: str) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        LARGEST_WHOLE + 1,
        {1: 2},
        {"a": object()},
        "\ud800",
        {"\udfff": 1},
        {1, 2},
    ],
)
def test_what_has_no_one_text(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize("digits", ["1e300", "1" + "0" * 300, "9007199254740993"])
def test_numbers_as_the_database_writes_them_are_read_as_doubles(digits: str) -> None:
    assert parse(digits) == float(digits)
