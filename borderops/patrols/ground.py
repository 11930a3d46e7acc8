"""From marker numbers to chainage and back: where the sections of a plan lie on the line."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from uuid import UUID

from sqlalchemy.orm import Session

from borderops.boundary.queries import list_units
from borderops.core.asof import AsOf
from borderops.core.elevation import as_system
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.viewer import OWN, Sees, Viewer
from borderops.markers.numbers import NumberRange, parse_range
from borderops.patrols.intervals import Intervals
from borderops.patrols.schemas import Plan, Section
from borderops.register.features import FeatureOnDay
from borderops.register.filters import RegisterFilter
from borderops.register.queries import list_features


@dataclass(frozen=True)
class OnLineFeature:
    """A feature with a known place on the line: `chainage_m` in metres, degrees on WGS 84."""

    feature: FeatureOnDay
    chainage_m: float
    lon: float
    lat: float

    @property
    def id(self) -> UUID:
        """The feature's id."""
        return self.feature.id

    @property
    def label(self) -> str:
        """Its number, or a gate's name."""
        return self.feature.label("vi")


def list_placed(session: Session, *, viewer: Viewer, on: date) -> list[OnLineFeature]:
    """What stands on the line on a day and has a place there, from north to south by number."""
    found = list_features(session, viewer=viewer, asked=RegisterFilter(at=AsOf(on))).features
    return [
        OnLineFeature(feature, feature.chainage_km * 1000, feature.lon, feature.lat)
        for feature in found
        if feature.chainage_km is not None and feature.lon is not None and feature.lat is not None
    ]


def section_range(section: Section, *, field: str = "sections") -> NumberRange:
    """The section as a range of numbers. Raises NotANumber."""
    alone = section.first == section.last
    return parse_range(section.first if alone else f"{section.first}–{section.last}", field=field)


def read_section(text: str, *, field: str = "section") -> Section:
    """The section that a person typed: "420–422", "từ 420 đến 422", "421". Raises NotANumber."""
    asked = parse_range(text, field=field)
    return Section(first=str(asked.first), last=str(asked.last))


def resolve_section(section: Section, placed: Sequence[OnLineFeature], *, field: str = "sections") -> Section:
    """The section with its chainage. Raises NotANumber, and InvalidInput where no place is known in it."""
    asked = section_range(section, field=field)
    first, last = asked.line_orders
    inside = [
        one.chainage_m
        for one in placed
        if one.feature.line_order is not None and first <= one.feature.line_order <= last
    ]
    if not inside:
        raise InvalidInput(
            N_("No marker from %(first)s to %(last)s has a known place on the line."),
            field=field,
            first=section.first,
            last=section.last,
        )
    return Section(
        first=str(asked.first), last=str(asked.last), from_m=round(min(inside), 1), to_m=round(max(inside), 1)
    )


def resolve_plan(session: Session, *, viewer: Viewer, plan: Plan) -> Plan:
    """The plan with the chainage of its sections, as the line is known on its first day."""
    placed = list_placed(session, viewer=viewer, on=plan.starts_on)
    return plan.model_copy(
        update={"sections": [resolve_section(section, placed) for section in plan.sections]}
    )


def plan_intervals(plan: Plan) -> Intervals:
    """The stretches of the plan's sections."""
    return Intervals.of(
        (section.from_m, section.to_m)
        for section in plan.sections
        if section.from_m is not None and section.to_m is not None
    )


def in_sections(placed: Sequence[OnLineFeature], plan: Plan) -> list[OnLineFeature]:
    """The features that stand in the plan's sections, both ends included."""
    return [one for one in placed if any(_stands_in(one, section) for section in plan.sections)]


def _stands_in(one: OnLineFeature, section: Section) -> bool:
    if one.feature.line_order is not None:
        first, last = section_range(section).line_orders
        return first <= one.feature.line_order <= last
    if section.from_m is None or section.to_m is None:
        return False
    return section.from_m - 1 <= one.chainage_m <= section.to_m + 1


def list_unit_parts(
    session: Session, *, viewer: Viewer, on: date, kinds: Sequence[str], line_m: float
) -> dict[str, Intervals]:
    """The part of the line that each unit of these kinds has on a day, by the markers said to be its own.

    The register knows posts' parts by markers and not by metres. A marker stands for the line from halfway
    to the one before it to halfway to the one after it: an inference, good to half the way between two.
    A unit's part is the same for everybody who asks, so it is told by all markers, also those that the viewer
    does not see; what the viewer learns is where it ends.
    """
    units = list_units(session, viewer=viewer)
    with as_system(session):
        placed = list_placed(session, viewer=replace(viewer, sees=Sees.ALL, audience=OWN), on=on)
    wanted = {unit_id for unit_id, unit in units.items() if unit.kind in kinds}
    # A gate has no number: nobody says of it whose part it ends.
    markers = [one for one in placed if one.feature.line_order is not None]
    return parts_by_markers([(one.chainage_m, wanted & set(one.feature.units)) for one in markers], line_m)


def parts_by_markers(markers: Iterable[tuple[float, Collection[str]]], line_m: float) -> dict[str, Intervals]:
    """The parts of units, from where markers stand (metres of chainage) and whose they are."""
    along = sorted(markers, key=lambda marker: marker[0])
    halves = [0.0, *((one[0] + other[0]) / 2 for one, other in pairwise(along)), line_m]
    parts: dict[str, list[tuple[float, float]]] = {}
    for (_, owners), (from_m, to_m) in zip(along, pairwise(halves), strict=False):
        for unit_id in owners:
            parts.setdefault(unit_id, []).append((from_m, max(from_m, to_m)))
    return {unit_id: Intervals.of(pairs) for unit_id, pairs in sorted(parts.items())}
