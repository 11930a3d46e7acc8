"""Coverage from what is recorded: walks, visits, the required frequency, and what follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.accounts.scope import Place, province_of
from borderops.boundary.queries import find_setting, get_line, list_units
from borderops.boundary.rules import UnitKind
from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Sees, Viewer
from borderops.inspections.models import Inspection
from borderops.patrols.coverage.rules import (
    Aged,
    Quarter,
    QuarterWork,
    UnitWork,
    Walk,
    balance,
    by_quarter,
    chosen,
    covered,
    gaps,
    last_walked,
)
from borderops.patrols.ground import OnLineFeature, list_placed, list_unit_parts, resolve_section
from borderops.patrols.intervals import Intervals, union
from borderops.patrols.models import PatrolVisit, PatrolWalk, PatrolWithdrawal
from borderops.patrols.queries import list_patrols, units_of
from borderops.patrols.replies import AgedOut, CoverageOut
from borderops.patrols.schemas import Section

INTERVAL_SETTING = "patrol.interval_days"

UNSET_DAYS = 90
"""Where no setting says how often: once a quarter, as in Quảng Trị and Huế (facts, part 5); not a rule."""

UNSET_BASIS = N_("Not set by any document yet: once a quarter, as other provinces do.")

QUARTERS = 8


@dataclass(frozen=True)
class Asked:
    """What coverage is asked for: the day, whose presence counts, and which part of the line."""

    as_of: date
    sides: tuple[str, ...] = ()
    unit: str | None = None
    section: Section | None = None


@dataclass(frozen=True)
class Coverage:
    """What of a part of the line was walked and seen, as of a day.

    `choices` are the units whose parts may be asked for, `whole_line` says whether all of the line may;
    `markers` (label, metres) are all that the viewer sees of the line, also outside the part, to say between
    which of them a stretch lies.
    """

    asked: Asked
    within: Intervals
    line_m: float
    required_days: float
    basis: str
    walks: Sequence[Walk]
    stretches: Sequence[Aged]
    gaps: Intervals
    quarters: Sequence[QuarterWork]
    units: Sequence[UnitWork]
    choices: Sequence[str]
    whole_line: bool
    markers: Sequence[tuple[str, float]]
    features: Sequence[OnLineFeature]
    seen: dict[UUID, date]

    @property
    def walked_m(self) -> float:
        """Metres walked within the required days, each once."""
        recent = chosen(self.walks, since=self.asked.as_of - timedelta(days=self.required_days - 1))
        return (covered(recent) & self.within).length_m

    @property
    def unseen(self) -> list[OnLineFeature]:
        """The features that no patrol looked at within the required days."""
        since = self.asked.as_of - timedelta(days=self.required_days - 1)
        return [one for one in self.features if self.seen.get(one.id, date.min) < since]


def get_coverage(session: Session, *, viewer: Viewer, asked: Asked) -> Coverage:
    """The coverage that the viewer's patrols make. Raises InvalidInput for a section without a place."""
    line_m = get_line(session, viewer=viewer).length_m
    placed = list_placed(session, viewer=viewer, on=asked.as_of)
    parts, whole_line = _parts(session, viewer=viewer, on=asked.as_of, line_m=line_m)
    if asked.unit is not None and asked.unit not in parts:
        raise NotFound(N_("There is no unit %(unit)s."), field="unit", unit=asked.unit)
    shown = {unit: part for unit, part in parts.items() if asked.unit in (None, unit)}
    within = Intervals.of([(0, line_m)]) if whole_line and asked.unit is None else union(shown.values())
    if asked.section is not None:
        section = resolve_section(asked.section, placed, field="section")
        within &= Intervals.of([(section.from_m or 0, section.to_m or 0)])
    walks = chosen(
        list_walks(session, viewer=viewer, until=asked.as_of), sides=asked.sides, until=asked.as_of
    )
    setting = find_setting(session, key=INTERVAL_SETTING, on=asked.as_of)
    days = float(setting.value) if setting is not None else UNSET_DAYS
    last = Quarter.of(asked.as_of)
    inside = [
        Walk(walk.patrol_id, walk.on, walk.sides, walk.units, walk.intervals & within) for walk in walks
    ]
    inside = [walk for walk in inside if walk.intervals]
    return Coverage(
        asked=asked,
        within=within,
        line_m=line_m,
        required_days=days,
        basis=setting.legal_basis if setting is not None else UNSET_BASIS,
        walks=inside,
        stretches=last_walked(inside, within),
        gaps=gaps(inside, within, as_of=asked.as_of, required_days=days),
        quarters=by_quarter(inside, first=last.next(1 - QUARTERS), last=last),
        units=balance(inside, shown),
        choices=tuple(parts),
        whole_line=whole_line,
        markers=[(one.label, one.chainage_m) for one in placed if one.feature.line_order is not None],
        features=[one for one in placed if _within(one, within)],
        seen=_seen(session, until=asked.as_of),
    )


def _parts(session: Session, *, viewer: Viewer, on: date, line_m: float) -> tuple[dict[str, Intervals], bool]:
    """The parts of the units whose patrols the viewer sees, and whether these are all that are walked.

    Of other units' parts it would only seem that nobody walks them.
    """
    kinds = [UnitKind.BORDER_POST, UnitKind.LAO_COMPANY]
    units = list_units(session, viewer=viewer)
    parts = list_unit_parts(session, viewer=viewer, on=on, kinds=kinds, line_m=line_m)
    if viewer.sees == Sees.ALL:
        return parts, True
    provinces = {unit for unit in viewer.writes if unit in units and units[unit].kind == UnitKind.PROVINCE}
    if not provinces:
        return {unit: part for unit, part in parts.items() if unit in viewer.writes}, False
    places = {unit.id: Place(unit.kind, unit.parent_id) for unit in units.values()}
    return {
        unit: part
        for unit, part in parts.items()
        if units[unit].side != viewer.side or province_of(unit, units=places) in provinces
    }, True


def list_walks(
    session: Session, *, viewer: Viewer, until: date | None = None, patrol_id: UUID | None = None
) -> list[Walk]:
    """What was walked, by patrol and day, without what was withdrawn."""
    patrols = {held.id: held for held in list_patrols(session, viewer=viewer) if not held.given}
    withdrawn = select(PatrolWithdrawal.subject_id)
    asked = select(PatrolWalk).where(
        PatrolWalk.patrol_id.in_(patrols),
        PatrolWalk.id.not_in(withdrawn),
        func.coalesce(PatrolWalk.track_id, PatrolWalk.id).not_in(withdrawn),
    )
    if until is not None:
        asked = asked.where(PatrolWalk.walked_on <= until)
    if patrol_id is not None:
        asked = asked.where(PatrolWalk.patrol_id == patrol_id)
    rows = session.scalars(asked.order_by(PatrolWalk.walked_on, PatrolWalk.from_m))
    return [
        Walk(
            row.patrol_id,
            row.walked_on,
            frozenset(row.sides),
            units_of(patrols[row.patrol_id]),
            Intervals.of([(row.from_m, row.to_m)]),
        )
        for row in rows
    ]


def coverage_out(held: Coverage) -> CoverageOut:
    """The coverage as it goes over the wire."""
    return CoverageOut(
        as_of=held.asked.as_of,
        required_days=held.required_days,
        basis=held.basis,
        line_m=held.within.length_m,
        walked_m=held.walked_m,
        stretches=[
            AgedOut(
                from_m=one.stretch.from_m,
                to_m=one.stretch.to_m,
                last_on=one.last_on,
                days=one.age_days(held.asked.as_of),
                sides=sorted(one.sides, reverse=True),
            )
            for one in held.stretches
        ],
        gaps=list(held.gaps),
        quarters=[
            {
                "year": one.quarter.year,
                "quarter": one.quarter.number,
                "patrols": one.patrols,
                "walked_m": one.walked_m,
                "days": one.days,
            }
            for one in held.quarters
        ],
        units=[
            {
                "unit": one.unit,
                "section_m": one.section_m,
                "walked_m": one.walked_m,
                "patrols": one.patrols,
                "patrol_days": one.patrol_days,
            }
            for one in held.units
        ],
        unseen=[one.label for one in held.unseen],
    )


def _within(one: OnLineFeature, within: Intervals) -> bool:
    return any(from_m <= one.chainage_m <= to_m for from_m, to_m in within)


def _seen(session: Session, *, until: date) -> dict[UUID, date]:
    """The last day on which a patrol looked at each feature."""
    rows = session.execute(
        select(PatrolVisit.feature_id, func.max(Inspection.observed_on))
        .join(Inspection, Inspection.id == PatrolVisit.inspection_id)
        .where(Inspection.observed_on <= until)
        .group_by(PatrolVisit.feature_id)
    )
    return {feature_id: day for feature_id, day in rows}  # noqa: C416 - a row is not a pair to mypy
