"""What a search carries from step to step: chance, the record so far, and room to work in."""

from typing import NamedTuple

import numpy as np

from borderops.patrols.planning.arrays import Bools, Floats, Ints, Solution
from borderops.patrols.planning.native import native


class Memory(NamedTuple):
    """What a search carries from step to step."""

    random: np.ndarray  # one uint64
    counters: Ints  # see the names below
    numbers: Floats  # see the names below
    changed: Bools  # [route]
    taken: Ints  # sites taken out in this step
    brought: Ints  # sites put in
    waiting: Ints  # sites to put in
    marked: Bools  # [site]
    costs: Floats  # [site, route]: the least minutes that the site adds to that version of the route
    places: Ints  # [site, route]: after which site, -1 for the start
    versions: Ints  # [site, route]
    weights: Floats  # how much each waiting site is wanted
    least: Floats  # the least minutes that each waiting site adds
    routes: Ints  # where
    lookup: Ints  # [site]: -1 between uses
    queue: Ints  # [4 * site]: sites whose neighbours in a route may be out of place
    order: Ints  # the sites of one route
    nights: Ints  # [route]
    path: Ints  # the nodes of one route
    legs: Floats
    leaving: Floats  # when each visit of one route is left


#: Places in `counters`: steps done, those in this cycle, the cycle's length, the last version of a route,
#: steps since the best worth rose, cycles ended.
STEP, IN_CYCLE, CYCLE, VERSION, SINCE, CYCLES = 0, 1, 2, 3, 4, 5

#: Places in `numbers`: how much worse a plan may be at a cycle's start, what a minute counts beside worth,
#: worth and minutes of the plan kept and of the best plan, and the worth that no plan exceeds.
HOT, PRICE, KEPT_WORTH, KEPT_MINUTES, BEST_WORTH, BEST_MINUTES, BOUND = 0, 1, 2, 3, 4, 5, 6


@native
def random_below(random: np.ndarray, below: int) -> int:
    """A whole number from 0 up to, not including, `below` (xorshift64*)."""
    return int(random_fraction(random) * below)


@native
def random_fraction(random: np.ndarray) -> float:
    """A number from 0 up to, not including, 1."""
    state = random[0]
    state ^= state >> np.uint64(12)
    state ^= state << np.uint64(25)
    state ^= state >> np.uint64(27)
    random[0] = state
    return float((state * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@native
def mark_changed(work: Solution, memory: Memory, route: int) -> None:
    """Note that `route` is about to be another."""
    memory.changed[route] = True
    memory.counters[VERSION] += 1
    work.version[route] = memory.counters[VERSION]
