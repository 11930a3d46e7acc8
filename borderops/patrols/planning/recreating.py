"""Compiled: putting visits in, each time the one that is worth most for its minutes."""

import numpy as np

from borderops.patrols.planning.arrays import Instance, Ints, Solution
from borderops.patrols.planning.memory import Memory, mark_changed, random_fraction
from borderops.patrols.planning.native import native, native_inline
from borderops.patrols.planning.pricing import price
from borderops.patrols.planning.routes import NEVER, TOLERANCE, insert, node_at, node_before

#: Of many sites, so many of the nearest to each that was taken out may come in.
BESIDE = 8


@native
def list_waiting(
    instance: Instance, work: Solution, memory: Memory, around: Ints, size: int, centre: int, held: bool
) -> int:
    """List the unvisited sites that this step may put in, not the first `size` of `around` if they are held.

    Of many sites these are the ones near to `around` and to `centre`.
    """
    if instance.near.shape[1] + 1 >= work.where.size:
        return list_unvisited(work, memory, around, size if held else 0)
    count = 0
    for index in range(0 if held else size):
        site = around[index]
        if work.where[site] < 0 and not memory.marked[site]:
            memory.marked[site] = True
            memory.waiting[count] = site
            count += 1
        for near in range(min(BESIDE, instance.near.shape[1])):
            other = instance.near[site, near]
            if work.where[other] < 0 and not memory.marked[other]:
                memory.marked[other] = True
                memory.waiting[count] = other
                count += 1
    for near in range(instance.near.shape[1]):
        other = instance.near[centre, near]
        if work.where[other] < 0 and not memory.marked[other]:
            memory.marked[other] = True
            memory.waiting[count] = other
            count += 1
    for index in range(count):
        memory.marked[memory.waiting[index]] = False
    return count


@native
def list_unvisited(work: Solution, memory: Memory, held: Ints, size: int) -> int:
    """List all unvisited sites but the first `size` of `held`."""
    for index in range(size):
        memory.marked[held[index]] = True
    count = 0
    for site in range(work.where.size):
        if work.where[site] < 0 and not memory.marked[site]:
            memory.waiting[count] = site
            count += 1
    for index in range(size):
        memory.marked[held[index]] = False
    return count


@native_inline
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


@native
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


@native
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
    left in `brought`; returns how many.
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
        memory.brought[put_in] = site
        put_in += 1
        waiting -= 1
        memory.waiting[chosen] = memory.waiting[waiting]
        memory.weights[chosen] = memory.weights[waiting]
        memory.least[chosen] = memory.least[waiting]
        memory.routes[chosen] = memory.routes[waiting]
        adjust(instance, work, memory, waiting, route, position)
