from datetime import date

import numpy as np

from borderops.patrols.planning.checking import broken_limits
from borderops.patrols.planning.problem import InOrder, Pin, Problem, Site, Team, TeamDay, Travel
from borderops.patrols.planning.proposing import propose

DAY = (TeamDay(date(2026, 3, 2)),)


def scattered(drawn: np.random.Generator, sites: int) -> tuple[tuple[str, ...], Travel]:
    """Sites and a post anywhere on a square, a hundred minutes across."""
    points = drawn.uniform(0, 100, (sites + 1, 2))
    difference = points[:, None, :] - points[None, :, :]
    keys = tuple(f"s{index}" for index in range(sites))
    return keys, Travel((*keys, "post"), np.hypot(difference[..., 0], difference[..., 1]))


def test_of_very_many_sites_none_is_visited_twice() -> None:
    """Beyond two hundred sites the search looks at near ones only."""
    drawn = np.random.default_rng(1)
    keys, travel = scattered(drawn, 260)
    for sides in ({"VN"}, set[str]()):
        sites = tuple(
            Site(key, int(drawn.integers(1, 9)), sides=frozenset(sides) if number % 3 else frozenset())
            for number, key in enumerate(keys)
        )
        teams = (Team("team", "post", DAY, side="VN"), Team("guest", "post", DAY, side="LA"))
        problem = Problem(sites, teams, travel, orders=(InOrder(keys[:3]),))
        proposal = propose(problem, seed=1, iterations=400)
        assert not broken_limits(problem, proposal.plan)
        assert proposal.worth == proposal.plan.worth(problem) <= proposal.bound


def test_of_very_many_sites_a_cycle_begun_anew_loses_nothing() -> None:
    """The third cycle, after 15,000 steps, begins without visits; what was best stays the answer."""
    keys, travel = scattered(np.random.default_rng(2), 170)
    problem = Problem(
        tuple(Site(key, 1) for key in keys),
        (Team("team", "post", DAY),),
        travel,
        pins=(Pin(keys[5]),),
    )
    before = propose(problem, seed=1, iterations=15_000)
    after = propose(problem, seed=1, iterations=15_001)
    assert after.plan == before.plan
    later = propose(problem, seed=1, iterations=17_000)
    assert later.worth >= before.worth
    assert keys[5] in later.plan.visited
    assert not broken_limits(problem, later.plan)
