"""A problem as arrays, and arrays as a plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from borderops.core.messages import N_
from borderops.patrols.planning.arrays import Floats, Instance, Ints, Solution, empty_solution
from borderops.patrols.planning.problem import InvalidProblem, Problem, Team, TeamDay
from borderops.patrols.planning.routes import refresh

#: Minutes that stand for "no way" in the compiled search, where infinity would spoil the sums.
WALL = 1e7

#: Up to so many sites all are near each other; beyond, the search looks at this many neighbours.
ALL_NEAR = 150
NEAREST = 40


@dataclass(frozen=True)
class Compiled:
    """A problem as arrays. `routes` says which team and day each route is, `start` has its nights set."""

    problem: Problem
    instance: Instance
    routes: tuple[tuple[Team, TeamDay], ...]
    start: Solution
    pinned: int  # what a pin adds to the worth of its site


def compile_problem(problem: Problem) -> Compiled:
    """Check `problem` and make its arrays.

    Raises `InvalidProblem` if it contradicts itself or a team cannot come home.
    """
    problem.check()
    routes = tuple((team, team_day) for team in problem.teams for team_day in team.days)
    tables, profile = _tables(problem, routes)
    node = np.array([problem.travel.index[site.key] for site in problem.sites], np.int64)
    service = np.array([site.service_minutes for site in problem.sites], np.float64)
    pins = {pin.site for pin in problem.pins}
    pinned = sum(site.worth for site in problem.sites) + 1
    earliest = np.array([team_day.from_minute for _, team_day in routes], np.float64)
    latest = np.array([team_day.until_minute for _, team_day in routes], np.float64)
    longest = np.array([min(team_day.longest_minutes, WALL) for _, team_day in routes], np.float64)
    allowed = np.array(
        [[problem.allows(site, team, day.day) for site in problem.sites] for team, day in routes], np.bool_
    ).reshape(len(routes), len(problem.sites))
    symmetric = np.array([bool((table == table.T).all()) for table in tables], np.bool_)
    instance = Instance(
        worth=np.array([site.worth + pinned * (site.key in pins) for site in problem.sites], np.float64),
        service=service,
        node=node,
        minutes=tables,
        backward=tables if symmetric.all() else np.ascontiguousarray(tables.transpose(0, 2, 1)),
        symmetric=symmetric,
        profile=profile,
        allowed=allowed,
        capacity=np.minimum(latest - earliest, longest),
        earliest=earliest,
        latest=latest,
        longest=longest,
        **_windows(problem, routes, allowed),
        **_teams(problem),
        **_nights(problem, routes),
        near=_near(tables[0], node),
        **_orders(problem),
    )
    return Compiled(problem, instance, routes, _first(problem, instance, routes), pinned)


def _tables(problem: Problem, routes: Sequence[tuple[Team, TeamDay]]) -> tuple[Floats, Ints]:
    """The different tables of walking times, with closures and paces, and which one each route has."""
    keys: dict[tuple[int, float, tuple[int, ...]], int] = {}
    tables: list[Floats] = []
    profile = []
    for team, team_day in routes:
        base = problem.travel.table(team_day.day)
        shut = tuple(
            index
            for index, closure in enumerate(problem.closures)
            if closure.legs and closure.holds(team_day.day)
        )
        key = (id(base), team.pace, shut)
        if key not in keys:
            keys[key] = len(tables)
            table = np.minimum(base * team.pace, WALL)
            for index in shut:
                for first, second in problem.closures[index].legs:
                    table[problem.travel.index[first], problem.travel.index[second]] = WALL
            np.fill_diagonal(table, 0.0)
            tables.append(table)
        profile.append(keys[key])
    return np.ascontiguousarray(np.stack(tables)), np.array(profile, np.int64)


def _windows(
    problem: Problem, routes: Sequence[tuple[Team, TeamDay]], allowed: np.ndarray
) -> dict[str, np.ndarray]:
    first = np.full((len(routes), len(problem.sites)), -1, np.int64)
    count = np.zeros((len(routes), len(problem.sites)), np.int64)
    rows: list[tuple[float, float]] = []
    known: dict[tuple[int, date], tuple[int, int]] = {}
    for route, (_, team_day) in enumerate(routes):
        for index, site in enumerate(problem.sites):
            windows = site.windows_on(team_day.day)
            if not windows or not allowed[route, index]:
                continue
            if (index, team_day.day) not in known:
                known[index, team_day.day] = (len(rows), len(windows))
                rows.extend((window.opens_minute, window.closes_minute) for window in windows)
            first[route, index], count[route, index] = known[index, team_day.day]
    return {
        "timed": np.asarray((first >= 0).any(axis=1)),
        "first_window": first,
        "window_count": count,
        "windows": np.array(rows, np.float64).reshape(len(rows), 2),
    }


def _teams(problem: Problem) -> dict[str, np.ndarray]:
    sizes = np.array([len(team.days) for team in problem.teams], np.int64)
    last = np.cumsum(sizes) - 1
    return {
        "team": np.repeat(np.arange(len(sizes)), sizes),
        "first_route": last - sizes + 1,
        "last_route": last,
    }


def _nights(problem: Problem, routes: Sequence[tuple[Team, TeamDay]]) -> dict[str, np.ndarray]:
    first: list[int] = []
    count: list[int] = []
    nodes: list[int] = []
    for team, team_day in routes:
        if team_day is team.days[-1]:
            places = [team.finish]
        else:
            places = [
                key for key in team.nights_at(team_day.day) if not problem.closed_place(key, team_day.day)
            ]
        first.append(len(nodes))
        count.append(len(places))
        nodes.extend(problem.travel.index[key] for key in places)
    return {
        "first_night": np.array(first, np.int64),
        "night_count": np.array(count, np.int64),
        "nights": np.array(nodes, np.int64),
    }


def _near(table: Floats, node: Ints) -> Ints:
    """For each site the others, nearest first (there and back)."""
    between = table[np.ix_(node, node)]
    between = between + between.T
    np.fill_diagonal(between, np.inf)
    nearest = len(node) - 1 if len(node) <= ALL_NEAR else NEAREST
    order = np.argsort(between, axis=1, kind="stable")[:, : max(nearest, 0)]
    return np.ascontiguousarray(order.astype(np.int64))


def _orders(problem: Problem) -> dict[str, np.ndarray]:
    index = {site.key: number for number, site in enumerate(problem.sites)}
    pairs = sorted(
        {
            (index[one], index[other], second > first)
            for order in problem.orders
            for first, one in enumerate(order.sites)
            for second, other in enumerate(order.sites)
            if first != second
        }
    )
    count = np.bincount([one for one, _, _ in pairs] or [0], minlength=max(len(problem.sites), 1)).astype(
        np.int64
    )
    if not pairs:
        count[:] = 0
    return {
        "first_partner": (np.cumsum(count) - count).astype(np.int64),
        "partner_count": count,
        "partner": np.array([other for _, other, _ in pairs], np.int64),
        "partner_later": np.array([later for _, _, later in pairs], np.bool_),
    }


def _first(problem: Problem, instance: Instance, routes: Sequence[tuple[Team, TeamDay]]) -> Solution:
    """A plan without visits: each team walks the ways between nights that take least time."""
    plan = empty_solution(len(routes), len(problem.sites))
    for team_index, team in enumerate(problem.teams):
        route_of_day = range(instance.first_route[team_index], instance.last_route[team_index] + 1)
        ways: dict[int, tuple[float, tuple[int, ...]]] = {problem.travel.index[team.start]: (0.0, ())}
        for route in route_of_day:
            table = instance.minutes[instance.profile[route]]
            first = instance.first_night[route]
            reached: dict[int, tuple[float, tuple[int, ...]]] = {}
            for night in instance.nights[first : first + instance.night_count[route]].tolist():
                for place, (spent, way) in ways.items():
                    minutes = float(table[place, night])
                    total = spent + minutes
                    if minutes <= instance.capacity[route] and total < reached.get(night, (np.inf, ()))[0]:
                        reached[night] = (total, (*way, night))
            ways = reached
        if not ways:
            raise InvalidProblem(
                N_("%(team)s cannot come home in the time it has, even without visits."),
                field="teams",
                team=team.key,
            )
        place = problem.travel.index[team.start]
        for route, night in zip(route_of_day, next(iter(ways.values()))[1], strict=True):
            plan.start[route], plan.end[route] = place, night
            place = night
            refresh(instance, plan, route)
    return plan
