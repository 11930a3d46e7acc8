"""Compiled: what it would cost to put a site into a day, and where that is least."""

from borderops.patrols.planning.arrays import Floats, Instance, Ints, Solution
from borderops.patrols.planning.memory import Memory
from borderops.patrols.planning.native import native, native_inline
from borderops.patrols.planning.routes import NEVER, TOLERANCE, cheapest_position

#: On a long day, a site may go beside so many of its nearest there.
NEIGHBOURS = 8


@native
def cheapest_gap(inward: Floats, onward: Floats, path: Ints, legs: Floats, count: int) -> tuple[float, int]:
    """Between which two of `path` a node adds least: minutes, and the position it would have."""
    least, best = NEVER, 0
    for position in range(count + 1):
        added = inward[path[position]] + onward[path[position + 1]] - legs[position]
        if added < least:
            least, best = added, position
    return least, best


@native
def cheapest_near(
    minutes: Floats,
    inward: Floats,
    onward: Floats,
    node: Ints,
    sequence: Ints,
    count: int,
    start: int,
    end: int,
    near: Ints,
    where: Ints,
    position: Ints,
    route: int,
) -> tuple[float, int]:
    """As `cheapest_gap`, only beside the first of the sites in `near` that are on the route."""
    least, best = NEVER, 0
    left = NEIGHBOURS
    for other in near:
        if where[other] == route:
            left -= 1
            if left < 0:
                break
            here = position[other]
            middle = node[other]
            before = node[sequence[here - 1]] if here > 0 else start
            after = node[sequence[here + 1]] if here + 1 < count else end
            added = inward[before] + onward[middle] - minutes[before, middle]
            if added < least:
                least, best = added, here
            added = inward[middle] + onward[after] - minutes[middle, after]
            if added < least:
                least, best = added, here + 1
    return least, best


@native
def cheapest_timed(
    inward: Floats,
    onward: Floats,
    path: Ints,
    legs: Floats,
    leaving: Floats,
    late: Floats,
    count: int,
    hours: Floats,
    has_hours: bool,
    service: float,
    room: float,
) -> tuple[float, int]:
    """As `cheapest_gap` on a day with windows: only where all visits keep theirs."""
    least, best = NEVER, 0
    for position in range(count + 1):
        added = inward[path[position]] + onward[path[position + 1]] - legs[position]
        if added >= least or added > room:
            continue
        begin = leaving[position] + inward[path[position]]
        if has_hours:
            arrival, begin = begin, NEVER
            for index in range(hours.shape[0]):
                opened = max(arrival, hours[index, 0])
                if opened + service <= hours[index, 1] + TOLERANCE:
                    begin = opened
                    break
        if begin + service + onward[path[position + 1]] <= late[position] + TOLERANCE:
            least, best = added, position
    return least, best


@native_inline
def looks_near(instance: Instance, work: Solution, route: int) -> bool:
    """Whether a site goes beside near ones only: on a long day without windows, of many sites."""
    return (
        not instance.timed[route]
        and instance.near.shape[1] + 1 < work.where.size
        and work.filled[route] > instance.near.shape[1]
    )


@native
def price_near(
    instance: Instance, work: Solution, memory: Memory, route: int, waiting: int, gone: int
) -> None:
    """As `price`, for a day that `looks_near`."""
    count, start, end = work.filled[route], work.start[route], work.end[route]
    version = work.version[route]
    profile = instance.profile[route]
    minutes = instance.minutes[profile]
    sequence = work.sequence[route]
    for index in range(waiting):
        site = memory.waiting[index]
        ordered = instance.partner_count[site] > 0
        stale = memory.versions[site, route] != version if gone == -2 else memory.places[site, route] == gone
        if not (stale or ordered) or not instance.allowed[route, site]:
            continue
        memory.versions[site, route] = version
        if ordered:
            least, best = cheapest_position(instance, work, route, site)
            least -= instance.service[site]
        else:
            node = instance.node[site]
            least, best = cheapest_near(
                minutes, instance.backward[profile, node], minutes[node], instance.node, sequence, count,
                start, end, instance.near[site], work.where, work.position, route,
            )  # fmt: skip
        memory.costs[site, route] = least + instance.service[site]
        memory.places[site, route] = sequence[best - 1] if best > 0 else -1


@native
def price(instance: Instance, work: Solution, memory: Memory, route: int, waiting: int, gone: int) -> None:
    """Note the least minutes that waiting sites add to `route`, and where, in `costs` and `places`.

    On a day without windows that is without regard to the room left: when a visit is put in, only the two
    gaps beside it are new, and the rest stays true. With `gone` of -2 all are priced whose version is not
    that of the route; else those whose place was after the site `gone` (-1: the start).
    """
    if looks_near(instance, work, route):
        price_near(instance, work, memory, route, waiting, gone)
        return
    count = work.filled[route]
    version = work.version[route]
    profile = instance.profile[route]
    path, legs = memory.path, memory.legs
    minutes = instance.minutes[profile]
    sequence = work.sequence[route]
    path[0] = work.start[route]
    for position in range(count):
        path[position + 1] = instance.node[sequence[position]]
    path[count + 1] = work.end[route]
    for position in range(count + 1):
        legs[position] = minutes[path[position], path[position + 1]]
    timed = instance.timed[route]
    bounded = timed and instance.earliest[route] + instance.longest[route] < instance.latest[route]
    leaving = memory.leaving
    leaving[0] = instance.earliest[route]
    for position in range(count):
        leaving[position + 1] = work.begins[route, position] + instance.service[sequence[position]]
    for index in range(waiting):
        site = memory.waiting[index]
        special = timed or instance.partner_count[site] > 0
        if gone == -2:
            stale = memory.versions[site, route] != version or instance.partner_count[site] > 0
        else:
            stale = memory.places[site, route] == gone or special
        if not stale or not instance.allowed[route, site]:
            continue
        memory.versions[site, route] = version
        if special and (bounded or instance.partner_count[site] > 0):
            least, best = cheapest_position(instance, work, route, site)
            least -= instance.service[site]
        elif special:
            node = instance.node[site]
            first = instance.first_window[route, site]
            hours = instance.windows[first : first + instance.window_count[route, site]]
            least, best = cheapest_timed(
                instance.backward[profile, node], minutes[node], path, legs, leaving, work.late[route], count,
                hours if first >= 0 else instance.windows[:0], first >= 0, instance.service[site],
                instance.capacity[route] - work.length[route] + TOLERANCE - instance.service[site],
            )  # fmt: skip
        else:
            node = instance.node[site]
            least, best = cheapest_gap(instance.backward[profile, node], minutes[node], path, legs, count)
        memory.costs[site, route] = least + instance.service[site]
        memory.places[site, route] = sequence[best - 1] if best > 0 else -1
