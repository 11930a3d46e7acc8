"""Teams of both sides that walk as one: never at two places, both at every visit, all within the daylight."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from borderops.core.errors import InvalidInput, Problems
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.patrols.countering import countered
from borderops.patrols.parties import groups_of, party_problems
from borderops.patrols.planning.checking import broken_limits
from borderops.patrols.planning.problem import (
    Camp,
    Closure,
    Forbid,
    InvalidProblem,
    Pin,
    Problem,
    Site,
    Team,
    TeamDay,
    Travel,
)
from borderops.patrols.planning.proposing import propose
from borderops.patrols.proposals.day_stops import meetings_told, stops_of
from borderops.patrols.proposals.daylight import minute_of
from borderops.patrols.proposals.planned import lay_out
from borderops.patrols.proposals.posing import Posed, pose_problem
from borderops.patrols.proposals.together import Party, walk_together
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.rules import PatrolKind
from borderops.patrols.schemas import Place, Plan, Section, Stop, StopKind
from borderops.patrols.schemas import Team as PlannedTeam
from tests.patrols.making import a_plan, drafted

VIEWER = LOCAL_OPERATOR
FIRST = date(2026, 3, 10)
SECTIONS = [Section(first="405", last="409")]


def travel(km: dict[str, float], *, up: float = 1.0) -> Travel:
    """Twenty minutes a kilometre; `up` times as much towards greater kilometres."""
    places = np.array(list(km.values()))
    ahead = places[None, :] - places[:, None]
    return Travel(tuple(km), np.where(ahead > 0, ahead * up, -ahead) * 20.0)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """One team of each side with different hours, paces and places; sites that one side alone may visit."""
    kilometre = st.floats(0, 25).map(lambda value: round(value, 1))
    keys = [f"s{index}" for index in range(draw(st.integers(1, 6)))]
    km = {key: draw(kilometre) for key in [*keys, "start:vn", "start:la", "meet:", "camp:a"]}
    dates = [FIRST + timedelta(days=offset) for offset in range(2)]
    teams = tuple(
        Team(
            key=key,
            start=f"start:{key}",
            days=tuple(
                TeamDay(day, draw(st.integers(330, 420)), draw(st.integers(900, 1080))) for day in dates
            ),
            side=side,
            camps=(Camp("camp:a"),) if draw(st.booleans()) else (),
            pace=draw(st.sampled_from([1.0, 1.25])),
        )
        for key, side in (("vn", "VN"), ("la", "LA"))
    )
    sides = st.sampled_from([frozenset(), frozenset({"VN"}), frozenset({"LA"}), frozenset({"other"})])
    sites = tuple(
        Site(key, draw(st.integers(1, 30)), draw(st.integers(0, 60)), sides=draw(sides)) for key in keys
    )
    closed = Closure(dates[0], draw(st.sampled_from(dates)), legs=frozenset({("start:la", "meet:")}))
    return Problem(
        sites=sites,
        teams=teams,
        travel=travel(km, up=draw(st.sampled_from([1.0, 1.4]))),
        closures=(closed,) if draw(st.booleans()) else (),
    )


@settings(max_examples=60)
@given(problems(), st.one_of(st.none(), st.integers(300, 700)))
def test_a_party_walks_as_one_within_everybody_s_daylight(problem: Problem, meets_from: int | None) -> None:
    together, parties = walk_together(problem, [("vn", "la")], meeting="meet:", meets_from=meets_from)
    together.check()
    (party,) = parties.values()
    plan = propose(together, seed=1, iterations=60).plan
    assert broken_limits(together, plan) == ()
    assert {day.team for day in plan.days} == {"vn+la"}
    allowed = {site.key for site in problem.sites if not site.sides or site.sides & {"VN", "LA"}}
    assert set(plan.visited) <= allowed, "what neither side may visit, the party may not"
    for day in plan.days:
        if not day.visits and day.start == day.end:
            continue
        minute = _leaves_the_meeting(problem, party, day, meets_from) if day.start == party.home else None
        minute = day.leaves_minute if minute is None else minute
        place = "meet:" if day.start == party.home else day.start
        pace = max(team.pace for team in problem.teams)
        for visit in day.visits:
            walked = problem.travel.between(place, visit.site, day.day) * pace
            assert visit.arrives_minute >= minute + walked - 0.01, "they are at one place after the other"
            place, minute = visit.site, visit.leaves_minute
        if day.end == party.home:
            _gets_home(problem, party, day, place, minute, pace)


def _leaves_the_meeting(problem: Problem, party: Party, day, meets_from: int | None) -> float:  # type: ignore[no-untyped-def]
    """When the slower is at the meeting point; each team sets out within its own daylight."""
    needed = {
        team.key: problem.travel.between(team.start, "meet:", day.day) * team.pace for team in problem.teams
    }
    meets = day.leaves_minute + max(needed.values())
    for team in problem.teams:
        (limits,) = (one for one in team.days if one.day == day.day)
        assert meets - needed[team.key] >= limits.from_minute - 0.01
    assert party.out_minutes(problem.travel, day.day) == pytest.approx(needed)
    if meets_from is not None and day.day == FIRST:
        assert meets >= min(meets_from, 900) - 0.01
    return float(meets)


def _gets_home(problem: Problem, party: Party, day, place: str, minute: float, pace: float) -> None:  # type: ignore[no-untyped-def]
    """Both are home within their own daylight, each by its own way from where they part."""
    parts = minute + problem.travel.between(place, "meet:", day.day) * pace
    for team in problem.teams:
        home = parts + problem.travel.between("meet:", team.start, day.day) * team.pace
        (limits,) = (one for one in team.days if one.day == day.day)
        assert home <= limits.until_minute + 0.01
    assert max(party.back_minutes(problem.travel, day.day).values()) <= limits.until_minute - parts + 0.01


@given(problems())
def test_a_closed_way_to_the_meeting_point_keeps_the_party_at_home(problem: Problem) -> None:
    closed = Closure(FIRST, FIRST + timedelta(days=1), legs=frozenset({("start:la", "meet:")}))
    together, _ = walk_together(replace(problem, closures=(closed,)), [("vn", "la")], meeting="meet:")
    assert propose(together, seed=1, iterations=20).plan.visited == {}


def test_wishes_about_one_team_are_the_party_s() -> None:
    km = {"a": 1.0, "b": 2.0, "start:vn": 0.0, "start:la": 0.0, "start:x": 0.0, "meet:": 0.0}
    days = (TeamDay(FIRST),)
    problem = Problem(
        sites=(Site("a", 5), Site("b", 5)),
        teams=tuple(Team(key, f"start:{key}", days) for key in ("x", "la", "vn")),
        travel=travel(km),
        pins=(Pin("a", team="vn"),),
        forbids=(Forbid("b", team="la"), Forbid("b", team="x")),
    )
    together, _ = walk_together(problem, [("vn", "la")], meeting="meet:")
    assert [team.key for team in together.teams] == ["x", "vn+la"]
    assert set(propose(together, seed=1, iterations=50).plan.visited) == {"a"}
    assert together.pins == (Pin("a", team="vn+la"),)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"end": "meet:"}, "end where they began"),
        ({"days": (TeamDay(FIRST + timedelta(days=9)),)}, "same days"),
    ],
)
def test_teams_that_cannot_walk_together(changes: dict[str, object], said: str) -> None:
    team = Team("vn", "start:vn", (TeamDay(FIRST),))
    problem = Problem((), (team, replace(team, key="la", **changes)), travel({"start:vn": 0, "meet:": 1}))  # type: ignore[arg-type]
    with pytest.raises(InvalidProblem, match=said):
        walk_together(problem, [("vn", "la")], meeting="meet:")


def team(key: str, side: str, party: int | None = None, start: str | None = None) -> PlannedTeam:
    unit = "don-na-ngoi" if side == "VN" else "dai-doi-222"
    given = {
        "key": key,
        "side": side,
        "unit": unit,
        "leader": "A",
        "strength": 5,
        "party": party,
        "start": start,
    }
    return PlannedTeam.model_validate(given)


@pytest.mark.parametrize(
    ("teams", "kind", "walking"),
    [
        ([team("v", "VN"), team("l", "LA")], PatrolKind.JOINT, [("v", "l")]),
        ([team("v", "VN"), team("l", "LA")], PatrolKind.OWN_SIDE, []),
        ([team("v", "VN", 0), team("l", "LA")], PatrolKind.JOINT, []),
        ([team("v", "VN"), team("w", "VN")], PatrolKind.JOINT, []),
        ([team("v", "VN"), team("w", "VN"), team("l", "LA")], PatrolKind.JOINT, []),
        ([team("v", "VN", 1), team("w", "VN"), team("l", "LA", 1)], PatrolKind.JOINT, [("v", "l")]),
        (
            [team("v", "VN", 2), team("w", "VN", 1), team("l", "LA", 1), team("m", "LA", 2)],
            PatrolKind.JOINT,
            [("w", "l"), ("v", "m")],
        ),
    ],
)
def test_who_walks_together(
    teams: list[PlannedTeam], kind: PatrolKind, walking: list[tuple[str, ...]]
) -> None:
    assert [tuple(one.key for one in group) for group in groups_of(teams, kind=kind)] == walking
    assert party_problems(teams) == []


def test_a_party_has_both_sides(founded: Session) -> None:
    with pytest.raises(Problems) as refused:
        drafted(founded, teams=[team("v", "VN", 1), team("l", "LA", 2), team("m", "LA", 0)])
    assert [(one.field, one.message.values["number"]) for one in refused.value.problems] == [
        ("teams", 1),
        ("teams", 2),
    ]


def posed(founded: Session, **changes: Any) -> tuple[Posed, Plan]:
    changes.setdefault("sections", SECTIONS)
    changes.setdefault("meeting_point", "407")
    changes.setdefault("teams", [team("v", "VN", start="405(1)"), team("l", "LA", start="408")])
    held = drafted(founded, **changes)
    return pose_problem(founded, viewer=VIEWER, held=held, wish=Wish(metres_an_hour=6000)), held.plan


def test_each_day_is_told_from_both_homes_to_the_common_way_and_back(founded: Session) -> None:
    given, plan = posed(founded, meeting_at=time(9))
    proposal = propose(given.problem, seed=1, iterations=200)
    assert proposal.plan.visited
    for day in proposal.plan.days:
        stops = stops_of(day, given, plan)
        if not stops:
            continue
        kinds = [stop.kind for stop in stops]
        assert kinds[:3] == [StopKind.START, StopKind.START, StopKind.MEET]
        assert kinds[-3:] == [StopKind.PART, StopKind.BACK, StopKind.BACK]
        assert {stop.feature for stop in stops[:2]} == {"405(1)", "408"}
        assert all({stop.team, *stop.together} == {"v", "l"} for stop in stops[2:-2])
        assert _in_order(stops)
        (hours,) = (one for one in given.hours if one.day == stops[0].day)
        assert all(stop.at is not None and hours.sets_out <= stop.at <= hours.back_by for stop in stops)
    first = stops_of(proposal.plan.days[0], given, plan)
    assert first[2].at is not None
    assert first[2].at >= time(9), "they meet when the plan says"
    (told,) = meetings_told(given, plan)
    assert told["meeting"] == "407"
    assert told["late_for"] is None


def _in_order(stops: list[Stop]) -> bool:
    minutes = [minute_of(stop.at) for stop in stops if stop.at is not None]
    return all(sooner <= later for sooner, later in pairwise(minutes))


def test_a_team_that_cannot_be_there_in_time_is_told(founded: Session) -> None:
    given, plan = posed(founded, meeting_at=time(6, 30))
    (told,) = meetings_told(given, plan)
    assert told["late_for"] == "06:30"
    with pytest.raises(InvalidInput, match="cannot be at the meeting point"):
        posed(founded, teams=[team("v", "VN", start="359"), team("l", "LA", start="408")])


@pytest.mark.parametrize("said", ["Nhà văn hóa bản", "95, 200"])
def test_where_they_meet_must_be_known(founded: Session, said: str) -> None:
    with pytest.raises(InvalidInput, match="say where they meet"):
        posed(founded, meeting_point=said)
    alone, _ = posed(
        founded, meeting_point=said, teams=[team("v", "VN", 0, "405(1)"), team("l", "LA", 0, "408")]
    )
    assert [one.key for one in alone.problem.teams] == ["v", "l"]


def test_a_camp_s_morning_begins_at_the_camp(founded: Session) -> None:
    camp = Place(lon=104.08, lat=19.42, name="Trại 1")
    given, plan = posed(founded, camps=[camp])
    (one,) = given.problem.teams
    day = propose(given.problem, seed=1, iterations=50).plan.days[1]
    morning = replace(day, start="camp:Trại 1")
    assert StopKind.MEET not in [stop.kind for stop in stops_of(morning, given, plan)]
    assert one.nights_at(day.day) == (one.start, "camp:Trại 1")


def test_the_ways_of_both_sides_and_the_common_way_lie_on_the_map(founded: Session) -> None:
    stops = [
        Stop(day=1, team="v", kind=StopKind.START, feature="405(1)", at=time(6)),
        Stop(day=1, team="l", kind=StopKind.START, feature="408", at=time(6, 10)),
        Stop(day=1, team="v", together=["l"], kind=StopKind.MEET, feature="407", at=time(7)),
        Stop(day=1, team="v", together=["l"], feature="406", at=time(8)),
        Stop(day=1, team="v", together=["l"], kind=StopKind.PART, feature="407", at=time(9)),
        Stop(day=1, team="v", kind=StopKind.BACK, feature="405(1)", at=time(10)),
        Stop(day=1, team="l", kind=StopKind.BACK, feature="408", at=time(10)),
    ]
    teams = [team("v", "VN", start="405(1)"), team("l", "LA", start="408")]
    held = drafted(
        founded,
        id=uuid4(),
        sections=SECTIONS,
        meeting_point="Mốc 407",
        teams=teams,
        stops=stops,
        crossings=[{"team": "v", "where": "19.42, 104.08 Suối", "to_side": "LA"}],
    )
    planned = lay_out(founded, viewer=VIEWER, held=held)
    (way,) = planned.ways
    assert way.name == "v + l"
    told = [("+".join(one.key for one in line.teams), len(line.points)) for line in way.lines]
    assert told == [("v+l", 3), ("v", 2), ("v", 2), ("l", 2), ("l", 2)]
    assert [place.name for place in way.places_of(teams[1])] == ["408", "407", "406", "407", "408"]
    assert [place.kind for place in planned.places][:4] == ["meet", "start", "start", "visit"]
    assert [(place.kind, place.lon) for place in planned.crossings] == [("cross", 104.08)]
    assert "406" not in {place.name for place in planned.others}
    assert "408" in {place.name for place in planned.others}, "to set out from a marker is not to look at it"


def test_the_other_side_s_new_team_walks_with_whom_the_old_one_walked() -> None:
    plan = a_plan(
        teams=[team("v", "VN", 1), team("l", "LA", 1)],
        hours=[{"day": 1, "sets_out": "06:00", "back_by": "17:00"}],
        stops=[Stop(day=1, team="v", together=["l"], feature="421"), Stop(day=2, team="v", feature="422")],
    )
    new = team("m", "LA").model_dump(mode="json")
    changed = countered(plan, {"teams": [new]})
    assert [(one.key, one.party) for one in changed.teams] == [("v", 1), ("m", 1)]
    assert [stop.feature for stop in changed.stops] == ["422"], "the old team is there no longer"
    assert changed.hours == plan.hours
    assert countered(plan, {"teams": [{**new, "party": 0}]}).teams[1].party == 0
    assert countered(plan, {"starts_on": "2026-03-09"}).hours == []
    shorter = countered(plan, {"ends_on": "2026-03-10"})
    assert [stop.feature for stop in shorter.stops] == ["421"], "the second day is no more"
    timed = plan.model_copy(
        update={
            "stops": [
                Stop(day=1, team="v", together=["l"], kind=StopKind.MEET, feature="420", at=time(8)),
                Stop(day=1, team="v", together=["l"], feature="421", at=time(9)),
            ]
        }
    )
    elsewhere = countered(timed, {"meeting_point": "422"})
    assert [(stop.kind, stop.at) for stop in elsewhere.stops] == [("visit", None)]
