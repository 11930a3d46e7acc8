"""Words and rules of the things on the line: kinds, grades, positions, duties, gates.

The enumerations are the glossary's terms. The frozen types are what the rules speak; `models` turns rows
into them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What a feature is: mốc quốc giới, cọc dấu, cửa khẩu."""

    MARKER = "marker"
    STAKE = "stake"
    GATE = "gate"


class Grade(StrEnum):
    """Size of a marker: đại, trung, tiểu."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"


class Multiplicity(StrEnum):
    """How many markers share a position number: đơn, đôi, ba."""

    SINGLE = "single"
    DOUBLE = "double"
    TRIPLE = "triple"


class Side(StrEnum):
    """Whose duty it is to repair; UNSETTLED where the two sides have not settled it."""

    VN = "VN"
    LA = "LA"
    BOTH = "BOTH"
    UNSETTLED = "UNSETTLED"


class StandsOn(StrEnum):
    """On whose ground the feature stands."""

    VN = "VN"
    LA = "LA"
    LINE = "LINE"


class Method(StrEnum):
    """How a position was had, best first: the order in which positions are preferred."""

    PROTOCOL = "protocol"
    GNSS = "gnss"
    HANDHELD = "handheld"
    MAP = "map"
    SCHEMATIC = "schematic"


class GateClass(StrEnum):
    """Class of a gate: quốc tế, chính, phụ, lối mở, lối thông quan (Decree 112/2014 Art. 4).

    From the highest to the lowest; a pair is no higher than the lower of its sides.
    """

    INTERNATIONAL = "international"
    MAIN = "main"
    SECONDARY = "secondary"
    OPENING = "opening"
    CLEARANCE = "clearance"


class GateStatus(StrEnum):
    """Whether a gate works."""

    OPEN = "open"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class GateSide(StrEnum):
    """Which side decided; PAIR for what both have agreed."""

    VN = "VN"
    LA = "LA"
    PAIR = "PAIR"


class GateAspect(StrEnum):
    """What a decision on a gate is about."""

    CLASS = "class"
    PLANNED_CLASS = "planned_class"
    STATUS = "status"


#: The values each aspect of a gate may take.
GATE_VALUES: dict[GateAspect, type[StrEnum]] = {
    GateAspect.CLASS: GateClass,
    GateAspect.PLANNED_CLASS: GateClass,
    GateAspect.STATUS: GateStatus,
}


class EventKind(StrEnum):
    """Dated events in a feature's life. Nothing is deleted: a feature ends by an event."""

    INAUGURATED = "inaugurated"
    RENUMBERED = "renumbered"
    RETIRED = "retired"
    RESTORED = "restored"
    LOST = "lost"
    AMENDED = "amended"
    REPAINTED = "repainted"
    CLEARED = "cleared"
    REPAIRED = "repaired"
    REBUILT = "rebuilt"


class Standing(StrEnum):
    """Whether a feature is part of the line on a day."""

    STANDING = "standing"
    RETIRED = "retired"
    LOST = "lost"


#: What an event makes of a feature's standing; events not named here leave it as it is.
STANDING_AFTER: dict[EventKind, Standing] = {
    EventKind.RETIRED: Standing.RETIRED,
    EventKind.LOST: Standing.LOST,
    EventKind.RESTORED: Standing.STANDING,
    EventKind.REBUILT: Standing.STANDING,
}


@dataclass(frozen=True)
class EventFacts:
    """A dated event in a feature's life, known since `known_from` (None: always known)."""

    event: EventKind
    occurred_on: date
    known_from: datetime | None
    number: str | None = None
    line_order: int | None = None
    precision: str = "day"


def standing_on(events: Iterable[tuple[EventKind, date]], day: date) -> Standing:
    """What a feature's events make of its standing by the end of a day; it begins by standing."""
    standing = Standing.STANDING
    for event, occurred_on in sorted(events, key=lambda event: event[1]):
        if occurred_on <= day:
            standing = STANDING_AFTER.get(event, standing)
    return standing


@dataclass(frozen=True)
class PositionFacts:
    """One stated position, longitude and latitude in degrees on WGS 84, `accuracy_m` as a radius in metres.

    `measured_on` of None means that it was never measured or that nobody says when. `corrects` names a
    position that this one takes back.
    """

    id: UUID
    lon: float
    lat: float
    method: Method
    accuracy_m: float
    measured_on: date | None
    known_from: datetime | None
    chainage_m: float | None
    corrects: UUID | None = None
    doubtful: bool = False


@dataclass(frozen=True)
class DutyFacts:
    """Whose duty repair is in a period, and which unit's."""

    side: Side
    unit_id: str | None
    valid_from: date | None
    valid_to: date | None
    known_from: datetime | None
    known_to: datetime | None


@dataclass(frozen=True)
class FeatureFacts:
    """What a feature is, as first registered."""

    id: UUID
    kind: Kind
    code: str
    number: str | None
    line_order: int | None
    name_vi: str | None
    name_en: str | None
    name_lo: str | None
    known_from: datetime | None


def preferred_position(positions: Sequence[PositionFacts], *, on: date) -> PositionFacts | None:
    """The position to use on a day: the best method; among equals the latest measured, then the most exact.

    One implausibly far from the line (`doubtful`) stands behind all others. One taken back is left out, and
    so is one measured after the day, unless there is no other.
    """
    taken_back = {position.corrects for position in positions if position.corrects is not None}
    order = list(Method)
    standing = [position for position in positions if position.id not in taken_back]
    measured = [
        position for position in standing if position.measured_on is None or position.measured_on <= on
    ]
    if not standing:
        return None
    if not measured:  # it stood somewhere before it was first measured; the first measurement is nearest
        return min(standing, key=lambda position: (position.measured_on or date.min, str(position.id)))
    return min(
        measured,
        key=lambda position: (
            position.doubtful,
            order.index(position.method),
            -(position.measured_on or date.min).toordinal(),
            position.accuracy_m,
            str(position.id),
        ),
    )


def pair_class(vietnam: GateClass | None, laos: GateClass | None) -> GateClass | None:
    """The class that a pair of gates can have: the lower of the two sides', or None while one is unknown.

    A class is a pair's only after both Governments decided it (Circular 09/2016/TT-BQP Art. 4(1)).
    """
    if vietnam is None or laos is None:
        return None
    return max(vietnam, laos, key=list(GateClass).index)
