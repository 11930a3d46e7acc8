"""Compiled: ruin and recreate with slowly falling tolerance for worse plans.

One step takes some visits out, puts the best of what is unvisited back in, shortens the routes that changed
and keeps the result unless it is too much worse. Nothing depends on the clock: step N of a search is the same
on every run.
"""

import numpy as np

from borderops.patrols.planning.arrays import Bools, Instance, Ints, Solution
from borderops.patrols.planning.memory import (
    BEST_MINUTES,
    BEST_WORTH,
    BOUND,
    CYCLE,
    CYCLES,
    HOT,
    IN_CYCLE,
    KEPT_MINUTES,
    KEPT_WORTH,
    PRICE,
    SINCE,
    STEP,
    Memory,
    mark_changed,
    random_below,
    random_fraction,
)
from borderops.patrols.planning.native import native
from borderops.patrols.planning.recreating import list_waiting, recreate
from borderops.patrols.planning.routes import keeps_limits, refresh
from borderops.patrols.planning.ruining import ruin, ruin_route
from borderops.patrols.planning.shortening import shorten

#: Steps spent on making a plan shorter that cannot be worth more.
LAST_STEPS = 1000

#: How many visits one step takes out at most, and the same where the search looks at near sites only.
MOST_TAKEN = 16
MOST_TAKEN_OF_MANY = 30

#: Of many sites: how often the time gained is offered elsewhere too.
ELSEWHERE = 0.6

#: How often it is offered to others before those that were taken out.
MOVED = 0.15

#: Of many sites: a cycle that begins anew is at most so many steps for each of them long, and so many cycles
#: later the next ones are twice as long.
STEPS_A_SITE = 100
EQUALLY_LONG = 16

#: The tolerance at the end of a cycle, as a share of that at its beginning.
COLDEST = 0.003


@native
def copy_route(source: Solution, target: Solution, route: int, timed: bool) -> None:
    """Make `route` of `target` that of `source`; `where` of sites that are in neither is not touched."""
    for position in range(target.filled[route]):
        site = target.sequence[route, position]
        if target.where[site] == route:
            target.where[site] = -1
    count = source.filled[route]
    target.filled[route] = count
    target.start[route] = source.start[route]
    target.end[route] = source.end[route]
    target.length[route] = source.length[route]
    target.version[route] = source.version[route]
    for position in range(count):
        target.sequence[route, position] = source.sequence[route, position]
    if timed:
        for position in range(count):
            target.begins[route, position] = source.begins[route, position]
            target.late[route, position] = source.late[route, position]
        target.late[route, count] = source.late[route, count]


@native
def settle(source: Solution, target: Solution, changed: Bools, timed: Bools) -> None:
    """Make the changed routes of `target` those of `source`."""
    for route in range(changed.size):
        if changed[route]:
            copy_route(source, target, route, timed[route])
    for route in range(changed.size):
        if changed[route]:
            for position in range(target.filled[route]):
                site = target.sequence[route, position]
                target.where[site] = route
                target.position[site] = position


@native
def copy_plan(source: Solution, target: Solution) -> None:
    """Make `target` equal to `source`."""
    for route in range(source.filled.size):
        copy_route(source, target, route, True)
    for site in range(source.where.size):
        target.where[site] = source.where[site]
        target.position[site] = source.position[site]


@native
def tidy(instance: Instance, work: Solution, memory: Memory, queue: Ints, queued: int) -> bool:
    """Shorten the changed routes near the sites in `queue`; says whether any became shorter."""
    shorter = False
    for route in range(work.filled.size):
        if not memory.changed[route] or instance.timed[route] or work.filled[route] < 2:
            continue
        fixed = False
        for position in range(work.filled[route]):
            fixed = fixed or instance.partner_count[work.sequence[route, position]] > 0
        if fixed:
            continue
        # Only what is beside a new visit can be out of place.
        around = memory.queue
        size = 0
        for index in range(queued):
            if work.where[queue[index]] != route:
                continue
            here = work.position[queue[index]]
            for position in range(max(0, here - 1), min(work.filled[route], here + 2)):
                around[size] = work.sequence[route, position]
                size += 1
        if shorten(instance, work, memory, route, size):
            mark_changed(work, memory, route)
            shorter = True
    return shorter


@native
def evaluate(instance: Instance, plan: Solution, changed: Bools) -> tuple[float, float, bool]:
    """Worth, minutes, and whether the changed routes keep their limits."""
    worth = 0.0
    minutes = 0.0
    kept = True
    for route in range(plan.filled.size):
        if changed[route]:
            refresh(instance, plan, route)
            kept = kept and keeps_limits(instance, plan, route)
        minutes += plan.length[route]
        for position in range(plan.filled[route]):
            worth += instance.worth[plan.sequence[route, position]]
    return worth, minutes, kept


@native
def draw_unvisited(work: Solution, memory: Memory) -> int:
    """A site, most likely one that is not visited."""
    site = random_below(memory.random, work.where.size)
    for _ in range(5):
        if work.where[site] < 0:
            break
        site = random_below(memory.random, work.where.size)
    return site


@native
def step(instance: Instance, kept: Solution, work: Solution, best: Solution, memory: Memory) -> None:
    """One step of the search; `kept` and `work` are equal before and after."""
    sites = work.where.size
    memory.changed[:] = False
    numbers = memory.numbers
    many = instance.near.shape[1] + 1 < sites
    centre = random_below(memory.random, sites)
    wanted = 1 + random_below(memory.random, min(sites, MOST_TAKEN_OF_MANY if many else MOST_TAKEN))
    taken = ruin(instance, work, memory, centre, wanted)
    other = centre
    if many and random_fraction(memory.random) < ELSEWHERE:
        other = draw_unvisited(work, memory)
    moved = random_fraction(memory.random) < MOVED
    waiting = list_waiting(instance, work, memory, memory.taken, taken, other, moved)
    power = 0.5 + 1.5 * random_fraction(memory.random)
    left_out = max(0.0, random_fraction(memory.random) - 0.5)
    put_in = recreate(instance, work, memory, waiting, power, 1.0, left_out)
    shorter = tidy(instance, work, memory, memory.brought, put_in)
    if moved:
        waiting = list_waiting(instance, work, memory, memory.taken, taken, other, False)
        recreate(instance, work, memory, waiting, power, 0.0, 0.0)
    elif shorter or left_out > 0.0:
        waiting = list_waiting(instance, work, memory, memory.brought, put_in, other, False)
        recreate(instance, work, memory, waiting, power, 0.0, 0.0)
    worth, minutes, feasible = evaluate(instance, work, memory.changed)
    price = numbers[PRICE]
    gain = (worth - price * minutes) - (numbers[KEPT_WORTH] - price * numbers[KEPT_MINUTES])
    share = memory.counters[IN_CYCLE] / memory.counters[CYCLE]
    hot = numbers[HOT] * (COLDEST**share)
    if feasible and gain >= hot * np.log(random_fraction(memory.random) + 1e-300):
        settle(work, kept, memory.changed, instance.timed)
        numbers[KEPT_WORTH] = worth
        numbers[KEPT_MINUTES] = minutes
        if worth > numbers[BEST_WORTH] + 1e-9 or (
            worth > numbers[BEST_WORTH] - 1e-9 and minutes < numbers[BEST_MINUTES] - 1e-9
        ):
            if worth > numbers[BEST_WORTH] + 1e-9:
                memory.counters[SINCE] = 0
            copy_plan(work, best)
            numbers[BEST_WORTH] = worth
            numbers[BEST_MINUTES] = minutes
    else:
        settle(kept, work, memory.changed, instance.timed)


@native
def begin_cycle(instance: Instance, kept: Solution, work: Solution, best: Solution, memory: Memory) -> None:
    """Begin a longer cycle from the best plan; of many sites, every second one without visits.

    Which regions a plan for many sites visits is settled within the first steps, and seldom changes after.
    """
    counters, numbers = memory.counters, memory.numbers
    sites = work.where.size
    many = instance.near.shape[1] + 1 < sites
    counters[IN_CYCLE] = 0
    counters[CYCLES] += 1
    if not many or counters[CYCLES] % EQUALLY_LONG == 0:
        counters[CYCLE] *= 2
    elif counters[CYCLE] < STEPS_A_SITE * sites:
        counters[CYCLE] = min(2 * counters[CYCLE], STEPS_A_SITE * sites)
    copy_plan(best, work)
    if many and counters[CYCLES] % 2 == 0:
        for route in range(work.filled.size):
            ruin_route(instance, work, memory, route, 0)
    memory.changed[:] = True
    worth, minutes, feasible = evaluate(instance, work, memory.changed)
    if feasible:
        numbers[KEPT_WORTH] = worth
        numbers[KEPT_MINUTES] = minutes
    else:
        copy_plan(best, work)
        numbers[KEPT_WORTH] = numbers[BEST_WORTH]
        numbers[KEPT_MINUTES] = numbers[BEST_MINUTES]
    copy_plan(work, kept)


@native
def search(
    instance: Instance, kept: Solution, work: Solution, best: Solution, memory: Memory, steps: int
) -> None:
    """Go `steps` steps on, fewer if no plan can be worth more than the best."""
    counters, numbers = memory.counters, memory.numbers
    for _ in range(steps):
        if numbers[BEST_WORTH] >= numbers[BOUND] - 1e-9 and counters[SINCE] >= LAST_STEPS:
            return
        if counters[IN_CYCLE] >= counters[CYCLE]:
            begin_cycle(instance, kept, work, best, memory)
        step(instance, kept, work, best, memory)
        counters[STEP] += 1
        counters[IN_CYCLE] += 1
        counters[SINCE] += 1
