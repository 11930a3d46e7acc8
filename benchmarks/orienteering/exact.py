"""Proven optima of small problems, by dynamic programming over sets of sites.

For each day of each team, and each pair of places it may start and end at: the earliest time at which each
set of sites can be done (with walking, work, windows and closures). Then the days are put together: which
sets can have been visited by the end of each. Sites, posts, camps, windows, closures, pins and forbids count;
orders and a day's length beside its daylight do not, and are refused.
"""

from borderops.patrols.planning.problem import Problem, Team, TeamDay

#: More sites would take too long.
MOST_SITES = 12


def best_worth(problem: Problem) -> int | None:
    """The worth of a best plan; None if no plan keeps all pins.

    Raises `ValueError` for what it does not count.
    """
    _refuse(problem)
    sites = problem.sites
    done = {0}
    for team in problem.teams:
        here: dict[str, set[int]] = {team.start: set(done)}
        for team_day in team.days:
            nights = [team.finish] if team_day is team.days[-1] else _nights(problem, team, team_day)
            there: dict[str, set[int]] = {}
            for start, masks in here.items():
                for end, sets in _day_sets(problem, team, team_day, start, nights).items():
                    there.setdefault(end, set()).update(
                        mask | more for mask in masks for more in sets if not mask & more
                    )
            here = there
        done = here.get(team.finish, set())
    needed = 0
    for pin in problem.pins:
        needed |= 1 << next(bit for bit, site in enumerate(sites) if site.key == pin.site)
    return max(
        (
            sum(site.worth for bit, site in enumerate(sites) if mask >> bit & 1)
            for mask in done
            if mask & needed == needed
        ),
        default=None,
    )


def _refuse(problem: Problem) -> None:
    if len(problem.sites) > MOST_SITES or problem.orders:
        raise ValueError("too many sites, or orders")
    for team in problem.teams:
        for team_day in team.days:
            if team_day.from_minute + team_day.longest_minutes < team_day.until_minute:
                raise ValueError("a day's length beside its daylight")


def _nights(problem: Problem, team: Team, team_day: TeamDay) -> list[str]:
    return [key for key in team.nights_at(team_day.day) if not problem.closed_place(key, team_day.day)]


def _day_sets(
    problem: Problem, team: Team, team_day: TeamDay, start: str, nights: list[str]
) -> dict[str, list[int]]:
    """For each night, every set of sites that the day allows."""
    sites = problem.sites
    can = [problem.allows(site, team, team_day.day) for site in sites]

    def way(one: str, other: str) -> float:
        if one == other:
            return 0.0
        if problem.closed_leg(one, other, team_day.day):
            return float("inf")
        return problem.travel.between(one, other, team_day.day) * team.pace

    finish: dict[tuple[int, int], float] = {}
    frontier: list[tuple[int, int]] = []
    found: dict[str, set[int]] = {night: set() for night in nights}
    for night in nights:
        if team_day.from_minute + way(start, night) <= team_day.until_minute + 1e-6:
            found[night].add(0)
    for bit in range(len(sites)):
        if can[bit]:
            arrives = team_day.from_minute + way(start, sites[bit].key)
            _reach(problem, team_day, finish, frontier, (1 << bit, bit), arrives)
    # All ways to a set of n sites are known before the first set of n + 1 is looked at.
    for mask, last in frontier:
        left = finish[mask, last]
        for night in nights:
            if left + way(sites[last].key, night) <= team_day.until_minute + 1e-6:
                found[night].add(mask)
        for bit in range(len(sites)):
            if can[bit] and not mask >> bit & 1:
                arrives = left + way(sites[last].key, sites[bit].key)
                _reach(problem, team_day, finish, frontier, (mask | 1 << bit, bit), arrives)
    return {night: list(masks) for night, masks in found.items()}


def _reach(
    problem: Problem,
    team_day: TeamDay,
    finish: dict[tuple[int, int], float],
    frontier: list[tuple[int, int]],
    state: tuple[int, int],
    arrives: float,
) -> None:
    """Note that the last site of `state` is reached at `arrives`, if that is sooner than known."""
    site = problem.sites[state[1]]
    leaves = arrives + site.service_minutes
    windows = site.windows_on(team_day.day)
    if windows:
        leaves = min(
            (
                max(arrives, window.opens_minute) + site.service_minutes
                for window in windows
                if max(arrives, window.opens_minute) + site.service_minutes <= window.closes_minute + 1e-6
            ),
            default=float("inf"),
        )
    if leaves > team_day.until_minute + 1e-6:
        return
    if state not in finish:
        frontier.append(state)
    if leaves < finish.get(state, float("inf")):
        finish[state] = leaves
