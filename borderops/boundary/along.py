"""What is said of a chainage: the markers it lies between, and where a marker must be between two others."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from borderops.boundary.line import Place
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_


class OutsideAnchors(InvalidInput):
    """The number lies before the first or after the last anchor: nothing is known of where it is."""

    code = "outside-anchors"


class AnchorsOutOfOrder(InvalidInput):
    """Anchors whose numbers and chainages do not rise together."""

    code = "anchors-out-of-order"


@dataclass(frozen=True)
class Between:
    """The markers before (north of) and after a place, and the metres of line from each; None past the ends.

    A place at a marker lies after it, 0 m from it.
    """

    before: str | None
    after: str | None
    from_before_m: float | None
    to_after_m: float | None


class Schematic(NamedTuple):
    """A position known only by its number: a chainage, and the metres within which the marker should be."""

    chainage_m: float
    radius_m: float


def between(place: Place, markers: Sequence[tuple[str, float]]) -> Between:
    """The two of `markers` (label, chainage in metres, in any order) that a place lies between."""
    # Markers at one chainage keep the order in which they were given.
    along = sorted(markers, key=lambda marker: marker[1])
    at = bisect_right(along, place.chainage_m, key=lambda marker: marker[1])
    before, before_m = along[at - 1] if at > 0 else (None, None)
    after, after_m = along[at] if at < len(along) else (None, None)
    return Between(
        before=before,
        after=after,
        from_before_m=None if before_m is None else place.chainage_m - before_m,
        to_after_m=None if after_m is None else after_m - place.chainage_m,
    )


def interpolate(anchors: Sequence[tuple[float, float, float]], key: float) -> Schematic:
    """Where number `key` should be: linear between the anchors around it, with an honest radius.

    `anchors` are (number, chainage in metres, radius in metres) with numbers rising; whole numbers are
    markers, fractions stakes between them (425/1 as 425.5). At an anchor the answer is the anchor.

    The radius has two parts. The anchors' own uncertainty is carried linearly: if one anchor is off, what
    hangs on it is off by its share. To that comes the uneven spacing of what lies between. Between anchors
    a distance G apart and n numbers apart, at share t, it is

        min( 2 · G · sqrt(t (1 - t) / (n + 1)),  max(t, 1 - t) · G )

    The first term is twice the standard deviation of the k-th of n - 1 points strewn at random on G (a beta
    distribution with mean t = k/n): markers are sited more evenly than at random, so it covers at least
    some 95 %. The second is certain: number order keeps the marker between its anchors. A plain
    min(t, 1 - t) · G would be one standard deviation next to an anchor and needlessly wide halfway along a
    long stretch.

    Raises `OutsideAnchors` if `key` is not between the first and the last; `AnchorsOutOfOrder` if numbers do
    not rise, chainages fall, or a radius is not 0 or more.
    """
    _check(anchors)
    numbers = [number for number, _, _ in anchors]
    if not anchors or not numbers[0] <= key <= numbers[-1]:
        raise OutsideAnchors(
            N_("Number %(number)s lies outside the numbers whose place is known."), number=key
        )
    if key in numbers:
        return Schematic(*anchors[numbers.index(key)][1:])
    at = bisect_right(numbers, key)
    (number, chainage_m, radius_m), (next_number, next_m, next_radius_m) = anchors[at - 1], anchors[at]
    steps, gap_m = next_number - number, next_m - chainage_m
    share = (key - number) / steps
    spread_m = 2 * gap_m * math.sqrt(share * (1 - share) / (steps + 1))
    own_m = (1 - share) * radius_m + share * next_radius_m
    return Schematic(chainage_m + share * gap_m, own_m + min(spread_m, max(share, 1 - share) * gap_m))


def _check(anchors: Sequence[tuple[float, float, float]]) -> None:
    for number, _, radius_m in anchors:
        if not 0 <= radius_m < math.inf:
            raise AnchorsOutOfOrder(N_("Anchor %(number)s has no radius of 0 m or more."), number=number)
    for (number, chainage_m, _), (next_number, next_m, _) in pairwise(anchors):
        if not (number < next_number and chainage_m <= next_m):
            raise AnchorsOutOfOrder(
                N_("Anchors %(number)s and %(next)s are not in order along the line."),
                number=number,
                next=next_number,
            )
