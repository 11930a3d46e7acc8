"""Markers keep number order along the line, on bends and loops too.

The place nearest to a marker may be on the wrong limb of a hairpin. Numbers run along the line, so the
places of all markers are chosen together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from borderops.boundary.line import Line, Place
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_

#: How many points before and after lend a point their places, so that two whose nearest places are a little
#: out of order (a measuring error on a straight stretch) can share one.
_LENDERS = 4


@dataclass(frozen=True)
class OrderBroken:
    """A point that could not be kept in order within the tolerance: number `index` of those given.

    `nearest` is its nearest place, order or not. If that is farther away than the tolerance the point is
    too far from the line; if not, its position contradicts its number.
    """

    index: int
    nearest: Place


@dataclass(frozen=True)
class Ordered:
    """The places of points in the order given, chainages never decreasing, and the points that did not fit.

    A point that did not fit has the nearest place between its neighbours that did.
    """

    places: tuple[Place, ...]
    broken: tuple[OrderBroken, ...]


def order_along(line: Line, points: Sequence[tuple[float, float]], tolerance_m: float) -> Ordered:
    """Choose a place on `line` for each (longitude, latitude) so that chainages never decrease.

    Each place lies within `tolerance_m` of its point, at a foot of the point or of one of its neighbours in
    order. As few points as possible are left out; among those choices the sum of squared offsets is least.

    Give one point per position number: markers that share a number (`397(1)`, `397(2)`) have no order
    among themselves; locate the others with `Line.locate(between=...)`.

    Raises `InvalidInput` if the tolerance is not a number of metres above 0.
    """
    if not 0 < tolerance_m < float("inf"):
        raise InvalidInput(N_("The tolerance must be a number of metres above 0."), field="tolerance_m")
    choices = _choices(line, points, tolerance_m)
    kept = _least_squares(choices, skip_cost=(len(points) + 1) * tolerance_m**2)
    return _fill_in(line, points, kept)


def _choices(line: Line, points: Sequence[tuple[float, float]], tolerance_m: float) -> list[list[Place]]:
    """For each point the places it may take, by chainage."""
    own = [line.feet(lon, lat, within_m=tolerance_m) for lon, lat in points]
    choices = []
    for i, (lon, lat) in enumerate(points):
        lenders = own[max(i - _LENDERS, 0) : i] + own[i + 1 : i + 1 + _LENDERS]
        borrowed = {place.chainage_m for places in lenders for place in places}
        shared = [line.locate(lon, lat, between=(chainage_m, chainage_m)) for chainage_m in borrowed]
        allowed = own[i] + [place for place in shared if place.offset_m <= tolerance_m]
        choices.append(sorted(allowed, key=lambda place: (place.chainage_m, place.offset_m)))
    return choices


def _least_squares(choices: list[list[Place]], *, skip_cost: float) -> list[Place | None]:
    """One place of each list, or None, so that chainages never decrease and the cost is least.

    A place costs its offset squared, a None `skip_cost`. Dynamic programming: a state is the chainage of
    the last place taken (state 0: none yet), and its cost the least that leads there.
    """
    chainages = sorted({place.chainage_m for places in choices for place in places})
    state_of = {chainage_m: number for number, chainage_m in enumerate(chainages, start=1)}
    numbers = np.arange(len(chainages) + 1)
    cost = np.full(len(numbers), np.inf)
    cost[0] = 0.0
    came_from: list[NDArray[np.int64]] = []
    taken: list[dict[int, Place]] = []
    for places in choices:
        least = np.minimum.accumulate(cost)
        best_before = np.maximum.accumulate(np.where(cost == least, numbers, 0))
        previous, following, here = numbers.copy(), cost + skip_cost, {}
        for place in places:
            state = state_of[place.chainage_m]
            with_place = least[state] + place.offset_m**2
            if with_place < following[state]:
                following[state], previous[state], here[state] = with_place, best_before[state], place
        came_from.append(previous)
        taken.append(here)
        cost = following
    state = int(np.argmin(cost))
    kept: list[Place | None] = []
    for previous, here in zip(reversed(came_from), reversed(taken), strict=True):
        kept.append(here.get(state))
        state = int(previous[state])
    return kept[::-1]


def _fill_in(line: Line, points: Sequence[tuple[float, float]], kept: list[Place | None]) -> Ordered:
    """Give the points left out the nearest place between their neighbours, and name them."""
    places: list[Place] = []
    broken: list[OrderBroken] = []
    for index, ((lon, lat), place) in enumerate(zip(points, kept, strict=True)):
        if place is not None:
            places.append(place)
            continue
        from_m = places[-1].chainage_m if places else 0.0
        to_m = next((later.chainage_m for later in kept[index:] if later is not None), line.length_m)
        places.append(line.locate(lon, lat, between=(from_m, to_m)))
        broken.append(OrderBroken(index=index, nearest=line.locate(lon, lat)))
    return Ordered(tuple(places), tuple(broken))
