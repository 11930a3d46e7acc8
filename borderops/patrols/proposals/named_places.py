"""Places as people name them: a marker's number, a gate's name, or latitude and longitude in degrees."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from borderops.markers.marker_number import LAST_MARKER, MarkerNumber
from borderops.markers.numbers import NotANumber, looks_like_number, parse_number
from borderops.patrols.ground import OnLineFeature
from borderops.patrols.schemas import Place

#: "19.3021, 104.1103", and after it what people call the place.
_DEGREES = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*[,;]?(?:\s+(\S.*?))?\s*")


@dataclass(frozen=True)
class NamedPlace:
    """A place on the ground, degrees on WGS 84; `feature` where it is one of the register's."""

    name: str
    lon: float
    lat: float
    feature: OnLineFeature | None = None

    @property
    def told(self) -> dict[str, object]:
        """How a stop names it: a feature by its name alone, for each reader has their own position of it."""
        if self.feature is not None:
            return {"feature": self.feature.label}
        return {"place": Place(lon=self.lon, lat=self.lat, name=self.name)}


def several_at(number: MarkerNumber) -> list[MarkerNumber]:
    """The numbers of a position at which several markers stand: 405(1), 405(2), 405(3) of 405."""
    return [replace(number, marker=count) for count in range(1, LAST_MARKER + 1)]


def degrees_told(lon: float, lat: float) -> str:
    """Degrees as people here write them, latitude first; the fifth place is a metre."""
    return f"{lat:.5f}, {lon:.5f}"


class NamedPlaces:
    """What stands on the line on a day, found by what people call it."""

    def __init__(self, placed: Sequence[OnLineFeature]) -> None:
        self._by_name: dict[str, OnLineFeature] = {}
        for one in placed:
            for name in (one.label, one.feature.code, *one.feature.names.values()):
                self._by_name.setdefault(name.casefold(), one)

    def feature(self, said: str) -> OnLineFeature | None:
        """The marker, stake or gate of that number, name or code; None where nothing with a place is.

        The number of a position at which several markers stand, 405, is the first of them with a place.
        """
        found = self._by_name.get(said.strip().casefold())
        if found is None and looks_like_number(said):
            try:
                number = parse_number(said)
            except NotANumber:
                return None
            named = [number] if number.marker else [number, *several_at(number)]
            found = next((one for it in named if (one := self._by_name.get(str(it))) is not None), None)
        return found

    def find(self, said: str | None) -> NamedPlace | None:
        """The place, or None where nobody can tell where that is."""
        if not said:
            return None
        feature = self.feature(said)
        if feature is not None:
            return NamedPlace(feature.label, feature.lon, feature.lat, feature)
        degrees = _DEGREES.fullmatch(said)
        if degrees is None:
            return None
        lat, lon = float(degrees[1]), float(degrees[2])
        if abs(lat) > 90 or abs(lon) > 180:
            return None
        return NamedPlace(degrees[3] or degrees_told(lon, lat), lon, lat)
