"""A worth that no plan can exceed."""

import numpy as np

from borderops.patrols.planning.compiling import Compiled


def worth_bound(compiled: Compiled) -> int:
    """The most that the sites could be worth which all teams' time together would allow.

    A site counts only if a team could visit it on a day by itself. Each visit takes its work, and at least
    half of the shortest way that leads to it and half of the shortest that leads away: the best parts of
    sites that fill the time there is (the fractional knapsack) bound every plan.
    """
    instance = compiled.instance
    places = np.unique(np.concatenate([instance.node, instance.nights, compiled.start.start]))
    reachable = np.zeros(len(instance.node), np.bool_)
    needed = np.full(len(instance.node), np.inf)
    for route in range(instance.allowed.shape[0]):
        table = instance.minutes[instance.profile[route]]
        starts = _starts(compiled, route)
        ends = instance.nights[instance.first_night[route] :][: instance.night_count[route]]
        inward = table[np.ix_(starts, instance.node)].min(axis=0)
        onward = table[np.ix_(instance.node, ends)].min(axis=1)
        alone = inward + onward + instance.service <= instance.capacity[route] + 1e-6
        here = instance.allowed[route] & (alone | _shortened_by_others(table, inward, onward))
        reachable |= here
        ways = table[np.ix_(places, instance.node)]
        backs = table[np.ix_(instance.node, places)]
        ways[places[:, None] == instance.node[None, :]] = np.inf
        backs[instance.node[:, None] == places[None, :]] = np.inf
        least = instance.service + (ways.min(axis=0) + backs.min(axis=1)) / 2
        needed = np.minimum(needed, np.where(here, least, np.inf))
    return _knapsack(compiled, reachable, needed)


def _starts(compiled: Compiled, route: int) -> np.ndarray:
    instance = compiled.instance
    if route == instance.first_route[instance.team[route]]:
        return compiled.start.start[route : route + 1]
    return instance.nights[instance.first_night[route - 1] :][: instance.night_count[route - 1]]


def _shortened_by_others(table: np.ndarray, inward: np.ndarray, onward: np.ndarray) -> np.ndarray:
    """Where the direct way may not be the shortest (closed legs), nothing is ruled out."""
    triangle = (
        bool((table[:, :, None] + table[None, :, :] >= table[:, None, :] - 1e-6).all())
        if len(table) <= 150
        else False
    )
    return np.full(len(inward), not triangle) | (inward < 0) | (onward < 0)


def _knapsack(compiled: Compiled, reachable: np.ndarray, needed: np.ndarray) -> int:
    worth = np.array([site.worth for site in compiled.problem.sites], np.float64)
    left = float(compiled.instance.capacity.sum()) + 1e-6
    indices = [index for index in np.flatnonzero(reachable) if worth[index] > 0]
    indices.sort(key=lambda index: needed[index] / worth[index])
    total = 0.0
    for index in indices:
        if needed[index] > left:
            return int(total + worth[index] * left / needed[index] + 1e-6)
        left -= needed[index]
        total += worth[index]
    return int(total + 1e-6)
