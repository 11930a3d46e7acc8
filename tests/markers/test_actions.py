"""Positions, duties, gate decisions and events: what is taken, what is refused, what is kept."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from borderops.audit.models import Event
from borderops.core.asof import AsOf
from borderops.core.clock import now as clock_now
from borderops.core.coordinates import BadAccuracy, FarFromLine, SwappedAxes
from borderops.core.errors import Conflict, InvalidInput, NotFound
from borderops.core.systems import RefusedSystem, UnknownSystem
from borderops.core.viewer import LOCAL_OPERATOR, Viewer
from borderops.markers.actions import (
    AlreadyRegistered,
    DutyInForce,
    assign_duty,
    decide_gate,
    register_feature,
    state_position,
    tell_event,
)
from borderops.markers.duty_rule import UnreadableRule, contradiction, read_rule
from borderops.markers.models import Duty, Feature, FeaturePosition
from borderops.markers.numbers import NotANumber, parse_number
from borderops.markers.queries import find_duty, find_feature, get_feature, list_duties, list_stated_positions
from borderops.markers.rules import GATE_VALUES, GateAspect, GateClass, Side, pair_class
from borderops.markers.schemas import DutyIn, FeatureEventIn, FeatureIn, GateDecisionIn, PositionIn
from borderops.register import queries as register

WHO = LOCAL_OPERATOR
NOW = clock_now()
TODAY = NOW.date()


def feature(session: Session, address: str) -> Feature:
    return get_feature(session, viewer=WHO, address=address)


# Duties.


def duty(side: str = "LA", begin: date = date(2025, 1, 1), end: date | None = None, **told: Any) -> DutyIn:
    return DutyIn(
        **{
            "id": uuid4(),
            "side": side,
            "valid_from": begin,
            "valid_to": end,
            "legal_basis": "Biên bản 12/2025",
            "stated_by": "Sở Ngoại vụ",
            **told,
        }
    )


def assign(session: Session, address: str, sent: DutyIn, *, minute: int = 0) -> tuple[Duty, list[Any]]:
    at = NOW + timedelta(minutes=minute)
    return assign_duty(session, viewer=WHO, feature=feature(session, address), sent=sent, now=at)


def in_force(session: Session, address: str) -> list[tuple[date | None, date | None, str]]:
    found = list_duties(session, feature_id=feature(session, address).id)
    return [(one.valid.lower, one.valid.upper, one.side) for one in found if one.known.upper is None]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (date(2025, 1, 1), None),
        (date(2025, 6, 1), date(2025, 7, 1)),
        (date(2024, 1, 1), date(2025, 1, 2)),
        (date(2025, 12, 31), None),
    ],
)
def test_no_two_duties_at_once(founded: Session, begin: date, end: date | None) -> None:
    assign(founded, "406", duty("VN", date(2025, 1, 1), date(2026, 1, 1)))
    with pytest.raises(DutyInForce) as refused:
        assign(founded, "406", duty("LA", begin, end), minute=1)
    assert refused.value.code == "duty-in-force"
    assert refused.value.field == "valid_from"
    assert in_force(founded, "406") == [(date(2025, 1, 1), date(2026, 1, 1), "VN")]


@pytest.mark.parametrize(("begin", "end"), [(date(2026, 1, 1), None), (date(2024, 1, 1), date(2025, 1, 1))])
def test_duties_may_follow_each_other(founded: Session, begin: date, end: date | None) -> None:
    assign(founded, "406", duty("VN", date(2025, 1, 1), date(2026, 1, 1)))
    assign(founded, "406", duty("LA", begin, end), minute=1)
    assert len(in_force(founded, "406")) == 2


def test_the_database_itself_refuses_two_at_once(founded: Session) -> None:
    assign(founded, "406", duty())
    with pytest.raises(IntegrityError, match="one_duty_at_a_time"), founded.begin_nested():
        founded.execute(
            text(
                "INSERT INTO duty"
                " (id, feature_id, side, valid, known, precision, legal_basis, stated_by, mark)"
                " SELECT gen_random_uuid(), feature_id, 'VN', daterange('2026-02-01', NULL), known, 'day',"
                " 'x', 'x', 'sourced' FROM duty WHERE feature_id = :id"
            ),
            {"id": feature(founded, "406").id},
        )


def test_a_replacement_leaves_the_rest_on_both_sides(founded: Session) -> None:
    assign(founded, "406", duty("VN", date(2025, 1, 1), date(2026, 1, 1)))
    assign(founded, "406", duty("LA", date(2025, 4, 1), date(2025, 7, 1), replaces=True), minute=1)
    assert in_force(founded, "406") == [
        (date(2025, 1, 1), date(2025, 4, 1), "VN"),
        (date(2025, 4, 1), date(2025, 7, 1), "LA"),
        (date(2025, 7, 1), date(2026, 1, 1), "VN"),
    ]


def test_a_replacement_of_several_without_end(founded: Session) -> None:
    assign(founded, "406", duty("VN", date(2025, 1, 1), date(2025, 7, 1)))
    assign(founded, "406", duty("BOTH", date(2025, 7, 1), date(2026, 1, 1)), minute=1)
    assign(founded, "406", duty("LA", date(2025, 4, 1), replaces=True), minute=2)
    assert in_force(founded, "406") == [
        (date(2025, 1, 1), date(2025, 4, 1), "VN"),
        (date(2025, 4, 1), None, "LA"),
    ]


def test_before_the_replacement_was_known_the_old_one_is_shown(founded: Session) -> None:
    assign(founded, "406", duty("VN", date(2025, 1, 1)))
    founded.commit()
    assign(founded, "406", duty("LA", date(2025, 1, 1), replaces=True), minute=10)
    founded.commit()

    def side(known_at: datetime | None) -> str:
        at = AsOf(date(2025, 6, 1), known_at)
        return register.get_feature(founded, viewer=WHO, address="406", at=at).responsible_side

    assert side(NOW - timedelta(minutes=1)) == "UNSETTLED"
    assert side(NOW + timedelta(minutes=5)) == "VN"
    assert side(NOW + timedelta(minutes=10)) == "LA"
    assert side(None) == "LA"
    now_held = find_duty(founded, feature_id=feature(founded, "406").id, on=date(2025, 6, 1))
    assert now_held is not None
    assert now_held.side == "LA"


def test_the_event_keeps_what_was_before(founded: Session) -> None:
    assign(founded, "406", duty("VN"))
    assign(founded, "406", duty("LA", replaces=True), minute=1)
    founded.commit()
    told = founded.scalars(select(Event).where(Event.action == "assign_duty").order_by(Event.seq)).all()
    assert told[-2].before is None
    assert told[-1].before is not None
    assert [one["side"] for one in told[-1].before["duties"]] == ["VN"]
    assert told[-1].after is not None
    assert told[-1].after["side"] == "LA"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"end": date(2025, 1, 1)}, "valid_to"),
        ({"end": date(2024, 12, 31)}, "valid_to"),
        ({"unit": "atlantis"}, "unit"),
        ({"source": "hearsay"}, "source"),
    ],
)
def test_what_a_duty_cannot_say(founded: Session, told: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        assign(founded, "406", duty(**told))
    assert refused.value.field == field


def test_a_duty_sent_again_changes_nothing(founded: Session) -> None:
    sent = duty()
    first, _ = assign(founded, "406", sent)
    again, _ = assign(founded, "406", sent, minute=1)
    assert again.id == first.id
    assert len(in_force(founded, "406")) == 1


@pytest.mark.parametrize(
    "change", [{"side": "VN"}, {"valid_from": date(2025, 2, 1)}, {"legal_basis": "khác"}, {"note": "khác"}]
)
def test_an_id_stands_for_one_duty(founded: Session, change: dict[str, Any]) -> None:
    sent = duty()
    assign(founded, "406", sent)
    with pytest.raises(Conflict):
        assign(founded, "406", sent.model_copy(update=change), minute=1)


RULE = "even=VN,odd=LA,single-only"


@pytest.mark.parametrize(
    ("number", "side", "proposed"),
    [
        ("409", "LA", None),
        ("409", "VN", "LA"),
        ("409", "BOTH", None),
        ("409", "UNSETTLED", None),
        ("390", "VN", None),
        ("390", "LA", "VN"),
        ("397(1)", "VN", None),
        ("425/1", "VN", None),
    ],
)
def test_the_rule_warns_and_decides_nothing(number: str, side: str, proposed: str | None) -> None:
    warning = contradiction(read_rule(RULE), number=parse_number(number), side=Side(side))
    assert (warning is not None) == (proposed is not None)
    if warning is not None:
        named = {"VN": "Vietnam", "LA": "Laos"}
        assert str(warning) == (
            f"The rule in force would propose {named[str(proposed)]} for {number}; "
            f"check the basis of {named[side]}."
        )


def test_rules_that_are_none() -> None:
    assert read_rule(None).sides == ()
    assert read_rule("").sides == ()
    assert contradiction(read_rule(""), number=parse_number("409"), side=Side.VN) is None
    assert contradiction(read_rule("odd=LA"), number=parse_number("397(1)"), side=Side.VN) is not None
    for wrong in ("prime=VN", "odd=FR", "odd", "even=VN;odd=LA"):
        with pytest.raises(UnreadableRule):
            read_rule(wrong)


def test_the_rule_in_force_warns_at_the_assignment(founded: Session) -> None:
    _, warnings = assign(founded, "406", duty("LA"))
    assert [str(warning) for warning in warnings] == [
        "The rule in force would propose Vietnam for 406; check the basis of Laos."
    ]
    _, warnings = assign(founded, "408", duty("VN"))
    assert warnings == []


@pytest.mark.parametrize(("side", "unit"), [("VN", "xiangkhouang"), ("LA", "don-nam-can")])
def test_a_duty_is_not_given_to_a_unit_of_the_other_side(founded: Session, side: str, unit: str) -> None:
    with pytest.raises(InvalidInput, match="the other side") as refused:
        assign(founded, "406", duty(side, unit=unit))
    assert refused.value.field == "unit"
    assign(founded, "406", duty("BOTH", unit=unit))


# Positions.


def position(**told: Any) -> PositionIn:
    return PositionIn(
        **{
            "id": uuid4(),
            "system": "wgs84",
            "x": "104.0473",
            "y": "19.4234",
            "method": "gnss",
            "accuracy_m": 0.5,
            **told,
        }
    )


def state(session: Session, sent: PositionIn, address: str = "409") -> FeaturePosition:
    stated = state_position(session, viewer=WHO, feature=feature(session, address), sent=sent, now=NOW)
    session.flush()
    return stated


def lon_lat(session: Session, stated: FeaturePosition) -> tuple[float, float]:
    rows = list_stated_positions(session, feature_id=stated.feature_id)
    return next((lon, lat) for row, lon, lat in rows if row.id == stated.id)


@pytest.mark.parametrize(
    ("given_as", "operation"),
    [
        ({"system": "wgs84", "x": "104.0473", "y": "19.4234"}, "none"),
        ({"system": "EPSG:4326", "x": "104.0473", "y": "19.4234"}, "none"),
        ({"system": "wgs84", "x": None, "y": None, "figures": "19°25′24.24″N 104°02′50.28″E"}, "none"),
        ({"system": "vn2000-tm3-104-45", "x": "426279.5", "y": "2147650.0"}, "EPSG:6960"),
        ({"system": "EPSG:9208", "x": "426279.5", "y": "2147650.0"}, "EPSG:6960"),
        ({"system": "vn2000", "x": "104.0492", "y": "19.4224"}, "EPSG:6960"),
        ({"system": "wgs84-utm48n", "x": "400003", "y": "2147900"}, "none"),
        ({"system": "lao1997", "x": "104.0473", "y": "19.4234"}, "EPSG:1065"),
    ],
)
def test_figures_stay_as_given_and_the_way_to_wgs84_is_kept(
    founded: Session, given_as: dict[str, Any], operation: str
) -> None:
    stated = state(founded, position(**given_as))
    assert stated.operation == operation
    lon, lat = lon_lat(founded, stated)
    assert lon == pytest.approx(104.0473, abs=0.01)
    assert lat == pytest.approx(19.4234, abs=0.01)
    assert stated.operation_accuracy_m >= 0
    if given_as["x"] is not None:
        assert (stated.x, stated.y) == (given_as["x"], given_as["y"])
    else:
        assert {stated.x, stated.y} == {"104°02′50.28″E", "19°25′24.24″N"}


@pytest.mark.parametrize(
    ("told", "error", "field"),
    [
        ({"system": "hanoi1972"}, RefusedSystem, "system"),
        ({"system": "indian1960"}, RefusedSystem, "system"),
        ({"system": "EPSG:4147"}, RefusedSystem, "system"),
        ({"system": "vn2000-tm3"}, RefusedSystem, "system"),
        ({"system": "mars2000"}, UnknownSystem, "system"),
        ({"accuracy_m": -1}, BadAccuracy, "accuracy_m"),
        ({"x": None}, InvalidInput, "x"),
        ({"y": None}, InvalidInput, "y"),
        ({"x": "Paris"}, InvalidInput, "x"),
        ({"x": "2.35", "y": "48.85"}, InvalidInput, "x"),
        ({"measured_on": TODAY + timedelta(days=2)}, InvalidInput, "measured_on"),
        ({"corrects": uuid4()}, InvalidInput, "corrects"),
        ({"source": "hearsay"}, InvalidInput, "source"),
    ],
)
def test_what_a_position_cannot_say(
    founded: Session, told: dict[str, Any], error: type[InvalidInput], field: str
) -> None:
    before = founded.scalar(select(func.count()).select_from(FeaturePosition))
    with pytest.raises(error) as refused:
        state(founded, position(**told))
    assert refused.value.field == field
    assert founded.scalar(select(func.count()).select_from(FeaturePosition)) == before


def texts(stated: FeaturePosition) -> list[str]:
    return [warning["text"] for warning in stated.warnings]


def test_swapped_figures_are_read_and_remarked_upon(founded: Session) -> None:
    stated = state(founded, position(x="19.4234", y="104.0473"))
    assert (stated.x, stated.y) == ("19.4234", "104.0473")
    assert lon_lat(founded, stated) == (104.0473, 19.4234)
    assert any("swapped" in text for text in texts(stated))
    assert SwappedAxes.code == "swapped-axes"


def test_a_point_far_from_the_line_is_remarked_upon(founded: Session) -> None:
    stated = state(founded, position(x="105.5", y="19.0"))
    assert any("implausibly far" in text for text in texts(stated))
    assert stated.offset_m is not None
    assert abs(stated.offset_m) > 50_000
    assert FarFromLine.code == "far-from-line"


def test_a_plain_position_has_no_warning(founded: Session) -> None:
    assert texts(state(founded, position(method="handheld", accuracy_m=5))) == []


def test_markers_keep_number_order_along_the_line(founded: Session) -> None:
    """The chainage lies between those of the neighbours that are placed, and says so if that is odd."""
    right = state(founded, position())
    assert right.chainage_m is not None
    wrong = state(founded, position(x="104.90", y="19.98"))  # where 359 stands
    assert wrong.chainage_m is not None
    assert any("cannot stand" in text for text in texts(wrong))


def test_a_better_method_is_shown_and_nothing_is_overwritten(founded: Session) -> None:
    def shown() -> str | None:
        founded.commit()
        return register.get_feature(founded, viewer=WHO, address="409", at=AsOf(TODAY)).method

    assert shown() == "schematic"
    gnss = state(founded, position(measured_on=TODAY - timedelta(days=3)))
    assert shown() == "gnss"
    state(founded, position(method="map", accuracy_m=30, measured_on=TODAY - timedelta(days=1)))
    assert shown() == "gnss"
    back = position(method="handheld", accuracy_m=5, corrects=gnss.id, measured_on=TODAY)
    state(founded, back)
    assert shown() == "handheld"
    assert len(list_stated_positions(founded, feature_id=gnss.feature_id)) == 4


def test_a_position_sent_again_changes_nothing(founded: Session) -> None:
    sent = position()
    assert state(founded, sent).id == state(founded, sent).id
    assert len(list_stated_positions(founded, feature_id=feature(founded, "409").id)) == 2


@pytest.mark.parametrize(
    "change",
    [{"x": "104.0474"}, {"accuracy_m": 9}, {"method": "map"}, {"system": "vn2000"}, {"measured_by": "khác"}],
)
def test_an_id_stands_for_one_position(founded: Session, change: dict[str, Any]) -> None:
    sent = position()
    state(founded, sent)
    with pytest.raises(Conflict):
        state(founded, PositionIn(**(sent.model_dump() | change)))


# Gates.


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


# Features and their events.


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
