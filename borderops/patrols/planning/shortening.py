"""Compiled: the same visits in less time (2-opt and moving short stretches within one route).

Works on a copy of one route: `path` holds its nodes with start and end, `sites` its sites; `path[i + 1]` is
the node of `sites[i]`. Only arrays are handed from function to function: tuples of arrays cost more than
the work.
"""

from borderops.patrols.planning.arrays import Floats, Instance, Ints, Solution
from borderops.patrols.planning.memory import Memory
from borderops.patrols.planning.native import native
from borderops.patrols.planning.routes import refresh

#: How many near sites are tried as new neighbours, and how long a stretch is moved.
NEAR = 8
LONGEST_STRETCH = 3

_GAIN = 1e-7


@native
def turn(path: Ints, first: int, last: int) -> None:
    """Turn the stretch from `first` to `last` round."""
    while first < last:
        path[first], path[last] = path[last], path[first]
        first += 1
        last -= 1


@native
def walked_back(minutes: Floats, path: Ints, first: int, last: int) -> float:
    """Minutes that the stretch takes more when it is walked the other way."""
    more = 0.0
    for index in range(first, last):
        more += minutes[path[index + 1], path[index]] - minutes[path[index], path[index + 1]]
    return more


@native
def turn_gain(minutes: Floats, symmetric: bool, path: Ints, first: int, last: int) -> float:
    """Minutes saved by turning the stretch round."""
    gain = (
        minutes[path[first - 1], path[first]]
        + minutes[path[last], path[last + 1]]
        - minutes[path[first - 1], path[last]]
        - minutes[path[first], path[last + 1]]
    )
    if not symmetric:
        gain -= walked_back(minutes, path, first, last)
    return gain


@native
def shift(path: Ints, first: int, last: int, target: int, turned: bool) -> None:
    """Move the stretch before `target` (outside it), turned round if wanted."""
    if turned:
        turn(path, first, last)
    if target > last:
        turn(path, first, last)
        turn(path, last + 1, target - 1)
        turn(path, first, target - 1)
    else:
        turn(path, target, first - 1)
        turn(path, first, last)
        turn(path, target, last)


@native
def shift_gain(
    minutes: Floats, symmetric: bool, path: Ints, first: int, last: int, target: int
) -> tuple[float, bool]:
    """Minutes saved by moving the stretch before `target`, and whether turned round."""
    one, two = path[first], path[last]
    left, right = path[target - 1], path[target]
    freed = (
        minutes[path[first - 1], one]
        + minutes[two, path[last + 1]]
        - minutes[path[first - 1], path[last + 1]]
        + minutes[left, right]
    )
    as_is = freed - minutes[left, one] - minutes[two, right]
    turned = freed - minutes[left, two] - minutes[one, right]
    if first < last and not symmetric:
        turned -= walked_back(minutes, path, first, last)
    if turned > as_is:
        return turned, True
    return as_is, False


@native
def improve_at(
    minutes: Floats, symmetric: bool, path: Ints, last: int, here: int, there: int
) -> tuple[int, int, int, bool]:
    """The first change found that brings the visits at `here` and `there` together and saves time.

    Gives (first, last, target, turned); target 0: turn the stretch on the spot, first 0: there is none.
    """
    low, high = min(here, there), max(here, there)
    if low + 1 < high:
        if turn_gain(minutes, symmetric, path, low + 1, high) > _GAIN:
            return low + 1, high, 0, True
        if turn_gain(minutes, symmetric, path, low, high - 1) > _GAIN:
            return low, high - 1, 0, True
    for length in range(LONGEST_STRETCH):
        for backward in range(2):
            first = here - length if backward else here
            final = here if backward else here + length
            if (backward and length == 0) or first < 1 or final > last or first <= there <= final:
                continue
            for target in range(there, there + 2):
                if first <= target <= final + 1:
                    continue
                gain, turned = shift_gain(minutes, symmetric, path, first, final, target)
                if gain > _GAIN:
                    return first, final, target, turned
    return 0, 0, 0, False


@native
def improve_end(
    minutes: Floats, symmetric: bool, path: Ints, last: int, here: int
) -> tuple[int, int, int, bool]:
    """As `improve_at` for the two ends of the day, which are near to nobody."""
    if here > 1 and turn_gain(minutes, symmetric, path, 1, here) > _GAIN:
        return 1, here, 0, True
    if here < last and turn_gain(minutes, symmetric, path, here, last) > _GAIN:
        return here, last, 0, True
    return 0, 0, 0, False


@native
def shorten_path(
    minutes: Floats,
    symmetric: bool,
    path: Ints,
    sites: Ints,
    position: Ints,
    count: int,
    near: Ints,
    queue: Ints,
    queued: int,
) -> bool:
    """Shorten the path around the sites of `queue`; `position` is each site's index in `sites`, else -1."""
    done = False
    budget = 50 * (queued + 1)
    while queued > 0 and budget > 0:
        budget -= 1
        site = queue[queued - 1]
        here = position[site] + 1
        found = (0, 0, 0, False)
        if here > 0:
            one, two, middle = path[here - 1], path[here + 1], path[here]
            reach = max(
                minutes[one, middle] + minutes[middle, one], minutes[middle, two] + minutes[two, middle]
            )
            for index in range(min(NEAR, near.shape[1])):
                there = position[near[site, index]] + 1
                if there > 0:
                    other = path[there]
                    # Something is saved only if a new way is shorter than one that it replaces.
                    if minutes[middle, other] + minutes[other, middle] >= reach:
                        break
                    found = improve_at(minutes, symmetric, path, count, here, there)
                    if found[0] > 0:
                        break
            if found[0] == 0:
                found = improve_end(minutes, symmetric, path, count, here)
        first, last, target, turned = found
        if first == 0:
            queued -= 1
            continue
        done = True
        if target == 0:
            turn(path, first, last)
            turn(sites, first - 1, last - 1)
            low, high = first, last
        else:
            shift(path, first, last, target, turned)
            shift(sites, first - 1, last - 1, target - 1, turned)
            low, high = min(first, target), max(last, target - 1)
        for index in range(low - 1, high):
            position[sites[index]] = index
    return done


@native
def shorten(instance: Instance, plan: Solution, memory: Memory, route: int, queued: int) -> bool:
    """Shorten `route` around the first `queued` sites of `memory.queue`; says whether it did."""
    count = plan.filled[route]
    profile = instance.profile[route]
    sites, path, position = memory.order, memory.path, memory.lookup
    path[0] = plan.start[route]
    path[count + 1] = plan.end[route]
    for index in range(count):
        site = plan.sequence[route, index]
        sites[index] = site
        path[index + 1] = instance.node[site]
        position[site] = index
    done = shorten_path(
        instance.minutes[profile], instance.symmetric[profile], path, sites, position, count,
        instance.near, memory.queue, queued,
    )  # fmt: skip
    for index in range(count):
        position[sites[index]] = -1
    if done:
        for index in range(count):
            plan.sequence[route, index] = sites[index]
        refresh(instance, plan, route)
    return done
