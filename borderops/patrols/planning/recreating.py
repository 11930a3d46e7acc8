"""Compiled: putting visits in, each time the one that is worth most for its minutes."""

import numpy as np
from numba import njit

from borderops.patrols.planning.arrays import Floats, Instance, Ints, Solution
from borderops.patrols.planning.memory import Memory, mark_changed, random_fraction
from borderops.patrols.planning.routes import (
    NEVER,
    TOLERANCE,
    cheapest_position,
    insert,
    node_at,
    node_before,
)


@njit(cache=True, nogil=True)
def list_waiting(instance: Instance, work: Solution, memory: Memory, taken: int, centre: int) -> int:
    """List the unvisited sites that this step may put in."""
    count = 0
    if instance.near.shape[1] + 1 >= work.where.size:
        for site in range(work.where.size):
            if work.where[site] < 0:
                memory.waiting[count] = site
                count += 1
        return count
    for index in range(taken):
        site = memory.taken[index]
        if not memory.marked[site]:
            memory.marked[site] = True
            memory.waiting[count] = site
            count += 1
        for near in range(min(8, instance.near.shape[1])):
            other = instance.near[site, near]
            if work.where[other] < 0 and not memory.marked[other]:
                memory.marked[other] = True
                memory.waiting[count] = other
                count += 1
    if centre >= 0:
        for near in range(instance.near.shape[1]):
            other = instance.near[centre, near]
            if work.where[other] < 0 and not memory.marked[other]:
                memory.marked[other] = True
                memory.waiting[count] = other
                count += 1
    for index in range(count):
        memory.marked[memory.waiting[index]] = False
    return count


@njit(cache=True, nogil=True)
def cheapest_gap(inward: Floats, onward: Floats, path: Ints, legs: Floats, count: int) -> tuple[float, int]:
    """Between which two of `path` a node adds least: minutes, and the position it would have."""
    least, best = NEVER, 0
    for position in range(count + 1):
        added = inward[path[position]] + onward[path[position + 1]] - legs[position]
        if added < least:
            least, best = added, position
    return least, best


@njit(cache=True, nogil=True)
def cheapest_near(
    inward: Floats,
    onward: Floats,
    path: Ints,
    legs: Floats,
    near: Ints,
    where: Ints,
    position: Ints,
    route: int,
) -> tuple[float, int]:
    """As `cheapest_gap`, only beside the sites in `near` that are on the route."""
    least, best = NEVER, 0
    for other in near:
        if where[other] == route:
            for gap in range(position[other], position[other] + 2):
                added = inward[path[gap]] + onward[path[gap + 1]] - legs[gap]
                if added < least:
                    least, best = added, gap
    return least, best


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def price(instance: Instance, work: Solution, memory: Memory, route: int, waiting: int, gone: int) -> None:
    """Note the least minutes that waiting sites add to `route`, and where, in `costs` and `places`.

    On a day without windows that is without regard to the room left: when a visit is put in, only the two
    gaps beside it are new, and the rest stays true. With `gone` of -2 all are priced whose version is not
    that of the route; else those whose place was after the site `gone` (-1: the start).
    """
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
    near_only = instance.near.shape[1] + 1 < work.where.size and count > instance.near.shape[1]
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
            if near_only:
                near = instance.near[site]
                least, best = cheapest_near(
                    instance.backward[profile, node], minutes[node], path, legs,
                    near, work.where, work.position, route,
                )  # fmt: skip
            else:
                least, best = cheapest_gap(instance.backward[profile, node], minutes[node], path, legs, count)
        memory.costs[site, route] = least + instance.service[site]
        memory.places[site, route] = sequence[best - 1] if best > 0 else -1


@njit(cache=True, nogil=True, inline="always")
def choose_route(instance: Instance, work: Solution, memory: Memory, index: int) -> None:
    """Note for a waiting site where it adds least, of the days that have room for it."""
    site = memory.waiting[index]
    least, best = NEVER, -1
    for route in range(work.filled.size):
        if instance.allowed[route, site]:
            cost = memory.costs[site, route]
            if cost < least and cost <= instance.capacity[route] - work.length[route] + TOLERANCE:
                least, best = cost, route
    memory.least[index] = least
    memory.routes[index] = best


@njit(cache=True, nogil=True)
def adjust(
    instance: Instance, work: Solution, memory: Memory, waiting: int, route: int, position: int
) -> None:
    """Bring the waiting sites' costs up to date after a visit was put in at `position` of `route`.

    A visit that is part of an order moves what its partners may do on the other days of its team as well.
    """
    minutes = instance.minutes[instance.profile[route]]
    nodes, allowed, service, partners = (
        instance.node,
        instance.allowed,
        instance.service,
        instance.partner_count,
    )
    costs, places, versions, least = memory.costs, memory.places, memory.versions, memory.least
    version = work.version[route]
    site_before = work.sequence[route, position - 1] if position > 0 else -1
    site_in = work.sequence[route, position]
    before, after = node_before(instance, work, route, position), node_at(instance, work, route, position + 1)
    middle = nodes[site_in]
    room = instance.capacity[route] - work.length[route] + TOLERANCE
    price(instance, work, memory, route, waiting, site_before)
    if partners[site_in] > 0:
        for day in range(work.filled.size):
            if day != route and instance.team[day] == instance.team[route]:
                price(instance, work, memory, day, waiting, -2)
    inward, onward = instance.backward[instance.profile[route]], minutes
    left_leg, right_leg = minutes[before, middle], minutes[middle, after]
    for index in range(waiting):
        other = memory.waiting[index]
        if partners[other] > 0:
            choose_route(instance, work, memory, index)
            continue
        if not allowed[route, other]:
            continue
        if versions[other, route] != version:
            versions[other, route] = version
            node = nodes[other]
            left = inward[node, before] + onward[node, middle] - left_leg + service[other]
            right = inward[node, middle] + onward[node, after] - right_leg + service[other]
            if left < costs[other, route]:
                costs[other, route] = left
                places[other, route] = site_before
            if right < costs[other, route]:
                costs[other, route] = right
                places[other, route] = site_in
        cost = costs[other, route]
        if memory.routes[index] == route:
            choose_route(instance, work, memory, index)
        elif cost < least[index] and cost <= room:
            least[index] = cost
            memory.routes[index] = route


@njit(cache=True, nogil=True)
def recreate(
    instance: Instance,
    work: Solution,
    memory: Memory,
    waiting: int,
    power: float,
    noise: float,
    left_out: float,
) -> int:
    """Put in what can be, each time what is worth most for its minutes.

    `power` weighs worth against minutes, `noise` is how much chance has a say, `left_out` the share of sites
    that are passed over: what looks best at first may stand in the way of what is best. The sites put in are
    left in `taken`; returns how many.
    """
    for route in range(work.filled.size):
        price(instance, work, memory, route, waiting, -2)
    for index in range(waiting):
        memory.weights[index] = 0.0
        if left_out == 0.0 or random_fraction(memory.random) >= left_out:
            chance = np.exp(noise * random_fraction(memory.random))
            memory.weights[index] = instance.worth[memory.waiting[index]] ** power * chance
        choose_route(instance, work, memory, index)
    put_in = 0
    while True:
        chosen = -1
        most = 0.0
        for index in range(waiting):
            if memory.least[index] < NEVER:
                value = memory.weights[index] / max(memory.least[index], 1e-3)
                if value > most:
                    most = value
                    chosen = index
        if chosen < 0:
            return put_in
        site = memory.waiting[chosen]
        route = memory.routes[chosen]
        after = memory.places[site, route]
        position = work.position[after] + 1 if after >= 0 else 0
        insert(instance, work, route, position, site)
        mark_changed(work, memory, route)
        memory.taken[put_in] = site
        put_in += 1
        waiting -= 1
        memory.waiting[chosen] = memory.waiting[waiting]
        memory.weights[chosen] = memory.weights[waiting]
        memory.least[chosen] = memory.least[waiting]
        memory.routes[chosen] = memory.routes[waiting]
        adjust(instance, work, memory, waiting, route, position)
