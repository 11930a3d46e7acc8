"""Where one cannot pass: rivers, but for their known crossings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point

#: How near to a known crossing a way may pass the river, in metres: as good as positions in the field are.
CROSSING_M = 60.0

_DEGREE_M = 111_320.0


@dataclass(frozen=True)
class Barriers:
    """Lines that are passed only near one of the crossings; longitude and latitude in degrees."""

    lines: tuple[LineString, ...] = ()
    crossings: tuple[Point, ...] = ()

    def blocks(self, segments: Sequence[LineString] | NDArray[np.object_]) -> NDArray[np.bool_]:
        """For each segment, whether it passes a barrier away from every crossing.

        A segment that passes two rivers needs a crossing at both.
        """
        shapes = np.asarray(segments, dtype=object)
        blocked = np.zeros(len(shapes), dtype=bool)
        if not self.lines or not len(shapes):
            return blocked
        tree = shapely.STRtree(self.lines)
        for segment, line in zip(*tree.query(shapes, predicate="intersects"), strict=True):
            meeting = shapely.intersection(shapes[segment], self.lines[line])
            blocked[segment] |= any(not self._crossed(point) for point in _points(meeting))
        return blocked

    def _crossed(self, point: Point) -> bool:
        """Whether a known crossing is within `CROSSING_M` of `point`."""
        east = _DEGREE_M * np.cos(np.radians(point.y))
        return any(
            np.hypot((known.x - point.x) * east, (known.y - point.y) * _DEGREE_M) <= CROSSING_M
            for known in self.crossings
        )


def _points(meeting: shapely.Geometry) -> list[Point]:
    """Points of where two lines meet; the ends of a stretch that they share."""
    if isinstance(meeting, Point):
        return [meeting]
    if isinstance(meeting, LineString):
        return [Point(meeting.coords[0]), Point(meeting.coords[-1])]
    return [point for part in shapely.get_parts(meeting) for point in _points(part)]
