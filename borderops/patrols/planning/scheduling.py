"""Arrays as a plan with its times of day, and a plan as arrays."""

from itertools import pairwise

from borderops.patrols.planning.arrays import Solution
from borderops.patrols.planning.compiling import Compiled
from borderops.patrols.planning.plan import DayPlan, Plan, Visit
from borderops.patrols.planning.problem import Site, TeamDay
from borderops.patrols.planning.routes import in_order, insert, keeps_limits, refresh, remove


def write_plan(compiled: Compiled, solution: Solution) -> Plan:
    """The plan with its times: each day comes home as early as it can and leaves as late as that allows."""
    return Plan(tuple(_day(compiled, solution, route) for route in range(len(compiled.routes))))


def _day(compiled: Compiled, solution: Solution, route: int) -> DayPlan:
    problem, instance = compiled.problem, compiled.instance
    team, team_day = compiled.routes[route]
    sites = [problem.sites[index] for index in solution.sequence[route, : solution.filled[route]]]
    table = instance.minutes[instance.profile[route]]
    nodes = [
        solution.start[route],
        *(problem.travel.index[site.key] for site in sites),
        solution.end[route],
    ]
    ways = [float(table[one, two]) for one, two in pairwise(nodes)]
    leaves = _latest_departure(sites, ways, team_day)
    visits: list[Visit] = []
    minute = leaves
    for site, way in zip(sites, ways, strict=False):
        arrives = minute + way
        begins = _begin(site, team_day, arrives)
        minute = begins + site.service_minutes
        visits.append(Visit(site.key, arrives, begins, minute))
    places = problem.travel.places
    return DayPlan(
        team=team.key,
        day=team_day.day,
        start=places[solution.start[route]],
        leaves_minute=leaves,
        visits=tuple(visits),
        end=places[solution.end[route]],
        arrives_minute=minute + ways[-1],
    )


def _begin(site: Site, team_day: TeamDay, arrives: float) -> float:
    windows = site.windows_on(team_day.day) or ()
    fitting = (
        max(arrives, window.opens_minute)
        for window in windows
        if max(arrives, window.opens_minute) + site.service_minutes <= window.closes_minute + 1e-6
    )
    return next(fitting, arrives)


def _latest_departure(sites: list[Site], ways: list[float], team_day: TeamDay) -> float:
    """The latest departure that comes home as early as leaving at first light does."""
    minute = team_day.from_minute
    for site, way in zip(sites, ways, strict=False):
        minute = _begin(site, team_day, minute + way) + site.service_minutes
    for site, way in zip(reversed(sites), reversed(ways[:-1]), strict=True):
        minute = _latest_begin(site, team_day, minute) - way
    return max(team_day.from_minute, minute)


def _latest_begin(site: Site, team_day: TeamDay, departs: float) -> float:
    """The latest beginning of a visit that ends by `departs`."""
    windows = site.windows_on(team_day.day) or ()
    fitting = (
        min(departs, window.closes_minute) - site.service_minutes
        for window in reversed(windows)
        if min(departs, window.closes_minute) - site.service_minutes >= window.opens_minute - 1e-6
    )
    return next(fitting, departs - site.service_minutes)


def load_plan(compiled: Compiled, plan: Plan) -> None:
    """Put into `compiled.start` what of `plan` keeps the limits of the problem."""
    index = compiled.problem.travel.index
    number = {site.key: position for position, site in enumerate(compiled.problem.sites)}
    solution, instance = compiled.start, compiled.instance
    days = {(day_plan.team, day_plan.day): day_plan for day_plan in plan.days}
    for team in range(len(compiled.problem.teams)):
        routes = range(instance.first_route[team], instance.last_route[team] + 1)
        planned = [
            days.get((compiled.routes[route][0].key, compiled.routes[route][1].day)) for route in routes
        ]
        before = [(solution.start[route], solution.end[route]) for route in routes]
        place = solution.start[routes[0]]
        possible = True
        for route, day_plan in zip(routes, planned, strict=True):
            nights = instance.nights[instance.first_night[route] :][: instance.night_count[route]]
            night = (
                nights[0]
                if route == routes[-1]
                else place
                if day_plan is None
                else index.get(day_plan.end, -1)
            )
            possible = possible and night in nights
            solution.start[route], solution.end[route] = place, night
            if possible:
                refresh(instance, solution, route)
                possible = keeps_limits(instance, solution, route)
            place = night
        if not possible:
            for route, (start, end) in zip(routes, before, strict=True):
                solution.start[route], solution.end[route] = start, end
        for route, day_plan in zip(routes, planned, strict=True):
            refresh(instance, solution, route)
            for visit in day_plan.visits if day_plan else ():
                site = number.get(visit.site, -1)
                if site >= 0 and solution.where[site] < 0 and instance.allowed[route, site]:
                    _append(compiled, route, site)


def _append(compiled: Compiled, route: int, site: int) -> None:
    solution, instance = compiled.start, compiled.instance
    position = int(solution.filled[route])
    if in_order(instance, solution, route, position, site):
        insert(instance, solution, route, position, site)
        refresh(instance, solution, route)
        if not keeps_limits(instance, solution, route):
            remove(instance, solution, route, position)
            refresh(instance, solution, route)
