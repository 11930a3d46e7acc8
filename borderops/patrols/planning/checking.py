"""Which limits a plan breaks, worked out from the problem alone.

Written apart from the search and sharing nothing with it but the problem and the plan: a fault in one is not
repeated in the other.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from borderops.patrols.planning.plan import DayPlan, Plan
from borderops.patrols.planning.problem import Problem, Site, Team, TeamDay

#: Minutes by which sums of walking times may differ through rounding: half a second.
TOLERANCE_MINUTES = 0.01


class Limit(StrEnum):
    """The kinds of limits."""

    DAYS = "days"
    VISITED_TWICE = "visited_twice"
    NOT_ALLOWED = "not_allowed"
    WINDOW = "window"
    WALKING_TIME = "walking_time"
    CLOSED = "closed"
    DAYLIGHT = "daylight"
    DAY_LENGTH = "day_length"
    NIGHT = "night"
    PIN = "pin"
    FORBIDDEN = "forbidden"
    ORDER = "order"


@dataclass(frozen=True)
class Broken:
    """One limit that is broken, where, and by how many minutes where that is meant."""

    limit: Limit
    team: str | None = None
    day: date | None = None
    site: str | None = None
    minutes: float | None = None


def broken_limits(problem: Problem, plan: Plan) -> tuple[Broken, ...]:
    """Every limit of `problem` that `plan` breaks; () if it breaks none."""
    expected = [(team.key, team_day.day) for team in problem.teams for team_day in team.days]
    if [(day_plan.team, day_plan.day) for day_plan in plan.days] != expected:
        return (Broken(Limit.DAYS),)
    return (
        *_twice(plan),
        *(
            broken
            for day_plan, (team, team_day) in zip(plan.days, _days(problem), strict=True)
            for broken in _day(problem, team, team_day, day_plan)
        ),
        *_nights(problem, plan),
        *_wishes(problem, plan),
    )


def _days(problem: Problem) -> Iterator[tuple[Team, TeamDay]]:
    return ((team, team_day) for team in problem.teams for team_day in team.days)


def _twice(plan: Plan) -> Iterator[Broken]:
    counts = Counter(visit.site for day_plan in plan.days for visit in day_plan.visits)
    return (Broken(Limit.VISITED_TWICE, site=site) for site, count in counts.items() if count > 1)


def _day(problem: Problem, team: Team, team_day: TeamDay, day_plan: DayPlan) -> Iterator[Broken]:
    place, minute = day_plan.start, day_plan.leaves_minute

    def broken(limit: Limit, site: str | None = None, minutes: float | None = None) -> Broken:
        return Broken(limit, team.key, team_day.day, site, minutes)

    for visit in day_plan.visits:
        site = problem.site.get(visit.site)
        if site is None:
            yield broken(Limit.NOT_ALLOWED, visit.site)
            continue
        if not (not site.sides or team.side in site.sides):
            yield broken(Limit.NOT_ALLOWED, site.key)
        yield from (broken(limit, site.key) for limit in _closed(problem, team_day.day, place, site.key))
        way = problem.travel.between(place, site.key, team_day.day) * team.pace
        if visit.arrives_minute < minute + way - TOLERANCE_MINUTES:
            yield broken(Limit.WALKING_TIME, site.key, minute + way - visit.arrives_minute)
        if not _fits(site, team_day.day, visit.begins_minute, visit.leaves_minute):
            yield broken(Limit.WINDOW, site.key)
        needed = visit.begins_minute + site.service_minutes - visit.leaves_minute
        if visit.begins_minute < visit.arrives_minute - TOLERANCE_MINUTES or needed > TOLERANCE_MINUTES:
            yield broken(Limit.WALKING_TIME, site.key, needed)
        place, minute = site.key, visit.leaves_minute
    if place != day_plan.end:
        yield from (broken(limit) for limit in _closed(problem, team_day.day, place, day_plan.end, end=True))
    way = (
        problem.travel.between(place, day_plan.end, team_day.day) * team.pace if place != day_plan.end else 0
    )
    if day_plan.arrives_minute < minute + way - TOLERANCE_MINUTES:
        yield broken(Limit.WALKING_TIME, None, minute + way - day_plan.arrives_minute)
    early = team_day.from_minute - day_plan.leaves_minute
    late = day_plan.arrives_minute - team_day.until_minute
    if max(early, late) > TOLERANCE_MINUTES:
        yield broken(Limit.DAYLIGHT, None, max(early, late))
    over = day_plan.arrives_minute - day_plan.leaves_minute - team_day.longest_minutes
    if over > TOLERANCE_MINUTES:
        yield broken(Limit.DAY_LENGTH, None, over)


def _closed(problem: Problem, day: date, place: str, site: str, *, end: bool = False) -> Iterator[Limit]:
    for closure in problem.closures:
        if closure.first <= day <= closure.last and (
            (place, site) in closure.legs or (not end and site in closure.places)
        ):
            yield Limit.CLOSED


def _fits(site: Site, day: date, begins: float, leaves: float) -> bool:
    if not site.windows:
        return True
    return any(
        window.day in (None, day)
        and begins >= window.opens_minute - TOLERANCE_MINUTES
        and leaves <= window.closes_minute + TOLERANCE_MINUTES
        for window in site.windows
    )


def _nights(problem: Problem, plan: Plan) -> Iterator[Broken]:
    for team in problem.teams:
        days = [day_plan for day_plan in plan.days if day_plan.team == team.key]
        if days[0].start != team.start:
            yield Broken(Limit.NIGHT, team.key, days[0].day)
        if days[-1].end != (team.end or team.start):
            yield Broken(Limit.NIGHT, team.key, days[-1].day)
        for evening, morning in pairwise(days):
            homes = {team.start, team.end or team.start}
            camps = {camp.key for camp in team.camps if camp.nights is None or evening.day in camp.nights}
            if (
                evening.end != morning.start
                or evening.end not in homes | camps
                or any(c.holds(evening.day) and evening.end in c.places for c in problem.closures)
            ):
                yield Broken(Limit.NIGHT, team.key, evening.day)


def _wishes(problem: Problem, plan: Plan) -> Iterator[Broken]:
    visits = [(visit.site, day_plan) for day_plan in plan.days for visit in day_plan.visits]
    for pin in problem.pins:
        if not any(
            site == pin.site and pin.team in (None, day_plan.team) and pin.day in (None, day_plan.day)
            for site, day_plan in visits
        ):
            yield Broken(Limit.PIN, pin.team, pin.day, pin.site)
    for forbid in problem.forbids:
        for site, day_plan in visits:
            if (
                site == forbid.site
                and forbid.team in (None, day_plan.team)
                and forbid.day in (None, day_plan.day)
            ):
                yield Broken(Limit.FORBIDDEN, day_plan.team, day_plan.day, site)
    for order in problem.orders:
        rank = {site: index for index, site in enumerate(order.sites)}
        for team in problem.teams:
            walked = [site for site, day_plan in visits if day_plan.team == team.key and site in rank]
            for sooner, later in pairwise(walked):
                if rank[sooner] > rank[later]:
                    yield Broken(Limit.ORDER, team.key, None, later)
