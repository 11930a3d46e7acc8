"""The table of walking times for the planner, and what each leg rests on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from borderops.patrols.planning.problem import Travel
from borderops.patrols.walking.along import AlongLine
from borderops.patrols.walking.barriers import Barriers
from borderops.patrols.walking.ground import Ground
from borderops.patrols.walking.paths import Paths

#: Legs longer than this are no legs: more than a day.
LONGEST_MINUTES = 24 * 60.0


class Basis(StrEnum):
    """What a leg's minutes rest on, best first."""

    PATHS = "paths"
    GROUND = "ground"
    LINE = "line"
    NONE = "none"


@dataclass(frozen=True)
class Spot:
    """A place: longitude and latitude in degrees, and its place by the line where it has one."""

    key: str
    longitude: float
    latitude: float
    chainage_m: float | None = None
    offset_m: float = 0.0


@dataclass(frozen=True)
class WalkingTimes:
    """Minutes for the planner, and for each (row, column) what they rest on."""

    travel: Travel
    bases: NDArray[np.object_]

    def basis(self, first: str, second: str) -> Basis:
        """What the minutes from `first` to `second` rest on."""
        return Basis(self.bases[self.travel.index[first], self.travel.index[second]])

    @property
    def shares(self) -> Mapping[Basis, int]:
        """How many legs rest on each."""
        away = ~np.eye(len(self.travel.places), dtype=bool)
        return Counter(Basis(value) for value in self.bases[away])


def walking_times(
    spots: Sequence[Spot],
    *,
    paths: Paths | None = None,
    ground: Ground | None = None,
    along: AlongLine | None = None,
    barriers: Barriers | None = None,
) -> WalkingTimes:
    """Minutes between all spots, each leg by the best there is: paths, then ground, then along the line.

    A raster that was brought is believed: where it covers both ends of a leg but finds no way between them (a
    river without a crossing), the line is not taken instead; nor is it where the straight way passes one of
    the `barriers`. A network leaves out what crosses them when it is built.
    """
    places = [(spot.longitude, spot.latitude) for spot in spots]
    minutes = np.full((len(spots), len(spots)), np.inf)
    bases = np.full((len(spots), len(spots)), Basis.NONE, dtype=object)
    settled = np.eye(len(spots), dtype=bool)
    np.fill_diagonal(minutes, 0.0)
    if paths is not None:
        by_paths = paths.minutes(places, longest_minutes=LONGEST_MINUTES)
        _take(minutes, bases, settled, by_paths, Basis.PATHS)
    if ground is not None:
        by_ground = ground.minutes(places, barriers or Barriers(), longest_minutes=LONGEST_MINUTES)
        _take(minutes, bases, settled, by_ground, Basis.GROUND)
        covered = np.array([ground.nearest_cell(*place) is not None for place in places])
        settled |= covered[:, None] & covered[None, :]
    if along is not None:
        chainages = np.array([np.nan if spot.chainage_m is None else spot.chainage_m for spot in spots])
        by_line = along.minutes(chainages, np.array([spot.offset_m for spot in spots]))
        by_line[_straight_blocked(places, barriers)] = np.inf
        _take(minutes, bases, settled, by_line, Basis.LINE)
    return WalkingTimes(Travel(tuple(spot.key for spot in spots), minutes), bases)


def _straight_blocked(places: Sequence[tuple[float, float]], barriers: Barriers | None) -> NDArray[np.bool_]:
    """Where the straight way from one to the other passes a barrier away from every crossing."""
    ends = np.asarray(places, np.float64).reshape(len(places), 2)
    first, second = np.triu_indices(len(places), 1)
    blocked = np.zeros((len(places), len(places)), dtype=bool)
    if barriers is not None and first.size:
        ways = np.asarray(shapely.linestrings(np.stack([ends[first], ends[second]], axis=1)), dtype=object)
        blocked[first, second] = barriers.blocks(ways)
    return np.asarray(blocked | blocked.T)


def _take(
    minutes: NDArray[np.float64],
    bases: NDArray[np.object_],
    settled: NDArray[np.bool_],
    found: NDArray[np.float64],
    basis: Basis,
) -> None:
    """Take the legs that are found and not yet settled."""
    taken = np.isfinite(found) & ~settled
    minutes[taken] = found[taken]
    bases[taken] = basis
    settled |= taken
