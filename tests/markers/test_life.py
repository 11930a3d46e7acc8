"""Features and their events: registered, renumbered, retired, lost; nothing is deleted."""

from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from borderops.core.asof import AsOf
from borderops.core.errors import InvalidInput, NotFound
from borderops.core.viewer import Viewer
from borderops.markers.actions import (
    AlreadyRegistered,
    register_feature,
    tell_event,
)
from borderops.markers.numbers import NotANumber
from borderops.markers.queries import find_feature
from borderops.markers.rules import STANDING_AFTER, EventKind, Standing, standing_on
from borderops.markers.schemas import FeatureEventIn, FeatureIn
from borderops.register import queries as register
from tests.markers.given import NOW, TODAY, WHO, feature


def happened(session: Session, address: str, event: str, on: date, number: str | None = None) -> None:
    sent = FeatureEventIn(event=event, occurred_on=on, number=number)
    tell_event(session, viewer=WHO, feature=feature(session, address), sent=sent, now=NOW)
    session.commit()


def test_a_renumbered_feature_is_found_under_each_number_on_its_days(founded: Session) -> None:
    before = feature(founded, "406")
    happened(founded, "406", "renumbered", date(2025, 7, 1), "406(1)")

    def shown(address: str, on: date) -> UUID | None:
        try:
            return register.get_feature(founded, viewer=WHO, address=address, at=AsOf(on)).id
        except NotFound:
            return None

    assert shown("406", date(2025, 6, 30)) == before.id
    assert shown("406(1)", date(2025, 6, 30)) is None
    assert shown("406", date(2025, 7, 1)) is None
    assert shown("mốc 406(1)", date(2025, 7, 1)) == before.id
    # To write to it, either number will do.
    assert feature(founded, "406").id == feature(founded, "406(1)").id == before.id


def test_a_number_is_never_given_twice(founded: Session) -> None:
    happened(founded, "406", "renumbered", date(2025, 7, 1), "406(1)")
    for address, number in (("407", "406(1)"), ("407", "408"), ("407", "406")):
        with pytest.raises(AlreadyRegistered):
            happened(founded, address, "renumbered", date(2025, 8, 1), number)
    with pytest.raises(AlreadyRegistered):
        register_feature(founded, viewer=WHO, sent=new(number="406(1)"), now=NOW)
    happened(founded, "406", "renumbered", date(2025, 8, 1), "406")  # its own again
    assert register.get_feature(founded, viewer=WHO, address="406", at=AsOf(TODAY)).number == "406"


@pytest.mark.parametrize(
    ("address", "told", "field"),
    [
        ("406", {"event": "renumbered"}, "number"),
        ("406", {"event": "renumbered", "number": "abc"}, "number"),
        ("nam-can", {"event": "renumbered", "number": "406(1)"}, "number"),
        ("406", {"event": "lost", "occurred_on": TODAY + timedelta(days=2)}, "occurred_on"),
        ("406", {"event": "lost", "source": "hearsay"}, "source"),
    ],
)
def test_what_an_event_cannot_say(founded: Session, address: str, told: dict[str, Any], field: str) -> None:
    sent = FeatureEventIn(**{"occurred_on": TODAY - timedelta(days=2), **told})
    with pytest.raises(InvalidInput) as refused:
        tell_event(founded, viewer=WHO, feature=feature(founded, address), sent=sent, now=NOW)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("events", "standing"),
    [
        (["retired"], "retired"),
        (["lost"], "lost"),
        (["lost", "restored"], "standing"),
        (["lost", "rebuilt"], "standing"),
        (["retired", "repainted"], "retired"),
    ],
)
def test_standing_follows_from_events_and_nothing_is_deleted(
    founded: Session, events: list[str], standing: str
) -> None:
    for at, event in enumerate(events):
        happened(founded, "406", event, date(2025, 7, 1 + at))
    shown = register.get_feature(founded, viewer=WHO, address="406", at=AsOf(TODAY))
    assert shown.standing == standing
    assert register.get_feature(founded, viewer=WHO, address="406", at=AsOf(date(2025, 6, 30))).standing == (
        "standing"
    )


def new(**told: Any) -> FeatureIn:
    return FeatureIn(**{"id": uuid4(), "kind": "marker", **told})


def test_a_new_marker_is_in_the_register_at_once(founded: Session) -> None:
    register_feature(founded, viewer=WHO, sent=new(number="mốc số 500", grade="large", year=2011), now=NOW)
    founded.commit()
    shown = register.get_feature(founded, viewer=WHO, address="500", at=AsOf(TODAY))
    assert (shown.number, shown.state, shown.lon) == ("500", "never_inspected", None)
    with pytest.raises(NotFound):
        register.get_feature(founded, viewer=WHO, address="500", at=AsOf(TODAY, NOW - timedelta(minutes=1)))


@pytest.mark.parametrize(
    ("told", "error", "field"),
    [
        ({}, InvalidInput, "number"),
        ({"number": "999(9)"}, NotANumber, "number"),
        ({"number": "409"}, AlreadyRegistered, "number"),
        ({"kind": "gate", "name_vi": "Cổng"}, InvalidInput, "code"),
        ({"kind": "gate", "code": "cong"}, InvalidInput, "code"),
        ({"kind": "gate", "code": "nam-can", "name_vi": "Nậm Cắn"}, AlreadyRegistered, "code"),
        ({"kind": "gate", "code": "409", "name_vi": "Cổng"}, InvalidInput, "code"),
        ({"kind": "gate", "code": "cổng trời", "name_vi": "Cổng"}, InvalidInput, "code"),
        ({"kind": "gate", "code": "a/1", "name_vi": "Cổng"}, InvalidInput, "code"),
        ({"kind": "gate", "code": str(uuid4()), "name_vi": "Cổng"}, InvalidInput, "code"),
        ({"number": "501", "source": "hearsay"}, InvalidInput, "source"),
    ],
)
def test_what_cannot_be_registered(
    founded: Session, told: dict[str, Any], error: type[Exception], field: str
) -> None:
    with pytest.raises(error) as refused:
        register_feature(founded, viewer=WHO, sent=new(**told), now=NOW)
    assert getattr(refused.value, "field", None) == field


def test_a_gate_with_a_good_code(founded: Session) -> None:
    sent = new(kind="gate", code="Bu-La-2", name_vi="Bù La – Bù La")
    made = register_feature(founded, viewer=WHO, sent=sent, now=NOW)
    assert made.code == "bu-la-2"


def test_who_sees_nothing_finds_nothing(founded: Session) -> None:
    stranger = Viewer("stranger")
    assert find_feature(founded, viewer=stranger, address="409") is None
    with pytest.raises(NotFound):
        register.get_feature(founded, viewer=stranger, address="409", at=AsOf(TODAY))


def test_what_is_no_address_is_not_found(founded: Session) -> None:
    for address in ("", "  ", "nowhere", str(uuid4()), "998"):
        assert find_feature(founded, viewer=WHO, address=address) is None


def test_moments_are_aware() -> None:
    assert NOW.tzinfo == UTC


@pytest.mark.parametrize(
    ("before", "on", "taken"),
    [
        ([("retired", date(2025, 7, 1))], date(2025, 7, 1), False),
        ([("retired", date(2025, 7, 1))], date(2025, 8, 1), False),
        ([("retired", date(2025, 7, 1))], date(2025, 6, 30), True),
        ([("retired", date(2025, 7, 1)), ("restored", date(2025, 7, 2))], date(2025, 8, 1), True),
    ],
)
def test_what_is_out_of_service_cannot_be_lost(
    founded: Session, before: list[tuple[str, date]], on: date, taken: bool
) -> None:
    for event, day in before:
        happened(founded, "406", event, day)
    if taken:
        happened(founded, "406", "lost", on)
        return
    with pytest.raises(InvalidInput, match="restoration first") as refused:
        happened(founded, "406", "lost", on)
    assert refused.value.field == "event"


@given(st.lists(st.tuples(st.sampled_from(EventKind), st.dates())), st.dates())
def test_standing_is_that_of_the_last_event_that_changes_it(
    events: list[tuple[EventKind, date]], day: date
) -> None:
    counted = [
        one for one in sorted(events, key=lambda one: one[1]) if one[1] <= day and one[0] in STANDING_AFTER
    ]
    assert standing_on(events, day) == (STANDING_AFTER[counted[-1][0]] if counted else Standing.STANDING)
