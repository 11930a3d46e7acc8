"""Synthetic features and inspections along the whole Vietnam–Laos line. Pure: the same seed, the same rows.

Nothing here says anything about a real marker: numbers, places, duties and conditions are drawn at random.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from pyproj import Geod

from borderops.boundary.line import Line
from borderops.inspections.rules import Component, Level
from borderops.markers.marker_number import LAST_MARKER, LAST_POSITION, LAST_STAKE, MarkerNumber
from borderops.markers.rules import Kind

#: The most features that marker numbers can name: each position and its stakes, three markers at each.
MOST_FEATURES = LAST_POSITION * (LAST_STAKE + 1) * LAST_MARKER

FIRST_DAY = date(2012, 1, 1)
LAST_DAY = date(2026, 3, 31)

#: The Lao provinces on the line from north to south, and the last position of each. The shares are rough.
PROVINCES = (
    ("phongsaly", 140),
    ("luangprabang", 190),
    ("houaphanh", 360),
    ("xiangkhouang", 450),
    ("bolikhamxay", 550),
    ("khammouane", 640),
    ("savannakhet", 740),
    ("salavan", 800),
    ("sekong", 880),
    ("attapeu", LAST_POSITION),
)

COMPONENTS = tuple(component.value for component in Component if component != Component.UNSPECIFIED)
LEVELS = tuple(level.value for level in Level)
_DAMAGED = frozenset({Level.POOR.value, Level.SEVERE.value})
_CAUSES = ("flood", "landslide", "age", "vegetation", "vehicle", "people", "construction", "unknown")
_ACTIONS = ("clear", "repaint", "repair", "reinforce", "rebuild")
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Marker:
    """A synthetic feature and its one measured position (WGS 84; metres). `side` is whose duty repair is."""

    id: UUID
    position_id: UUID
    number: MarkerNumber
    kind: Kind
    grade: str
    multiplicity: str
    lon: float
    lat: float
    accuracy_m: float
    chainage_m: float
    offset_m: float
    measured_on: date
    side: str | None
    duty_since: date


@dataclass
class Seen:
    """A synthetic inspection, by the names of the columns of `inspection`."""

    id: UUID
    observed_at: datetime
    known_since: datetime
    finding: str
    position: str | None
    components: dict[str, str]
    observer: str
    cause: str | None = None
    urgency: str | None = None
    action: str | None = None
    corrects_id: UUID | None = None
    correction_reason: str | None = None


def numbers(count: int) -> Iterator[tuple[MarkerNumber, int]]:
    """`count` numbers in line order, spread over all positions, each with how many share its place.

    Raises ValueError for more than the grammar can name.
    """
    if not 1 <= count <= MOST_FEATURES:
        raise ValueError(f"there are numbers for 1 to {MOST_FEATURES} features")
    for position in range(1, LAST_POSITION + 1):
        wanted = count * position // LAST_POSITION - count * (position - 1) // LAST_POSITION
        # One for the position, then stakes; where those do not suffice, the first places hold two or three.
        places = min(wanted, LAST_STAKE + 1)
        for place in range(places):
            sharing = wanted // places + (place < wanted % places)
            stake = place or None
            if sharing == 1:
                yield MarkerNumber(position, stake), 1
            else:
                for marker in range(1, sharing + 1):
                    yield MarkerNumber(position, stake, marker), sharing


def make_markers(line: Line, *, count: int, seed: int) -> Iterator[Marker]:
    """Features strewn along the line in number order, some metres beside it."""
    draw = random.Random(seed)
    for place, (number, sharing) in enumerate(numbers(count)):
        along_m = (place + draw.random()) / count * line.length_m
        at = line.point_at(min(along_m, line.length_m))
        lon, lat, _ = _GEOD.fwd(*at, draw.uniform(0, 360), draw.uniform(0.5, 15))
        lon, lat = round(lon, 8), round(lat, 8)
        found = line.locate(lon, lat, between=(max(0, along_m - 200), min(line.length_m, along_m + 200)))
        yield Marker(
            id=_uuid(draw),
            position_id=_uuid(draw),
            number=number,
            kind=Kind.STAKE if number.stake else Kind.MARKER,
            grade=draw.choices(("large", "medium", "small"), (1, 4, 15))[0],
            multiplicity=("single", "double", "triple")[sharing - 1],
            lon=lon,
            lat=lat,
            accuracy_m=round(draw.uniform(0.02, 5), 2),
            chainage_m=round(found.chainage_m, 2),
            offset_m=round(found.offset_m, 2),
            measured_on=date(2008, 1, 1) + timedelta(days=draw.randrange(1400)),
            side=draw.choices(("VN", "LA", "BOTH", "UNSETTLED", None), (44, 40, 4, 2, 10))[0],
            duty_since=date(2016, 1, 1) + timedelta(days=draw.randrange(700)),
        )


def shares(count: int, total: int) -> Iterator[int]:
    """`total` inspections dealt out to `count` features as evenly as whole numbers allow."""
    for place in range(count):
        yield total * (place + 1) // count - total * place // count


@dataclass
class Life:
    """What befalls one feature: its parts wear, are damaged and repaired, whoever comes writes it down."""

    draw: random.Random
    count: int
    _levels: dict[str, str] = field(default_factory=lambda: dict.fromkeys(COMPONENTS, Level.GOOD.value))
    _position: str = "in_place"

    def inspections(self) -> Iterator[Seen]:
        """The feature's inspections by the day of observation; some are corrected by a further record."""
        days = (LAST_DAY - FIRST_DAY).days
        chosen = sorted(self.draw.sample(range(days), min(self.count, days)))
        waiting: list[int] = [*chosen, *(self.draw.randrange(days) for _ in range(self.count - len(chosen)))]
        before: Seen | None = None
        for day in sorted(waiting):
            if before is not None and self.draw.random() < 0.02:
                before = self._corrected(before)
            else:
                before = self._seen(FIRST_DAY + timedelta(days=day), day / days)
            yield before

    def _seen(self, day: date, share: float) -> Seen:
        self._wear(share)
        at = datetime(
            day.year, day.month, day.day, self.draw.randrange(10), self.draw.randrange(60), tzinfo=UTC
        )
        finding = self.draw.choices(("seen", "not_found", "not_visited", "destroyed"), (965, 15, 15, 5))[0]
        seen = Seen(
            id=_uuid(self.draw),
            observed_at=at,
            known_since=at + timedelta(minutes=self.draw.randrange(1, 5000)),
            finding=finding,
            position=self._position if finding == "seen" else None,
            components=dict(self._levels) if finding == "seen" else {},
            observer=f"Synthetic patrol {self.draw.randrange(200)}",
        )
        if finding in {"not_found", "destroyed"} or _DAMAGED & set(seen.components.values()):
            seen.cause = self.draw.choice(_CAUSES)
            seen.urgency = self.draw.choice(("routine", "soon", "urgent"))
            seen.action = self.draw.choice(_ACTIONS)
        return seen

    def _corrected(self, before: Seen) -> Seen:
        """The record that takes the place of the one before: the same visit, told again a little later."""
        return Seen(
            id=_uuid(self.draw),
            observed_at=before.observed_at,
            known_since=before.known_since + timedelta(minutes=self.draw.randrange(1, 20)),
            finding="seen",
            position=self._position,
            components=dict(self._levels),
            observer=before.observer,
            corrects_id=before.id,
            correction_reason="Synthetic correction",
        )

    def _wear(self, share: float) -> None:
        """Some parts get worse, rarely the marker moves; about every third visit finds damage repaired."""
        often = min(1.0, 10 / self.count)
        for component in COMPONENTS:
            roll = self.draw.random()
            level = self._levels[component]
            if level in _DAMAGED:
                if roll < 0.35 * often:
                    self._levels[component] = Level.GOOD.value
            elif roll < 0.012 * often * (0.5 + share):
                self._levels[component] = LEVELS[
                    min(len(LEVELS) - 1, LEVELS.index(level) + self.draw.choice((1, 1, 2)))
                ]
        if self._position != "in_place":
            self._position = "in_place" if self.draw.random() < 0.3 * often else self._position
        elif self.draw.random() < 0.002 * often:
            self._position = self.draw.choice(("suspected_moved", "moved"))


def stand_at(marker: Marker, draw: random.Random) -> tuple[float, float, float]:
    """Where an observer stood: longitude, latitude, and the accuracy in metres that the device said."""
    accuracy_m = math.exp(draw.uniform(1, 3))
    lon, lat, _ = _GEOD.fwd(marker.lon, marker.lat, draw.uniform(0, 360), draw.uniform(0, accuracy_m))
    return lon, lat, round(accuracy_m, 1)


def _uuid(draw: random.Random) -> UUID:
    return UUID(int=draw.getrandbits(128), version=4)
