"""The border line with geodesic chainage: where on it a point lies, and which point lies where on it.

All is on the WGS 84 ellipsoid: longitude and latitude in degrees (EPSG:4326), metres along geodesics. The
line runs from north to south, so Vietnam is on its left and Laos on its right.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_

ON_LINE_M = 0.01
"""Nearer than this a point is on the line and on no side of it. (That is arithmetic: the drawn line itself is
only good to some hundred metres, so a marker's side is never concluded from it.)"""

_BACKWARDS = N_("A part of the line must end south of where it begins.")

_GEOD = Geod(ellps="WGS84")
_RADIUS_M = 6_371_000.0  # of the sphere on which steps along the line are guessed; iteration corrects it
_LEAST_RADIUS_M = 6_335_000.0  # least radius of curvature of the ellipsoid: the most an arc can bulge
_END_SLACK_M = 0.001  # a chainage that overshoots an end by this much is the end

Floats = NDArray[np.float64]


class NotOnLine(InvalidInput):
    """A chainage that the line does not have, or a part that ends before it begins."""

    code = "not-on-line"


@dataclass(frozen=True)
class Place:
    """Where a point lies by the line.

    `chainage_m` is the geodesic distance along the line from its north end to the nearest point on it,
    `offset_m` the geodesic distance from there to the point, never negative. `side` is `VN`, `LA`, or None
    for a point on the line.
    """

    chainage_m: float
    offset_m: float
    side: str | None


@dataclass(frozen=True)
class _Stretches:
    """The stretches between vertices that are searched, from number `first` on, and what was found on each.

    `from_m` and `to_m` are the chainages searched. Metres from each stretch's beginning: it is open from
    `start` to `stop`, and its chord is nearest at `along`, where it is `distance` metres away.
    """

    first: int
    from_m: float
    to_m: float
    start: Floats
    stop: Floats
    along: Floats
    distance: Floats


class Line:
    """A line of geodesics between vertices, from north to south; it never changes.

    `left` and `right` name the sides as one goes along it.
    """

    def __init__(self, lon: ArrayLike, lat: ArrayLike, *, left: str = "VN", right: str = "LA") -> None:
        """Make a line through the vertices `lon`, `lat` (degrees); a vertex repeated at once counts once.

        Raises `InvalidInput` if there are fewer than two places, or something is not a number or no degree.
        """
        lons, lats = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
        if lons.ndim != 1 or lons.shape != lats.shape:
            raise InvalidInput(N_("A line needs as many latitudes as longitudes."))
        if not (np.all(np.abs(lons) <= 180) and np.all(np.abs(lats) <= 90)):
            raise InvalidInput(N_("A line's vertices must be longitudes and latitudes in degrees."))
        moves = np.ones(len(lons), dtype=bool)
        moves[1:] = (np.diff(lons) != 0) | (np.diff(lats) != 0)
        lons, lats = lons[moves], lats[moves]
        if len(lons) < 2:
            raise InvalidInput(N_("A line needs at least two different vertices."))
        azimuths, back, lengths = _GEOD.inv(lons[:-1], lats[:-1], lons[1:], lats[1:])
        self.left, self.right = left, right
        self._lon, self._lat = _fixed(lons), _fixed(lats)
        self._azimuth, self._end_azimuth = _fixed(azimuths), _fixed(np.asarray(back) + 180.0)
        self._length = _fixed(lengths)
        self._chainage = _fixed(np.concatenate(([0.0], np.cumsum(lengths))))
        # Straight chords through the earth, on which the nearest stretch is found before it is measured.
        self._corner = _fixed(_geocentric(lons, lats))
        self._chord = _fixed(np.diff(self._corner, axis=1))
        self._chord_squared = _fixed(np.sum(self._chord**2, axis=0))
        self._bulge = _fixed(np.asarray(lengths) ** 2 / (8 * _LEAST_RADIUS_M))

    @classmethod
    def from_coordinates(cls, coordinates: Iterable[tuple[float, float]]) -> Self:
        """The line through (longitude, latitude) pairs, as GeoJSON and shapely give them."""
        pairs = np.array([(pair[0], pair[1]) for pair in coordinates], dtype=np.float64).reshape(-1, 2)
        return cls(pairs[:, 0], pairs[:, 1])

    @property
    def lon(self) -> Floats:
        """Longitudes of the vertices in degrees (read-only)."""
        return self._lon

    @property
    def lat(self) -> Floats:
        """Latitudes of the vertices in degrees (read-only)."""
        return self._lat

    @property
    def chainage_m(self) -> Floats:
        """Geodesic metres from the north end to each vertex (read-only), strictly increasing from 0."""
        return self._chainage

    @property
    def length_m(self) -> float:
        """Length of this drawing of the line; official lengths are attributes, never this."""
        return float(self._chainage[-1])

    def locate(self, lon: float, lat: float, *, between: tuple[float, float] | None = None) -> Place:
        """The place on the line nearest to a point, or nearest of those with a chainage in `between`.

        Of places equally near, the northernmost. Raises `NotOnLine` if the line has no such chainages.
        """
        search = self._search(lon, lat, between)
        bulge = self._bulge[search.first : search.first + len(search.distance)]
        # The arc lies within its bulge of the chord; beyond that, chords rank as geodesics do but for the
        # flattening, some millionths. Whatever could be nearest is measured.
        farthest = (search.distance + bulge).min() * (1 + 1e-5) + 0.01
        near = np.flatnonzero(search.distance - bulge <= farthest)
        places = [self._measure(search, int(i), lon, lat) for i in near]
        return min(places, key=lambda place: (place.offset_m, place.chainage_m))

    def feet(self, lon: float, lat: float, *, within_m: float) -> list[Place]:
        """All places no farther than `within_m` from a point and nearer to it than their surroundings.

        On a bend or loop there are several, from north to south.
        """
        search = self._search(lon, lat, None)
        # Two stretches that are nearest at the vertex they share are equally far but for rounding.
        around = np.concatenate(([np.inf], search.distance, [np.inf])) + 1e-6
        least = (search.distance <= around[:-2]) & (search.distance <= around[2:])
        near = search.distance - self._bulge <= within_m * (1 + 1e-5) + 0.01
        found: list[Place] = []
        for i in np.flatnonzero(least & near):
            place = self._measure(search, int(i), lon, lat)
            again = bool(found) and place.chainage_m - found[-1].chainage_m < ON_LINE_M
            if place.offset_m <= within_m and not again:
                found.append(place)
        return found

    def point_at(self, chainage_m: float) -> tuple[float, float]:
        """Longitude and latitude, in degrees, of the point at a chainage.

        Raises `NotOnLine` if the line has no such chainage.
        """
        metres = self._checked(chainage_m)
        i = self._segment_at(metres)
        lon, lat, _ = _GEOD.fwd(self._lon[i], self._lat[i], self._azimuth[i], metres - self._chainage[i])
        return float(lon), float(lat)

    def part(self, from_m: float, to_m: float) -> Floats:
        """The vertices of the part between two chainages, with its two ends: rows of longitude, latitude.

        Raises `NotOnLine` if the line has no such chainages or `from_m` is not less than `to_m`.
        """
        start, stop = self._checked(from_m), self._checked(to_m)
        if not start < stop:
            raise NotOnLine(_BACKWARDS)
        inside = (self._chainage > start + _END_SLACK_M) & (self._chainage < stop - _END_SLACK_M)
        middle = np.column_stack((self._lon[inside], self._lat[inside]))
        return np.vstack((self.point_at(start), middle, self.point_at(stop)))

    def _checked(self, chainage_m: float) -> float:
        """A chainage, held to the line where it overshoots an end by rounding only."""
        if not -_END_SLACK_M <= chainage_m <= self.length_m + _END_SLACK_M:
            raise NotOnLine(
                N_("The line has no chainage %(given)s m; it is from 0 to %(length)s m."),
                given=chainage_m,
                length=round(self.length_m),
            )
        return min(max(chainage_m, 0.0), self.length_m)

    def _segment_at(self, chainage_m: float) -> int:
        found = int(np.searchsorted(self._chainage, chainage_m, side="right")) - 1
        return min(found, len(self._length) - 1)

    def _search(self, lon: float, lat: float, between: tuple[float, float] | None) -> _Stretches:
        """The nearest point on every stretch's chord, of all stretches or of those in a chainage window."""
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise InvalidInput(N_("A place is looked for by a longitude and latitude in degrees."))
        first, last = 0, len(self._length) - 1
        window = (
            (0.0, self.length_m)
            if between is None
            else (self._checked(between[0]), self._checked(between[1]))
        )
        if window[0] > window[1]:
            raise NotOnLine(_BACKWARDS)
        if between is not None:
            first, last = self._segment_at(window[0]), self._segment_at(window[1])
        length = self._length[first : last + 1]
        start, stop = np.zeros(len(length)), length.copy()
        start[0] = window[0] - self._chainage[first]
        stop[-1] = window[1] - self._chainage[last]
        chord = self._chord[:, first : last + 1]
        towards = _geocentric(np.array([lon]), np.array([lat])) - self._corner[:, first : last + 1]
        share = np.einsum("ij,ij->j", towards, chord) / self._chord_squared[first : last + 1]
        share = np.clip(share, start / length, stop / length)
        missing = towards - share * chord
        return _Stretches(
            first, *window, start, stop, share * length, np.sqrt(np.einsum("ij,ij->j", missing, missing))
        )

    def _measure(self, search: _Stretches, index: int, lon: float, lat: float) -> Place:
        """The nearest place to a point on the open part of one of the stretches, by geodesics."""
        i = search.first + index
        start, stop = float(search.start[index]), float(search.stop[index])
        following, along = float(search.along[index]), float("nan")
        for _ in range(20):
            along = following
            at_lon, at_lat, back = _GEOD.fwd(self._lon[i], self._lat[i], self._azimuth[i], along)
            towards, _, offset = _GEOD.inv(at_lon, at_lat, lon, lat)
            # A right-angled triangle on a sphere: the offset is the hypotenuse, the step a leg.
            turn, arc = math.radians(towards - (back + 180.0)), offset / _RADIUS_M
            step = _RADIUS_M * math.atan2(math.sin(arc) * math.cos(turn), math.cos(arc))
            following = min(max(along + step, start), stop)
            if abs(following - along) < 1e-6:
                break
        side = None if offset < ON_LINE_M else self._side(i, along, towards, back + 180.0)
        # Held to the window, which the sum may leave by rounding: who asks for order must get it exactly.
        chainage_m = min(max(float(self._chainage[i]) + along, search.from_m), search.to_m)
        return Place(chainage_m=chainage_m, offset_m=offset, side=side)

    def _side(self, segment: int, along_m: float, towards: float, ahead: float) -> str:
        """The side on which an azimuth from a place on the line leads; azimuths in degrees."""
        directions = [ahead]
        # At a corner one stretch alone may mislead: what counts is the mean of both directions.
        if along_m <= _END_SLACK_M and segment > 0:
            directions.append(float(self._end_azimuth[segment - 1]))
        elif along_m >= self._length[segment] - _END_SLACK_M and segment + 1 < len(self._length):
            directions.append(float(self._azimuth[segment + 1]))
        leaning = sum(math.sin(math.radians(towards - direction)) for direction in directions)
        return self.left if leaning < 0 else self.right


def _geocentric(lon: Floats, lat: Floats) -> Floats:
    """Earth-centred x, y, z in metres (rows) of points on the ellipsoid."""
    phi, lam = np.radians(lat), np.radians(lon)
    normal = _GEOD.a / np.sqrt(1 - _GEOD.es * np.sin(phi) ** 2)
    return np.stack(
        (
            normal * np.cos(phi) * np.cos(lam),
            normal * np.cos(phi) * np.sin(lam),
            normal * (1 - _GEOD.es) * np.sin(phi),
        )
    )


def _fixed(values: ArrayLike) -> Floats:
    """A copy that cannot be written to."""
    copy = np.array(values, dtype=np.float64)
    copy.flags.writeable = False
    return copy
