from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.orienteering.exact import best_worth
from benchmarks.orienteering.line_shaped import line_problem
from borderops.core.errors import InvalidInput
from borderops.patrols.planning.checking import Limit, broken_limits
from borderops.patrols.planning.plan import Progress
from borderops.patrols.planning.problem import (
    UNREACHABLE,
    Camp,
    Closure,
    Forbid,
    InOrder,
    InvalidProblem,
    Pin,
    Problem,
    Site,
    Team,
    TeamDay,
    Travel,
    Window,
)
from borderops.patrols.planning.proposing import propose

FIRST = date(2026, 3, 2)
STEPS = 400


def days(count: int, **limits: float) -> tuple[TeamDay, ...]:
    return tuple(TeamDay(FIRST + timedelta(days=number), **limits) for number in range(count))


def on_a_line(km: dict[str, float], *, up: float = 1.3) -> Travel:
    """Twenty minutes a kilometre; `up` times as much towards greater kilometres."""
    places = np.array(list(km.values()))
    ahead = places[None, :] - places[:, None]
    return Travel(tuple(km), np.where(ahead > 0, ahead * up, -ahead) * 20.0)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Problems with everything that a person may ask."""
    number = draw(st.integers(1, 8))
    kilometre = st.floats(0, 40).map(lambda value: round(value, 1))
    keys = [f"s{index}" for index in range(number)]
    km = {key: draw(kilometre) for key in [*keys, "post a", "post b", "camp"]}
    dates = [FIRST + timedelta(days=offset) for offset in range(3)]
    window = st.tuples(st.integers(360, 900), st.integers(60, 400), st.sampled_from([None, *dates])).map(
        lambda drawn: Window(drawn[0], drawn[0] + drawn[1], drawn[2])
    )
    sites = tuple(
        Site(
            key,
            draw(st.integers(0, 30)),
            draw(st.sampled_from([0.0, 20.0, 45.0])),
            tuple(draw(st.lists(window, max_size=2))),
            draw(st.sampled_from([frozenset[str](), frozenset({"VN"})])),
        )
        for key in keys
    )
    longest = st.sampled_from([UNREACHABLE, 240.0, 480.0])
    teams = tuple(
        Team(
            f"team {letter}",
            f"post {letter}",
            tuple(replace(day, longest_minutes=draw(longest)) for day in days(draw(st.integers(1, 3)))),
            side=side,
            camps=(Camp("camp", draw(st.sampled_from([None, frozenset({FIRST})]))),),
            pace=draw(st.sampled_from([1.0, 1.2])),
        )
        for letter, side in (("a", "VN"), ("b", "LA"))
    )
    key = st.sampled_from(keys)
    team = st.sampled_from([None, "team a", "team b"])
    day = st.sampled_from([None, *dates])
    closed = st.frozensets(key, max_size=2)
    legs = (
        st.frozensets(st.tuples(key, key).filter(lambda leg: leg[0] != leg[1]), max_size=3)
        if number > 1
        else (st.just(frozenset[tuple[str, str]]()))
    )
    return Problem(
        sites,
        teams,
        on_a_line(km),
        closures=tuple(
            Closure(dates[0], dates[1], *drawn)
            for drawn in draw(st.lists(st.tuples(closed, legs), max_size=1))
        ),
        pins=tuple(draw(st.lists(st.builds(Pin, key, team, day), max_size=2))),
        forbids=tuple(draw(st.lists(st.builds(Forbid, key, team, day), max_size=2))),
        orders=tuple(
            InOrder(tuple(drawn))
            for drawn in draw(st.lists(st.lists(key, unique=True, max_size=4), max_size=1))
        ),
    )


@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(0, 5))
def test_no_plan_breaks_a_limit_or_a_pin(problem: Problem, seed: int) -> None:
    proposal = propose(problem, seed=seed, iterations=STEPS)
    broken = broken_limits(problem, proposal.plan)
    assert {one.limit for one in broken} <= {Limit.PIN}
    assert {one.site for one in broken} == {pin.site for pin in proposal.unmet}
    assert proposal.worth == proposal.plan.worth(problem) <= proposal.bound


@pytest.mark.parametrize("seed", range(12))
def test_an_order_holds_over_the_days_of_a_team(seed: int) -> None:
    """A place that was free of the order before another site went into another day is not free any more."""
    drawn = np.random.default_rng(seed)
    keys = [f"s{index}" for index in range(8)]
    km = {"post": 0.0, **{key: float(drawn.integers(1, 30)) for key in keys}}
    sites = tuple(Site(key, int(drawn.integers(1, 30)), 20.0) for key in keys)
    wanted = InOrder(tuple(str(key) for key in drawn.permutation(keys)[:4]))
    team = Team("team", "post", tuple(replace(day, longest_minutes=480.0) for day in days(3)))
    problem = Problem(sites, (team,), on_a_line(km), orders=(wanted,))
    assert not broken_limits(problem, propose(problem, seed=seed, iterations=STEPS).plan)


def test_an_order_holds_where_a_later_day_is_the_only_one_for_a_site() -> None:
    """What comes first can only be seen on the second day: then the other waits for it, or gives way."""
    second = FIRST + timedelta(days=1)
    sites = (Site("late", 1, windows=(Window(360, 420, second),)), Site("free", 2))
    team = Team("team", "post", days(2))
    travel = on_a_line({"post": 0.0, "late": 0.0, "free": 0.0})
    problem = Problem(sites, (team,), travel, orders=(InOrder(("late", "free")),))
    for seed in range(6):
        assert not broken_limits(problem, propose(problem, seed=seed, iterations=STEPS).plan)


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_same_input_seed_and_iterations_make_the_same_plan(problem: Problem) -> None:
    assert propose(problem, seed=3, iterations=60).plan == propose(problem, seed=3, iterations=60).plan


def test_the_clock_and_the_looks_at_it_do_not_change_the_plan() -> None:
    problem = line_problem(4, features=60, posts=4, days=2)
    timed = propose(problem, seed=7, seconds=0.3)
    seen: list[Progress] = []
    again = propose(problem, seed=7, iterations=timed.iterations, progress=seen.append)
    assert again.plan == timed.plan
    assert [one.worth for one in seen] == sorted(one.worth for one in seen)
    assert seen[-1].iterations == timed.iterations


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_a_forbidden_feature_is_never_visited(problem: Problem, data: st.DataObject) -> None:
    site = data.draw(st.sampled_from(problem.sites)).key
    forbidden = replace(problem, forbids=(*problem.forbids, Forbid(site)))
    assert site not in propose(forbidden, seed=1, iterations=100).plan.visited


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from([30.0, 120.0]))
def test_more_time_or_days_is_never_worth_less(problem: Problem, minutes: float) -> None:
    problem = replace(problem, pins=())
    smaller = propose(problem, seed=1, iterations=100)
    more_time = tuple(
        replace(team, days=tuple(replace(day, until_minute=day.until_minute + minutes) for day in team.days))
        for team in problem.teams
    )
    more_days = tuple(
        replace(team, days=(*team.days, TeamDay(team.days[-1].day + timedelta(days=1))))
        for team in problem.teams
    )
    for teams in (more_time, more_days):
        larger = propose(replace(problem, teams=teams), seed=1, iterations=100, first=smaller.plan)
        assert larger.worth >= smaller.worth


SHAPES = [(6, 2, 1, 40.0), (8, 1, 3, 40.0), (8, 2, 2, 60.0)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_of_small_line_shaped_problems_is_found(
    shape: tuple[int, int, int, float], seed: int
) -> None:
    features, posts, day_count, length_km = shape
    problem = line_problem(seed, features=features, posts=posts, days=day_count, length_km=length_km)
    proposal = propose(problem, seed=1, iterations=4_000)
    assert not broken_limits(problem, proposal.plan)
    assert proposal.worth == best_worth(problem)
    assert proposal.worth <= proposal.bound


@settings(max_examples=40, deadline=None)
@given(problems())
def test_the_bound_is_above_the_optimum(problem: Problem) -> None:
    without = tuple(
        replace(team, days=tuple(replace(day, longest_minutes=UNREACHABLE) for day in team.days))
        for team in problem.teams
    )
    problem = replace(problem, teams=without, orders=(), pins=())
    optimum = best_worth(problem)
    assert optimum is not None
    assert propose(problem, seed=1, iterations=1).bound >= optimum


def test_a_team_walks_on_from_its_camp() -> None:
    travel = on_a_line({"post": 0.0, "camp": 22.0, "far": 26.0, "near": 2.0}, up=1.0)
    problem = Problem(
        (Site("far", 10), Site("near", 1)), (Team("team", "post", days(2), camps=(Camp("camp"),)),), travel
    )
    plan = propose(problem, seed=1, iterations=300).plan
    assert plan.days[0].end == plan.days[1].start == "camp"
    assert "far" in plan.visited
    by_day = propose(replace(problem, teams=(replace(problem.teams[0], camps=()),)), seed=1, iterations=300)
    assert "far" not in by_day.plan.visited


def test_it_waits_for_a_window_and_leaves_later_so_as_not_to() -> None:
    travel = on_a_line({"post": 0.0, "gate": 3.0}, up=1.0)
    gate = Site("gate", 5, 30.0, (Window(600.0, 700.0),))
    problem = Problem((gate,), (Team("team", "post", days(1, longest_minutes=160.0)),), travel)
    plan = propose(problem, seed=1, iterations=50).plan
    assert plan.days[0].leaves_minute == pytest.approx(540.0)
    assert plan.days[0].visits[0].begins_minute == pytest.approx(600.0)
    assert not broken_limits(problem, plan)


def test_pins_come_before_worth_and_an_impossible_one_is_named() -> None:
    travel = on_a_line({"post": 0.0, "poor": 10.0, "rich": 10.5, "beyond": 90.0})
    sites = (Site("poor", 1, 200.0), Site("rich", 50, 200.0), Site("beyond", 1))
    team = Team("team", "post", days(1))
    pinned = propose(
        Problem(sites, (team,), travel, pins=(Pin("poor"), Pin("beyond"))), seed=1, iterations=300
    )
    assert set(pinned.plan.visited) == {"poor"}
    assert pinned.unmet == (Pin("beyond"),)
    assert not pinned.proven


def test_it_stops_when_told_and_when_nothing_can_be_better() -> None:
    problem = line_problem(1, features=60, posts=4, days=2)
    stopped = propose(problem, seed=1, seconds=60.0, stop=lambda: True)
    assert stopped.stopped
    assert stopped.iterations == 1
    travel = on_a_line({"post": 0.0, "site": 1.0})
    easy = Problem((Site("site", 1),), (Team("team", "post", days(1)),), travel)
    proven = propose(easy, seed=1, iterations=100_000)
    assert proven.proven
    assert proven.iterations < 100_000


def test_contradictions_are_refused() -> None:
    travel = on_a_line({"post": 0.0, "site": 1.0, "away": 90.0})
    team = Team("team", "post", days(1))
    good = Problem((Site("site", 1),), (team,), travel)
    for bad in (
        replace(good, sites=(Site("elsewhere", 1),)),
        replace(good, sites=(Site("site", -1),)),
        replace(good, teams=(replace(team, days=()),)),
        replace(good, teams=(replace(team, pace=0.0),)),
        replace(good, teams=(replace(team, end="away"),)),
        replace(good, pins=(Pin("nowhere"),)),
        replace(good, forbids=(Forbid("site", "nobody"),)),
        replace(good, travel=Travel(travel.places, -travel.minutes)),
    ):
        with pytest.raises(InvalidProblem):
            propose(bad, seed=1, iterations=1)
    with pytest.raises(InvalidInput):
        propose(good, seed=1)


def test_a_problem_without_sites_has_a_plan() -> None:
    problem = Problem((), (Team("team", "post", days(2)),), on_a_line({"post": 0.0}))
    proposal = propose(problem, seed=1, iterations=5)
    assert proposal.worth == proposal.bound == 0
    assert not broken_limits(problem, proposal.plan)
