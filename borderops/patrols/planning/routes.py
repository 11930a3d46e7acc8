"""Compiled: what a change of one route costs and whether it keeps the limits."""

import numpy as np

from borderops.patrols.planning.arrays import Instance, Solution
from borderops.patrols.planning.native import native, native_inline

#: Minutes by which sums of walking times may differ through rounding.
TOLERANCE = 1e-6

NEVER = np.inf


@native_inline
def node_before(instance: Instance, plan: Solution, route: int, position: int) -> int:
    """The node that comes before `position`."""
    if position == 0:
        return plan.start[route]
    return instance.node[plan.sequence[route, position - 1]]


@native_inline
def node_at(instance: Instance, plan: Solution, route: int, position: int) -> int:
    """The node at `position`, the end of the day after the last visit."""
    if position >= plan.filled[route]:
        return plan.end[route]
    return instance.node[plan.sequence[route, position]]


@native
def begin_after(instance: Instance, route: int, site: int, arrival: float) -> float:
    """The earliest beginning of a visit for a team that arrives at `arrival`; NEVER if no window is left."""
    first = instance.first_window[route, site]
    if first < 0:
        return arrival
    needed = instance.service[site]
    for index in range(first, first + instance.window_count[route, site]):
        begin = max(arrival, instance.windows[index, 0])
        if begin + needed <= instance.windows[index, 1] + TOLERANCE:
            return begin
    return NEVER


@native
def begin_before(instance: Instance, route: int, site: int, departure: float) -> float:
    """The latest beginning of a visit for a team that must leave by `departure`; -NEVER if there is none."""
    needed = instance.service[site]
    first = instance.first_window[route, site]
    if first < 0:
        return departure - needed
    for index in range(first + instance.window_count[route, site] - 1, first - 1, -1):
        begin = min(departure, instance.windows[index, 1]) - needed
        if begin >= instance.windows[index, 0] - TOLERANCE:
            return begin
    return -NEVER


@native
def refresh(instance: Instance, plan: Solution, route: int) -> None:
    """Compute anew what follows from the sequence of `route`."""
    minutes = instance.minutes[instance.profile[route]]
    total = 0.0
    node = plan.start[route]
    count = plan.filled[route]
    for position in range(count):
        site = plan.sequence[route, position]
        plan.where[site] = route
        plan.position[site] = position
        total += minutes[node, instance.node[site]] + instance.service[site]
        node = instance.node[site]
    plan.length[route] = total + minutes[node, plan.end[route]]
    if instance.timed[route]:
        refresh_times(instance, plan, route)


@native
def refresh_times(instance: Instance, plan: Solution, route: int) -> None:
    """Compute the earliest and latest beginnings of the visits of `route`."""
    minutes = instance.minutes[instance.profile[route]]
    count = plan.filled[route]
    node = plan.start[route]
    leaves = instance.earliest[route]
    for position in range(count):
        site = plan.sequence[route, position]
        begin = begin_after(instance, route, site, leaves + minutes[node, instance.node[site]])
        plan.begins[route, position] = begin
        leaves = begin + instance.service[site]
        node = instance.node[site]
    late = instance.latest[route]
    plan.late[route, count] = late
    node = plan.end[route]
    for position in range(count - 1, -1, -1):
        site = plan.sequence[route, position]
        late = begin_before(instance, route, site, late - minutes[instance.node[site], node])
        plan.late[route, position] = late
        node = instance.node[site]


@native
def keeps_limits(instance: Instance, plan: Solution, route: int) -> bool:
    """Whether `route`, refreshed, keeps its limits of time."""
    if not plan.length[route] <= instance.capacity[route] + TOLERANCE:
        return False
    if not instance.timed[route]:
        return True
    minutes = instance.minutes[instance.profile[route]]
    leaves = instance.earliest[route]
    node = plan.start[route]
    count = plan.filled[route]
    for position in range(count):
        site = plan.sequence[route, position]
        begin = begin_after(instance, route, site, leaves + minutes[node, instance.node[site]])
        if begin == NEVER:
            return False
        leaves = begin + instance.service[site]
        node = instance.node[site]
    finish = leaves + minutes[node, plan.end[route]]
    if finish > instance.latest[route] + TOLERANCE:
        return False
    if instance.earliest[route] + instance.longest[route] >= instance.latest[route]:
        return True
    # Waiting counts as time out: leave as late as the same arrival allows.
    late = finish
    node = plan.end[route]
    for position in range(count - 1, -1, -1):
        site = plan.sequence[route, position]
        late = begin_before(instance, route, site, late - minutes[instance.node[site], node])
        node = instance.node[site]
    return finish - (late - minutes[plan.start[route], node]) <= instance.longest[route] + TOLERANCE


@native
def in_order(instance: Instance, plan: Solution, route: int, position: int, site: int) -> bool:
    """Whether `site` before `position` of `route` keeps the orders that a person has given."""
    first = instance.first_partner[site]
    for index in range(first, first + instance.partner_count[site]):
        other = instance.partner[index]
        other_route = plan.where[other]
        if other_route < 0 or instance.team[other_route] != instance.team[route]:
            continue
        other_is_later = plan.position[other] >= position if other_route == route else other_route > route
        if other_is_later != instance.partner_later[index]:
            return False
    return True


@native
def keeps_windows(instance: Instance, plan: Solution, route: int, position: int, site: int) -> bool:
    """Whether `site` before `position` of a `route` with windows keeps its limits of time."""
    minutes = instance.minutes[instance.profile[route]]
    node = instance.node[site]
    leaves = instance.earliest[route]
    if position > 0:
        previous = plan.sequence[route, position - 1]
        leaves = plan.begins[route, position - 1] + instance.service[previous]
    there = minutes[node_before(instance, plan, route, position), node]
    onward = minutes[node, node_at(instance, plan, route, position)]
    begin = begin_after(instance, route, site, leaves + there)
    if begin + instance.service[site] + onward > plan.late[route, position] + TOLERANCE:
        return False
    if instance.earliest[route] + instance.longest[route] >= instance.latest[route]:
        return True
    insert(instance, plan, route, position, site)
    kept = keeps_limits(instance, plan, route)
    remove(instance, plan, route, position)
    return kept


@native
def cheapest_position(instance: Instance, plan: Solution, route: int, site: int) -> tuple[float, int]:
    """The least minutes that `site` adds to `route` where it keeps all limits, and the position.

    (NEVER, 0) if it cannot go there.
    """
    minutes = instance.minutes[instance.profile[route]]
    room = instance.capacity[route] - plan.length[route] + TOLERANCE - instance.service[site]
    least, best = NEVER, 0
    node = instance.node[site]
    for position in range(plan.filled[route] + 1):
        before = node_before(instance, plan, route, position)
        after = node_at(instance, plan, route, position)
        added = minutes[before, node] + minutes[node, after] - minutes[before, after]
        if added < least and added <= room:
            if instance.partner_count[site] > 0 and not in_order(instance, plan, route, position, site):
                continue
            if instance.timed[route] and not keeps_windows(instance, plan, route, position, site):
                continue
            least, best = added, position
    return least + instance.service[site], best


@native
def insert(instance: Instance, plan: Solution, route: int, position: int, site: int) -> None:
    """Put `site` before `position` of `route`."""
    count = plan.filled[route]
    for index in range(count, position, -1):
        moved = plan.sequence[route, index - 1]
        plan.sequence[route, index] = moved
        plan.position[moved] = index
    plan.sequence[route, position] = site
    plan.filled[route] = count + 1
    plan.where[site] = route
    plan.position[site] = position
    if instance.timed[route]:
        refresh(instance, plan, route)
    else:
        minutes = instance.minutes[instance.profile[route]]
        before = node_before(instance, plan, route, position)
        after = node_at(instance, plan, route, position + 1)
        node = instance.node[site]
        plan.length[route] += (
            minutes[before, node] + minutes[node, after] - minutes[before, after] + instance.service[site]
        )


@native
def remove(instance: Instance, plan: Solution, route: int, position: int) -> None:
    """Take out the site at `position` of `route`."""
    count = plan.filled[route]
    site = plan.sequence[route, position]
    if not instance.timed[route]:
        minutes = instance.minutes[instance.profile[route]]
        before = node_before(instance, plan, route, position)
        after = node_at(instance, plan, route, position + 1)
        node = instance.node[site]
        plan.length[route] -= (
            minutes[before, node] + minutes[node, after] - minutes[before, after] + instance.service[site]
        )
    for index in range(position, count - 1):
        moved = plan.sequence[route, index + 1]
        plan.sequence[route, index] = moved
        plan.position[moved] = index
    plan.filled[route] = count - 1
    plan.where[site] = -1
    if instance.timed[route]:
        refresh(instance, plan, route)
