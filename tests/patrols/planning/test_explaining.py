from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from borderops.patrols.planning.explaining import (
    Reason,
    another_day,
    another_hour,
    why_chosen,
    why_left_out,
)
from borderops.patrols.planning.problem import Closure, Forbid, Pin, Problem, Site, Team, TeamDay, Travel
from borderops.patrols.planning.proposing import propose

MONDAY = date(2026, 3, 2)

#: Along a line from the post, kilometres and worth; twenty minutes a kilometre, eleven hours a day.
PLACES = {
    "post": (0.0, 0),
    "near": (5.0, 3),
    "poor": (14.0, 2),
    "rich": (16.0, 20),
    "other": (-14.0, 6),
    "beyond": (40.0, 9),
}


def posed() -> Problem:
    km = np.array([place for place, _ in PLACES.values()])
    minutes = np.abs(km[:, None] - km[None, :]) * 20.0
    sites = tuple(Site(key, worth, 10.0) for key, (_, worth) in PLACES.items() if key != "post")
    team = Team("team", "post", (TeamDay(MONDAY),), side="VN")
    return Problem(sites, (team,), Travel(tuple(PLACES), minutes))


def test_what_a_visit_costs_and_brings() -> None:
    problem = replace(posed(), sites=tuple(site for site in posed().sites if site.key != "poor"))
    chosen = {one.site: one for one in why_chosen(problem, propose(problem, seed=1, iterations=300).plan)}
    assert set(chosen) == {"near", "rich"}
    assert chosen["near"].detour_minutes == pytest.approx(0.0)
    assert chosen["rich"].detour_minutes == pytest.approx(2 * 11 * 20)
    assert chosen["rich"].worth_per_hour == pytest.approx(20 * 60 / (440 + 10))


def test_why_not() -> None:
    problem = replace(posed(), sites=(*posed().sites, Site("post", 1, 10.0, (), frozenset({"LA"}))))
    proposal = propose(problem, seed=1, iterations=500)
    assert set(proposal.plan.visited) == {"near", "rich"}
    other = why_left_out(problem, proposal, "other")
    assert other.reason is Reason.DISPLACES
    assert "rich" in other.displaced
    assert other.loss == proposal.worth - 6
    assert why_left_out(problem, proposal, "beyond").reason is Reason.OUT_OF_REACH
    assert why_left_out(problem, proposal, "post").reason is Reason.NOBODY_MAY


def test_why_not_when_forbidden_or_closed() -> None:
    forbidden = replace(posed(), forbids=(Forbid("rich"),))
    proposal = propose(forbidden, seed=1, iterations=300)
    assert why_left_out(forbidden, proposal, "rich").reason is Reason.FORBIDDEN
    closed = replace(posed(), closures=(Closure(MONDAY, MONDAY, frozenset({"rich"})),))
    proposal = propose(closed, seed=1, iterations=300)
    assert why_left_out(closed, proposal, "rich").reason is Reason.CLOSED


def test_why_not_when_the_wishes_leave_no_room() -> None:
    problem = replace(posed(), pins=(Pin("other"),))
    proposal = propose(problem, seed=1, iterations=300)
    assert why_left_out(problem, proposal, "rich").reason is Reason.WISHES


def test_what_another_day_or_hour_adds() -> None:
    problem = posed()
    proposal = propose(problem, seed=1, iterations=500)
    day = another_day(problem, proposal, "team")
    assert day.gain == 6
    assert day.added == ("other",)
    assert day.dropped == ()
    hour = another_hour(problem, proposal, "team")
    assert (hour.gain, hour.added) == (2, ("poor",))
    assert another_day(problem, proposal) == day
    assert another_hour(problem, proposal) == hour
    two_days = (TeamDay(MONDAY), TeamDay(MONDAY + timedelta(days=1)))
    longer = replace(problem, teams=(replace(problem.teams[0], days=two_days),))
    assert propose(longer, seed=1, iterations=500, first=proposal.plan).worth == proposal.worth + day.gain


def test_a_pinned_visit_is_said_to_be() -> None:
    problem = replace(posed(), pins=(Pin("other"),))
    chosen = why_chosen(problem, propose(problem, seed=1, iterations=300).plan)
    assert [one.pinned for one in chosen if one.site == "other"] == [True]
