"""Compiled: taking visits out, in several ways."""

from borderops.patrols.planning.arrays import Instance, Solution
from borderops.patrols.planning.memory import Memory, mark_changed, random_below, random_fraction
from borderops.patrols.planning.native import native
from borderops.patrols.planning.routes import TOLERANCE, keeps_limits, refresh, remove

#: A day of more visits is not emptied: what is put back would hardly ever be better.
SHORT_ROUTE = 40


@native
def take_out(instance: Instance, work: Solution, memory: Memory, site: int, taken: int) -> int:
    """Take a visited site out; returns how many were taken."""
    route = work.where[site]
    mark_changed(work, memory, route)
    remove(instance, work, route, work.position[site])
    memory.taken[taken] = site
    return taken + 1


@native
def ruin_strings(instance: Instance, work: Solution, memory: Memory, centre: int, wanted: int) -> int:
    """Take out short stretches of the routes near `centre`."""
    taken = 0
    longest = 1 + random_below(memory.random, 10)
    index = -1
    while taken < wanted and index < instance.near.shape[1]:
        site = centre if index < 0 else instance.near[centre, index]
        index += 1
        route = work.where[site]
        if route < 0 or (memory.changed[route] and random_fraction(memory.random) < 0.8):
            continue
        length = min(1 + random_below(memory.random, longest), work.filled[route], wanted - taken)
        first = work.position[site] - random_below(memory.random, length)
        first = max(0, min(first, work.filled[route] - length))
        for _ in range(length):
            taken = take_out(instance, work, memory, work.sequence[route, first], taken)
    return taken


@native
def ruin_around(instance: Instance, work: Solution, memory: Memory, centre: int, wanted: int) -> int:
    """Take out the visited sites nearest to `centre`."""
    taken = 0
    if work.where[centre] >= 0:
        taken = take_out(instance, work, memory, centre, taken)
    for index in range(instance.near.shape[1]):
        if taken >= wanted:
            break
        site = instance.near[centre, index]
        if work.where[site] >= 0 and random_fraction(memory.random) < 0.8:
            taken = take_out(instance, work, memory, site, taken)
    return taken


@native
def ruin_anywhere(instance: Instance, work: Solution, memory: Memory, wanted: int) -> int:
    """Take out sites drawn from all."""
    taken = 0
    for _ in range(wanted):
        site = random_below(memory.random, work.where.size)
        if work.where[site] >= 0:
            taken = take_out(instance, work, memory, site, taken)
    return taken


@native
def ruin_route(instance: Instance, work: Solution, memory: Memory, route: int, taken: int) -> int:
    """Take out all visits of a day; returns how many these were."""
    before = taken
    while work.filled[route] > 0:
        taken = take_out(instance, work, memory, work.sequence[route, work.filled[route] - 1], taken)
    return taken - before


@native
def set_night(instance: Instance, work: Solution, memory: Memory, route: int) -> None:
    """Draw another place for the night after `route`."""
    drawn = instance.first_night[route] + random_below(memory.random, instance.night_count[route])
    work.end[route] = instance.nights[drawn]
    work.start[route + 1] = instance.nights[drawn]


@native
def ruin_night(instance: Instance, work: Solution, memory: Memory, route: int, taken: int) -> int:
    """Move the night after `route` and take out visits of both days until they keep their limits again."""
    set_night(instance, work, memory, route)
    for day in range(route, route + 2):
        mark_changed(work, memory, day)
        refresh(instance, work, day)
        while work.filled[day] > 0 and not keeps_limits(instance, work, day):
            position = random_below(memory.random, work.filled[day])
            taken = take_out(instance, work, memory, work.sequence[day, position], taken)
    return taken


@native
def ruin_team(instance: Instance, work: Solution, memory: Memory, team: int) -> int:
    """Take out all visits of a team and draw its nights anew, if the ways between them are possible."""
    taken = 0
    first, last = instance.first_route[team], instance.last_route[team]
    nights = memory.nights
    for route in range(first, last + 1):
        nights[route] = work.end[route]
    for _ in range(5):
        possible = True
        for route in range(first, last):
            set_night(instance, work, memory, route)
        for route in range(first, last + 1):
            minutes = instance.minutes[instance.profile[route], work.start[route], work.end[route]]
            possible = possible and minutes <= instance.capacity[route] + TOLERANCE
        if possible:
            break
        for route in range(first, last):
            work.end[route] = nights[route]
            work.start[route + 1] = nights[route]
    for route in range(first, last + 1):
        mark_changed(work, memory, route)
        taken += ruin_route(instance, work, memory, route, taken)
        refresh(instance, work, route)
    return taken


@native
def ruin(instance: Instance, work: Solution, memory: Memory, centre: int, wanted: int) -> int:
    """Take visits out in one of several ways; returns how many."""
    draw = random_fraction(memory.random)
    if draw < 0.25 and instance.nights.size > instance.first_route.size:
        route = random_below(memory.random, work.filled.size)
        if instance.night_count[route] > 1:
            if draw < 0.05:
                return ruin_team(instance, work, memory, instance.team[route])
            return ruin_night(instance, work, memory, route, 0)
    draw = random_fraction(memory.random)
    if draw < 0.45:
        return ruin_strings(instance, work, memory, centre, wanted)
    if draw < 0.75:
        return ruin_around(instance, work, memory, centre, wanted)
    if draw < 0.78:
        route = random_below(memory.random, work.filled.size)
        if work.filled.size > 1 and work.filled[route] <= SHORT_ROUTE:
            return ruin_route(instance, work, memory, route, 0)
    return ruin_anywhere(instance, work, memory, wanted)
