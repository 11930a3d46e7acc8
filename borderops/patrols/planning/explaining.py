"""Why this one, why not that one, and what more time would add: as data that a page can put into words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from borderops.patrols.planning.plan import DayPlan, Plan, Proposal
from borderops.patrols.planning.problem import Forbid, Pin, Problem, TeamDay
from borderops.patrols.planning.proposing import propose

#: Steps of a search that asks "and if …": it begins from the plan that is there.
STEPS = 2_000


@dataclass(frozen=True)
class Chosen:
    """A site that is visited: what it costs and brings.

    `detour_minutes` is the walking that leaving it out would save, `minutes` that and the work there.
    """

    site: str
    team: str
    day: date
    worth: int
    detour_minutes: float
    minutes: float
    pinned: bool

    @property
    def worth_per_hour(self) -> float | None:
        """Worth for each hour it takes; None if it takes none."""
        return self.worth * 60 / self.minutes if self.minutes > 0 else None


class Reason(StrEnum):
    """Why a site is not visited, the first that holds."""

    FORBIDDEN = "forbidden"
    NOBODY_MAY = "nobody_may"
    CLOSED = "closed"
    OUT_OF_REACH = "out_of_reach"
    WISHES = "wishes"
    DISPLACES = "displaces"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class LeftOut:
    """A site that is not visited, and why.

    `WISHES`: no plan was found that visits it and all that is pinned besides. `DISPLACES`: with it the best
    plan found leaves `displaced` out and is worth `loss` less. `NOT_FOUND`: with it a plan as good was found,
    so it may as well be pinned.
    """

    site: str
    worth: int
    reason: Reason
    displaced: tuple[str, ...] = ()
    loss: int = 0


@dataclass(frozen=True)
class MoreTime:
    """What more would add: `gain` in worth, and the sites that would be visited too or no longer."""

    gain: int
    added: tuple[str, ...]
    dropped: tuple[str, ...]


def why_chosen(problem: Problem, plan: Plan) -> tuple[Chosen, ...]:
    """For each visit of `plan`, in its order: what it costs and brings."""
    return tuple(one for day_plan in plan.days for one in _chosen(problem, day_plan))


def _chosen(problem: Problem, day_plan: DayPlan) -> list[Chosen]:
    pace = problem.team[day_plan.team].pace
    pinned = {pin.site for pin in problem.pins}

    def way(one: str, other: str) -> float:
        return 0.0 if one == other else problem.travel.between(one, other, day_plan.day) * pace

    stops = [day_plan.start, *(visit.site for visit in day_plan.visits), day_plan.end]
    found = []
    for (before, here), (_, after) in pairwise(pairwise(stops)):
        site = problem.site[here]
        detour = way(before, here) + way(here, after) - way(before, after)
        minutes = detour + site.service_minutes
        found.append(Chosen(here, day_plan.team, day_plan.day, site.worth, detour, minutes, here in pinned))
    return found


def why_left_out(problem: Problem, proposal: Proposal, site: str, *, steps: int = STEPS) -> LeftOut:
    """Why `site` is not in the proposal's plan: the limit that keeps it out, or what it would displace."""
    worth = problem.site[site].worth
    if any(forbid == Forbid(site) for forbid in problem.forbids):
        return LeftOut(site, worth, Reason.FORBIDDEN)
    free = replace(problem, pins=(), forbids=(), orders=())
    if not _anybody(replace(free, closures=()), site):
        return LeftOut(site, worth, Reason.NOBODY_MAY)
    if _too_far(replace(free, closures=()), site):
        return LeftOut(site, worth, Reason.OUT_OF_REACH)
    if _too_far(free, site):
        return LeftOut(site, worth, Reason.CLOSED)
    pinned = replace(problem, pins=(*problem.pins, Pin(site)))
    other = propose(pinned, seed=proposal.seed, iterations=steps, first=proposal.plan)
    if set(other.unmet) - set(proposal.unmet):
        return LeftOut(site, worth, Reason.WISHES)
    displaced = tuple(sorted(set(proposal.plan.visited) - set(other.plan.visited)))
    loss = proposal.worth - other.worth
    return LeftOut(site, worth, Reason.DISPLACES if loss > 0 else Reason.NOT_FOUND, displaced, max(loss, 0))


def _anybody(problem: Problem, site: str) -> bool:
    """Whether any team may visit `site` on any day, time apart."""
    return any(
        problem.allows(problem.site[site], team, team_day.day)
        for team in problem.teams
        for team_day in team.days
    )


def _too_far(problem: Problem, site: str) -> bool:
    """Whether `site` is beyond the reach of every team, even as the only one to be visited."""
    only = replace(problem, sites=(problem.site[site],), pins=(Pin(site),))
    return bool(propose(only, seed=1, iterations=200).unmet)


def another_day(
    problem: Problem, proposal: Proposal, team: str | None = None, *, steps: int = STEPS
) -> MoreTime:
    """What one more day of `team` or of every team, after its last and with the same hours, would add."""

    def longer(days: tuple[TeamDay, ...]) -> tuple[TeamDay, ...]:
        return (*days, replace(days[-1], day=days[-1].day + timedelta(days=1)))

    return _more(problem, proposal, team, longer, steps)


def another_hour(
    problem: Problem, proposal: Proposal, team: str | None = None, *, steps: int = STEPS
) -> MoreTime:
    """What one more hour on each day of `team` or of every team would add."""

    def longer(days: tuple[TeamDay, ...]) -> tuple[TeamDay, ...]:
        return tuple(
            replace(day, until_minute=day.until_minute + 60, longest_minutes=day.longest_minutes + 60)
            for day in days
        )

    return _more(problem, proposal, team, longer, steps)


def _more(
    problem: Problem,
    proposal: Proposal,
    team: str | None,
    longer: Callable[[tuple[TeamDay, ...]], tuple[TeamDay, ...]],
    steps: int,
) -> MoreTime:
    """The gain over the same plan searched on as long: what is the time's doing, not the search's."""
    teams = tuple(
        replace(one, days=longer(one.days)) if team in (None, one.key) else one for one in problem.teams
    )
    same = propose(problem, seed=proposal.seed, iterations=steps, first=proposal.plan)
    more = propose(replace(problem, teams=teams), seed=proposal.seed, iterations=steps, first=same.plan)
    before, after = set(same.plan.visited), set(more.plan.visited)
    return MoreTime(more.worth - same.worth, tuple(sorted(after - before)), tuple(sorted(before - after)))
