"""The problem and a plan as arrays, for the compiled search.

A *route* is one day of one team; routes stand in the order of the problem's teams and their days. A *node* is
a row of the walking times, a *site* an index into the problem's sites.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Instance(NamedTuple):
    """What does not change during a search."""

    worth: Floats  # [site], what a pin adds included
    service: Floats  # [site]
    node: Ints  # [site]
    minutes: Floats  # [profile, node, node]: walking times of one day and pace
    backward: Floats  # the same with the last two turned round: [profile, to, from]
    symmetric: Bools  # [profile]
    profile: Ints  # [route]
    allowed: Bools  # [route, site]
    capacity: Floats  # [route]: the most minutes of walking and work
    earliest: Floats  # [route]
    latest: Floats  # [route]
    longest: Floats  # [route]
    timed: Bools  # [route]: whether any site has windows that day
    first_window: Ints  # [route, site], -1 where the whole day is open
    window_count: Ints  # [route, site]
    windows: Floats  # [window, 2]: from, until
    team: Ints  # [route]
    first_route: Ints  # [team]
    last_route: Ints  # [team]
    first_night: Ints  # [route]: the places where the night after it may be spent
    night_count: Ints  # [route]
    nights: Ints  # [night]: node
    near: Ints  # [site, n]: other sites, nearest first
    first_partner: Ints  # [site]: the sites it stands in an order with
    partner_count: Ints  # [site]
    partner: Ints  # [pair]: site
    partner_later: Bools  # [pair]: whether that one comes later


class Solution(NamedTuple):
    """A plan."""

    sequence: Ints  # [route, position]: site
    filled: Ints  # [route]: how many visits
    where: Ints  # [site]: route or -1
    position: Ints  # [site]
    start: Ints  # [route]: node
    end: Ints  # [route]: node
    length: Floats  # [route]: minutes of walking and work
    begins: Floats  # [route, position]: earliest beginning of each visit (routes with windows)
    late: Floats  # [route, position]: latest; at position `filled` the latest arrival at the end
    version: Ints  # [route]: equal versions of a route are equal routes


def empty_solution(routes: int, sites: int) -> Solution:
    """A plan without visits whose days start and end nowhere yet."""
    return Solution(
        sequence=np.zeros((routes, sites + 1), np.int64),
        filled=np.zeros(routes, np.int64),
        where=np.full(sites, -1, np.int64),
        position=np.zeros(sites, np.int64),
        start=np.zeros(routes, np.int64),
        end=np.zeros(routes, np.int64),
        length=np.zeros(routes, np.float64),
        begins=np.zeros((routes, sites + 1), np.float64),
        late=np.zeros((routes, sites + 1), np.float64),
        version=np.zeros(routes, np.int64),
    )
