"""Seasons and closed stretches: when they hold, whom they bind, that plans keep to them and say so."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.audit.models import Event
from borderops.boundary.queries import list_units
from borderops.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, Problems
from borderops.core.viewer import LOCAL_OPERATOR, Viewer
from borderops.patrols.limits.actions import add_limit, end_limit, lineage_of, list_limits
from borderops.patrols.limits.models import PatrolLimit
from borderops.patrols.limits.rules import MonthDay, WalkingLimit, in_season, slowest, spells
from borderops.patrols.limits.schemas import LimitEndIn, LimitIn
from borderops.patrols.planning.proposing import propose
from borderops.patrols.proposals.hours import limits_said
from borderops.patrols.proposals.posing import Posed, pose_problem
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.schemas import Section
from tests.patrols.making import commander, drafted

VIEWER = LOCAL_OPERATOR
SECTIONS = [Section(first="405", last="409")]
API = "/api/v1/patrol-limits"
DAYS = st.dates(date(2023, 1, 1), date(2031, 12, 31))
MONTH_DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: MonthDay(day.month, day.day))
RAINS = WalkingLimit(
    id=uuid4(),
    unit="nghe-an",
    name="Mùa mưa",
    basis="Thử",
    starts_on=date(2026, 1, 1),
    yearly=(MonthDay(5, 15), MonthDay(10, 15)),
    pace=1.4,
)


@pytest.mark.parametrize(
    ("day", "first", "last", "holds"),
    [
        (date(2026, 5, 15), (5, 15), (10, 15), True),
        (date(2026, 10, 15), (5, 15), (10, 15), True),
        (date(2026, 5, 14), (5, 15), (10, 15), False),
        (date(2026, 10, 16), (5, 15), (10, 15), False),
        (date(2026, 12, 31), (11, 15), (2, 28), True),
        (date(2027, 1, 1), (11, 15), (2, 28), True),
        (date(2027, 3, 1), (11, 15), (2, 28), False),
        (date(2028, 2, 29), (11, 15), (2, 28), False),
        (date(2027, 2, 28), (11, 15), (2, 29), True),
        (date(2028, 2, 29), (2, 29), (2, 29), True),
    ],
)
def test_days_of_a_season(day: date, first: tuple[int, int], last: tuple[int, int], holds: bool) -> None:
    assert in_season(day, MonthDay(*first), MonthDay(*last)) is holds


@given(DAYS, MONTH_DAYS, MONTH_DAYS)
def test_a_season_and_the_rest_of_the_year_share_no_day_but_their_ends(
    day: date, first: MonthDay, last: MonthDay
) -> None:
    ends = {(first.month, first.day), (last.month, last.day)}
    inside, outside = in_season(day, first, last), in_season(day, last, first)
    if first == last:
        assert inside == ((day.month, day.day) in ends)
    elif (day.month, day.day) in ends:
        assert inside
        assert outside
    else:
        assert inside != outside


@given(MONTH_DAYS)
def test_a_day_of_the_year_is_read_as_it_is_written(day: MonthDay) -> None:
    assert MonthDay.read(str(day), field="x") == day
    assert MonthDay.read(f"{day.day}/{day.month}", field="x") == day


@pytest.mark.parametrize("text", ["", "15", "32/1", "13-01", "02-30", "mai", "1/2/3"])
def test_what_is_no_day_of_the_year(text: str) -> None:
    with pytest.raises(InvalidInput):
        MonthDay.read(text, field="yearly_from")


@given(DAYS, st.integers(1, 40))
def test_spells_are_the_days_on_which_it_holds(day: date, count: int) -> None:
    days = [day + timedelta(days=number) for number in range(count)]
    limit = replace(RAINS, ends_on=date(2029, 6, 1))
    found = spells(limit, days)
    within = [one for first, last in found for one in days if first <= one <= last]
    assert within == [one for one in days if limit.holds_on(one)]
    assert all(later[0] - sooner[1] > timedelta(days=1) for sooner, later in pairwise(found))


def test_the_slowest_of_the_units_above_holds() -> None:
    day = date(2026, 6, 1)
    post = replace(RAINS, id=uuid4(), unit="don-na-ngoi", pace=1.7)
    other = replace(RAINS, id=uuid4(), unit="don-nam-can", pace=3.0)
    lineage = frozenset({"don-na-ngoi", "nghe-an"})
    assert slowest([RAINS, post, other], day=day, lineage=lineage) == 1.7
    assert slowest([RAINS, other], day=day, lineage=lineage) == 1.4
    assert slowest([RAINS], day=date(2026, 4, 1), lineage=lineage) == 1.0


def sent(**changes: Any) -> LimitIn:
    given: dict[str, Any] = {
        "id": uuid4(),
        "unit": "nghe-an",
        "name": "Mùa mưa",
        "basis": "Kế hoạch phòng chống thiên tai 2026",
        "starts_on": "2026-01-01",
        "yearly_from": "03-01",
        "yearly_to": "03-10",
        "pace": 1.5,
    }
    return LimitIn.model_validate({**given, **changes})


def closed(**changes: Any) -> LimitIn:
    never = {"yearly_from": None, "yearly_to": None, "pace": None}
    stretch = {"name": "Sạt lở", "closed": [{"first": "407", "last": "408"}]}
    return sent(**{**never, **stretch, "unit": "don-nam-can", **changes})


def posed(session: Session, **changes: Any) -> Posed:
    held = drafted(session, sections=SECTIONS, meeting_point="405(1)", **changes)
    return pose_problem(session, viewer=VIEWER, held=held, wish=Wish(metres_an_hour=6000))


def test_a_plan_is_slower_on_the_days_of_a_season_and_says_so(founded: Session) -> None:
    plain = posed(founded)
    add_limit(founded, viewer=VIEWER, sent=sent())
    slow = posed(founded)
    first, second = date(2026, 3, 10), date(2026, 3, 11)
    way = ("405(1)", "406")
    assert slow.problem.travel.between(*way, first) == pytest.approx(
        1.5 * plain.problem.travel.between(*way, first)
    )
    assert slow.problem.travel.between(*way, second) == plain.problem.travel.between(*way, second)
    home = slow.problem.teams[0].start
    assert slow.problem.travel.between(home, "406", first) > plain.problem.travel.between(home, "406", first)
    (said,) = limits_said(slow.hours[0])
    assert said.values == {"name": "Mùa mưa", "pace": 1.5}
    assert slow.hours[1].limits == []


def test_a_standing_closed_stretch_is_kept_to_by_everybody_until_it_is_ended(founded: Session) -> None:
    limit = add_limit(founded, viewer=VIEWER, sent=closed(ends_on="2026-03-31"))
    given = posed(founded)
    visited = set(propose(given.problem, seed=1, iterations=200).plan.visited)
    assert visited
    assert "409" not in visited
    assert [said.closed for said in given.hours[0].limits] == [["407–408"]]
    assert posed(founded, starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 1)).problem.closures == ()
    end = LimitEndIn(ends_on=date(2026, 3, 10), reason="Đã thông đường")
    assert end_limit(founded, viewer=VIEWER, limit_id=limit.id, sent=end).ended_because == "Đã thông đường"
    given = posed(founded)
    assert [len(hours.limits) for hours in given.hours] == [1, 0]
    (closure,) = given.problem.closures
    assert (closure.first, closure.last) == (date(2026, 3, 10), date(2026, 3, 10))


def test_a_single_marker_is_closed_and_a_stretch_elsewhere_is_not_told(founded: Session) -> None:
    add_limit(founded, viewer=VIEWER, sent=closed(closed=[{"first": "406", "last": "406"}]))
    add_limit(founded, viewer=VIEWER, sent=closed(closed=[{"first": "440", "last": "441"}]))
    given = posed(founded)
    assert "406" not in propose(given.problem, seed=1, iterations=100).plan.visited
    assert [said.closed for said in given.hours[0].limits] == [["406"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"yearly_to": None}, "yearly_to"),
        ({"yearly_from": "02-30"}, "yearly_from"),
        ({"pace": None}, "pace"),
        ({"closed": [{"first": "1", "last": "2"}]}, "closed"),
    ],
)
def test_what_cannot_be_entered(founded: Session, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Problems) as refused:
        add_limit(founded, viewer=VIEWER, sent=sent(**changes))
    assert [problem.field for problem in refused.value.problems] == [field]
    with pytest.raises(InvalidInput):
        add_limit(founded, viewer=VIEWER, sent=sent(unit="xiangkhouang"))


def test_a_commander_enters_for_the_own_post_alone_and_nothing_twice(founded: Session) -> None:
    post: Viewer = commander("don-nam-can")
    with pytest.raises(NotAllowed):
        add_limit(founded, viewer=post, sent=closed(unit="don-na-ngoi"))
    given = closed()
    first = add_limit(founded, viewer=post, sent=given)
    assert add_limit(founded, viewer=post, sent=given) == first
    with pytest.raises(Conflict):
        add_limit(founded, viewer=post, sent=given.model_copy(update={"name": "Khác"}))
    end = LimitEndIn(ends_on=date(2026, 3, 10), reason="Xong")
    with pytest.raises(NotAllowed):
        end_limit(founded, viewer=commander("don-na-ngoi"), limit_id=first.id, sent=end)
    end_limit(founded, viewer=post, limit_id=first.id, sent=end)
    with pytest.raises(Conflict):
        end_limit(founded, viewer=post, limit_id=first.id, sent=end)
    with pytest.raises(NotFound):
        end_limit(founded, viewer=post, limit_id=uuid4(), sent=end)
    assert len(list_limits(founded, viewer=post)) == 1
    assert lineage_of("don-nam-can", list_units(founded, viewer=VIEWER)) == {"don-nam-can", "nghe-an"}


def test_what_is_entered_is_never_removed(founded: Session) -> None:
    limit = add_limit(founded, viewer=VIEWER, sent=sent())
    row = founded.get_one(PatrolLimit, limit.id)
    founded.delete(row)
    with pytest.raises(DBAPIError):
        founded.flush()


def test_over_http(client: TestClient, signed_in_as: Callable[[str], TestClient], founded: Session) -> None:
    body = json.loads(closed().model_dump_json())
    made = client.post(API, json=body)
    assert made.status_code == 201, made.text
    assert made.json()["closed"] == ["407–408"]
    (held,) = client.get(API, params={"on": "2026-03-10"}).json()
    assert held["holds"]
    assert client.get(API, params={"on": "2025-03-10"}).json()[0]["holds"] is False
    ended = client.post(f"{API}/{body['id']}/end", json={"ends_on": "2026-03-20", "reason": "Đã thông"})
    assert ended.json()["ends_on"] == "2026-03-20"
    assert (
        client.post(f"{API}/{body['id']}/end", json={"ends_on": "2026-03-20", "reason": "x"}).status_code
        == 409
    )
    assert client.post(API, json={**body, "id": str(uuid4()), "pace": 9}).status_code == 422
    told = founded.scalars(select(Event.action).where(Event.subject_id == body["id"])).all()
    assert set(told) == {"add_patrol_limit", "end_patrol_limit"}
    counterpart = signed_in_as("lao-specialist-xk")
    assert counterpart.get(API).status_code == 403


@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_the_page(client: TestClient, founded: Session, language: str) -> None:
    page, asked = "/patrols/limits", {"lang": language}
    values = {
        "id": str(uuid4()),
        "unit": "nghe-an",
        "name": "Mùa mưa",
        "basis": "Kế hoạch 12",
        "starts_on": "2026-01-01",
        "yearly_from": "15/5",
        "yearly_to": "15/10",
        "pace": "1,4",
        "closed": "405-406\n407",
    }
    wrong = client.post(page, params=asked, data={**values, "yearly_to": "mai", "basis": ""})
    assert wrong.status_code == 422
    assert 'value="15/5"' in wrong.text
    assert client.post(page, params=asked, data=values).status_code == 200
    (limit,) = list_limits(founded, viewer=VIEWER)
    assert limit.yearly == (MonthDay(5, 15), MonthDay(10, 15))
    assert (limit.pace, [str(one) for one in limit.closed]) == (1.4, ["405–406", "407"])
    shown = client.get(page, params=asked).text
    assert "Kế hoạch 12" in shown
    end = f"{page}/{limit.id}/end"
    again = client.post(end, params=asked, data={"end_on": "2026-02-01", "end_reason": ""})
    assert again.status_code == 422
    assert f'<a href="#why-{limit.id}">' in again.text, "told at the field of the form that was sent"
    assert 'name="end_on" value="2026-02-01"' in again.text
    assert 'name="id" value=""' not in again.text, "the form above stays usable"
    client.post(end, params=asked, data={"end_on": "2026-02-01", "end_reason": "Hết mưa"})
    assert "Hết mưa" in client.get(page, params=asked).text
    assert (
        client.post(f"{page}/{uuid4()}/end", data={"end_on": "2026-02-01", "end_reason": "x"}).status_code
        == 404
    )
