"""Decisions on gates: every value in its place, and the class of a pair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from borderops.core.errors import InvalidInput
from borderops.markers.actions import (
    decide_gate,
)
from borderops.markers.rules import GATE_VALUES, GateAspect, GateClass, pair_class
from borderops.markers.schemas import GateDecisionIn
from tests.markers.given import NOW, TODAY, WHO, feature


@pytest.mark.parametrize(
    ("aspect", "value"), [(aspect, value.value) for aspect in GateAspect for value in GATE_VALUES[aspect]]
)
def test_every_value_of_a_gate(founded: Session, aspect: GateAspect, value: str) -> None:
    sent = GateDecisionIn(side="VN", aspect=aspect, value=value, from_on=TODAY, decision_ref="QĐ 1")
    decided = decide_gate(founded, viewer=WHO, feature=feature(founded, "nam-can"), sent=sent, now=NOW)
    assert (decided.value, decided.known_since) == (value, NOW)


@pytest.mark.parametrize(
    ("address", "aspect", "value", "field"),
    [
        ("409", "class", "main", "feature"),
        ("nam-can", "class", "open", "value"),
        ("nam-can", "status", "main", "value"),
        ("nam-can", "planned_class", "huge", "value"),
    ],
)
def test_what_cannot_be_decided(founded: Session, address: str, aspect: str, value: str, field: str) -> None:
    sent = GateDecisionIn(side="VN", aspect=aspect, value=value, from_on=TODAY, decision_ref="QĐ 1")
    with pytest.raises(InvalidInput) as refused:
        decide_gate(founded, viewer=WHO, feature=feature(founded, address), sent=sent, now=NOW)
    assert refused.value.field == field


@given(st.none() | st.sampled_from(GateClass), st.none() | st.sampled_from(GateClass))
def test_a_pair_is_no_higher_than_its_lower_side(one: GateClass | None, other: GateClass | None) -> None:
    pair = pair_class(one, other)
    assert pair == pair_class(other, one)
    order = list(GateClass)
    if one is None or other is None:
        assert pair is None
    else:
        assert pair is not None
        assert order.index(pair) == max(order.index(one), order.index(other))
