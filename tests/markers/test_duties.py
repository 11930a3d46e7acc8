"""Duties to repair: no two at once, what replaces what, and the rule that warns."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from borderops.audit.models import Event
from borderops.core.asof import AsOf
from borderops.core.errors import Conflict, InvalidInput
from borderops.markers.duties import DutyInForce, assign_duty
from borderops.markers.duty_rule import UnreadableRule, contradiction, read_rule
from borderops.markers.models import Duty, Feature
from borderops.markers.numbers import parse_number
from borderops.markers.queries import find_duty, list_duties
from borderops.markers.rules import Side
from borderops.markers.schemas import DutyIn
from borderops.register import queries as register
from borderops.ui.languages import get_translator
from tests.markers.given import NOW, TODAY, WHO, feature


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


def test_a_duty_in_force_is_told_as_finely_as_it_is_known(founded: Session) -> None:
    held = founded.scalars(
        select(Duty).where(Duty.precision == "year", Duty.valid.contains(TODAY), func.upper_inf(Duty.known))
    ).first()
    assert held is not None
    assert held.valid.lower is not None
    with pytest.raises(DutyInForce) as refused:
        assign_duty(
            founded,
            viewer=WHO,
            feature=founded.get_one(Feature, held.feature_id),
            sent=duty(begin=TODAY),
            now=NOW,
        )
    for language in ("vi", "lo", "en"):
        said = get_translator(language).t(refused.value.message)
        assert f"{held.valid.lower.year}" in said
        assert f"/{held.valid.lower.year}" not in said
        assert f"Jan {held.valid.lower.year}" not in said
