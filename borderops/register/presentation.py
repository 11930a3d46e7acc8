"""What the register's pages show, worked out before a template draws it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import QueryParams

from borderops.boundary.queries import UnitFacts
from borderops.boundary.rules import UnitKind
from borderops.core.coordinates import combined_accuracy, format_dms, from_wgs84, get_system, moved
from borderops.core.geodesy import distance_m
from borderops.core.messages import Message
from borderops.inspections.rules import DAMAGED
from borderops.register.features import FeatureOnDay
from borderops.register.history import HistoryEntry
from borderops.ui.states import LOOKS

#: Nghệ An's own zone: VN-2000 / TM-3 with central meridian 104°45′ (EPSG:9208).
LOCAL_GRID = "vn2000-tm3-104-45"

#: The Lao provinces opposite Nghệ An in the order of the line (data/geo, unit_sections).
NORTH_TO_SOUTH = ("houaphanh", "xiangkhouang", "bolikhamxay")

#: The units that a list can be narrowed to, in the order in which they are offered.
UNIT_FILTERS = (
    UnitKind.COMMUNE,
    UnitKind.DISTRICT,
    UnitKind.BORDER_POST,
    UnitKind.LAO_DISTRICT,
    UnitKind.LAO_COMPANY,
)

#: The units shown with a feature, from the largest to the smallest, each side apart.
UNITS_SHOWN = (
    (UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE, UnitKind.BORDER_POST),
    (UnitKind.LAO_PROVINCE, UnitKind.LAO_DISTRICT, UnitKind.LAO_COMPANY),
)


@dataclass(frozen=True)
class Chip:
    """A filter in use: its parameter and value, and the query of the page without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True)
class Segment:
    """A part of a bar: so many features in a state, beginning after `start` others."""

    state: str
    start: int
    count: int


@dataclass(frozen=True)
class ProvinceCount:
    """How many features a Lao province has in each state, the worst first."""

    province: str | None
    segments: Sequence[Segment]

    @property
    def total(self) -> int:
        """All of its features."""
        return sum(segment.count for segment in self.segments)

    @property
    def damaged(self) -> int:
        """Those on the list of what is damaged."""
        return sum(segment.count for segment in self.segments if segment.state in DAMAGED)


@dataclass(frozen=True)
class Placement:
    """Where a feature stands among its neighbours: kilometres from the one before and to the one after."""

    chainage_km: float | None
    before: FeatureOnDay | None
    after: FeatureOnDay | None

    @property
    def from_before_m(self) -> float | None:
        """Metres of line from the neighbour before, or None where either chainage is unknown."""
        return self._apart(self.before)

    @property
    def to_after_m(self) -> float | None:
        """Metres of line to the neighbour after, or None where either chainage is unknown."""
        return self._apart(self.after)

    def _apart(self, other: FeatureOnDay | None) -> float | None:
        if other is None or other.chainage_km is None or self.chainage_km is None:
            return None
        return abs(self.chainage_km - other.chainage_km) * 1000


@dataclass(frozen=True)
class ShownPosition:
    """A position in the three ways people ask for it: decimal degrees, degrees-minutes-seconds, local grid.

    Decimals follow the accuracy: a schematic position is not written to the millimetre.
    """

    decimal: str
    dms: str
    grid: str
    grid_label: Message


@dataclass(frozen=True)
class Disagreement:
    """A position further from the shown one than both accuracies explain; distances in metres."""

    entry: HistoryEntry
    apart_m: float
    explained_m: float


def read_partial(text: str | None) -> tuple[date | None, str]:
    """A date in ISO 8601 as finely as it is known, taken apart: its first day and its precision."""
    if text is None:
        return None, "day"
    precision = {4: "year", 7: "month"}.get(len(text), "day")
    return date.fromisoformat((text + "-01-01")[:10]), precision


def lao_provinces(units: Mapping[str, UnitFacts]) -> list[str]:
    """The ids of the Lao provinces on this line, from north to south."""
    there = {unit.id for unit in units.values() if unit.kind == UnitKind.LAO_PROVINCE}
    return [province for province in NORTH_TO_SOUTH if province in there] + sorted(
        there - set(NORTH_TO_SOUTH)
    )


def chips(in_use: Iterable[tuple[str, str]], params: QueryParams) -> list[Chip]:
    """Each filter in use with the address that takes it away; `params` are those of the page."""
    return [
        Chip(
            name,
            value,
            str(
                QueryParams(
                    [pair for pair in params.multi_items() if pair != (name, value) and pair[0] != "page"]
                )
            ),
        )
        for name, value in in_use
    ]


def province_counts(
    counts: Mapping[tuple[str | None, str], int], provinces: Sequence[str]
) -> list[ProvinceCount]:
    """The counts of each province from north to south, then of features whose province is not known."""
    shown = []
    for province in (*provinces, None):
        start, segments = 0, []
        for state in LOOKS:
            count = counts.get((province, state), 0)
            if count:
                segments.append(Segment(state, start, count))
                start += count
        if province is not None or segments:
            shown.append(ProvinceCount(province, segments))
    return shown


def state_totals(counts: Mapping[tuple[str | None, str], int]) -> dict[str, int]:
    """How many features there are in each state, all provinces together."""
    totals: dict[str, int] = {}
    for (_, state), count in counts.items():
        totals[state] = totals.get(state, 0) + count
    return totals


def offered_units(
    units: Mapping[str, UnitFacts], *, on: date, language: str
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The units that existed on a day, by kind, for a choice: pairs of id and name."""
    return [
        (
            kind.value,
            sorted(
                (
                    (unit.id, unit.name(language))
                    for unit in units.values()
                    if unit.kind == kind and unit.exists_on(on)
                ),
                key=lambda pair: pair[1],
            ),
        )
        for kind in UNIT_FILTERS
    ]


def units_of(
    feature: FeatureOnDay, units: Mapping[str, UnitFacts]
) -> list[list[tuple[str, list[UnitFacts]]]]:
    """The units whose part of the line the feature lies in: per side, pairs of kind and units."""
    held = [units[unit_id] for unit_id in feature.units if unit_id in units]
    return [
        [(kind.value, mine) for kind in kinds if (mine := [unit for unit in held if unit.kind == kind])]
        for kinds in UNITS_SHOWN
    ]


def show_position(lon: float, lat: float, *, accuracy_m: float) -> ShownPosition:
    """The point as text in degrees, in degrees-minutes-seconds and in Nghệ An's own grid."""
    fine = accuracy_m < 100
    grid = from_wgs84(lon, lat, LOCAL_GRID)
    decimals = (6, 2, 2) if fine else (3, 0, -2)
    x, y = (round(value, decimals[2]) for value in (grid.x, grid.y))
    figures = f"{x:.2f} E, {y:.2f} N" if fine else f"{x:.0f} E, {y:.0f} N"
    return ShownPosition(
        decimal=f"{lat:.{decimals[0]}f}, {lon:.{decimals[0]}f}",
        dms=format_dms(lon, lat, decimals=decimals[1]),
        grid=figures,
        grid_label=get_system(LOCAL_GRID).label,
    )


def is_wgs84(system: str) -> bool:
    """Whether figures in the system are degrees on WGS 84, so that showing them as given says nothing new."""
    return get_system(system).key == "wgs84"


def system_label(system: str) -> Message:
    """What people call a coordinate system, by its key or EPSG code."""
    return get_system(system).label


def is_at(entry: HistoryEntry, lon: float | None, lat: float | None) -> bool:
    """Whether a stated position is the one that is shown."""
    return (entry.details["lon"], entry.details["lat"]) == (lon, lat)


def disagreements(shown: HistoryEntry, positions: Iterable[HistoryEntry]) -> list[Disagreement]:
    """The positions that contradict the shown one: further from it than both accuracies explain.

    Schematic positions are left out, as they only label, and so is what another position took back.
    """
    found = []
    for entry in positions:
        if "schematic" in {entry.details["method"], shown.details["method"]} or entry.superseded:
            continue
        accuracies = [
            one.details[name] for one in (shown, entry) for name in ("accuracy_m", "operation_accuracy_m")
        ]
        apart_m = distance_m(
            shown.details["lon"], shown.details["lat"], entry.details["lon"], entry.details["lat"]
        )
        if moved(apart_m, accuracies):
            found.append(Disagreement(entry, apart_m, combined_accuracy(*accuracies)))
    return found


def duty_in_force(history: Iterable[HistoryEntry], *, on: date) -> HistoryEntry | None:
    """The duty that holds on a day, or None where nobody stated one."""
    for entry in history:
        if entry.what == "duty" and not entry.superseded and (entry.day is None or entry.day <= on):
            ends: str | None = entry.details["valid_to"]
            if ends is None or on.isoformat() < ends:
                return entry
    return None


def warnings_of(entry: HistoryEntry) -> list[Message]:
    """What looked odd about a position when it was stated."""
    told: Sequence[Mapping[str, Any]] = entry.details.get("warnings", ())
    return [Message(str(one["text"]), one.get("values", {})) for one in told]
