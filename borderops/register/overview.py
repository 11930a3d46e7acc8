"""What the first page counts and tells: features by province and state, the latest that happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from borderops.boundary.models import Source
from borderops.boundary.queries import find_setting
from borderops.core.asof import AsOf
from borderops.core.viewer import Sees, Viewer
from borderops.inspections.models import Inspection
from borderops.markers.models import Duty, Feature, FeatureEvent, GateDecision
from borderops.markers.rules import Kind, Side
from borderops.markers.scope import readable
from borderops.register.disclosure_rules import WITHHELD_SIDE
from borderops.register.filters import RegisterFilter, dates, visible
from borderops.register.models import FeaturePeriod
from borderops.register.queries import count_by

#: A position number's place in line order, without the markers that share it (see `MarkerNumber.line_order`).
_POSITION = 1_000_000

POSITIONS_SETTING = "line.nghe-an.positions"


@dataclass(frozen=True)
class Latest:
    """Something that happened lately: what, when, at which feature, and the one word that says it.

    `value` is the finding of an inspection, the side of a duty, the event, or the value decided on a gate.
    """

    what: str
    day: date
    precision: str
    code: str
    number: str | None
    names: Mapping[str, str]
    value: str
    aspect: str | None = None

    def label(self, language: str) -> str:
        """What people call the feature: its number, or the gate's pair of names in the language."""
        return self.number or self.names.get(language) or self.names.get("vi") or self.code


@dataclass(frozen=True)
class Completeness:
    """How many of the line's positions are in the register; `stated` is how many there are said to be.

    `mark` says how well that figure is grounded, `note` of what time it is, `source` who says so.
    """

    registered: int
    stated: int | None = None
    mark: str | None = None
    note: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class DutyCount:
    """Damaged features whose repair is one side's duty, by Lao province."""

    side: str
    by_province: dict[str | None, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_province.values())


def count_states(session: Session, *, viewer: Viewer, at: AsOf) -> dict[tuple[str | None, str], int]:
    """How many features each Lao province has in each state. None is "province not known"."""
    counted = count_by(session, viewer=viewer, asked=RegisterFilter(at=at), names=("lao_province", "state"))
    return {(province, str(state)): count for (province, state), count in counted.items()}


def count_overdue(session: Session, *, viewer: Viewer, at: AsOf) -> int:
    """How many features were visited too long ago, the damaged ones among them."""
    return sum(
        count_by(
            session, viewer=viewer, asked=RegisterFilter(at=at, overdue=True), names=("overdue",)
        ).values()
    )


def count_damaged(session: Session, *, viewer: Viewer, at: AsOf) -> list[DutyCount]:
    """How many damaged features each side has to repair, by Lao province; sides without any are left out."""
    counted = count_by(
        session,
        viewer=viewer,
        asked=RegisterFilter(at=at, damaged=True),
        names=("responsible_side", "lao_province"),
    )
    sides: dict[str, dict[str | None, int]] = {}
    for (side, province), count in counted.items():
        sides.setdefault(str(side), {})[province] = count
    return [DutyCount(side, sides[side]) for side in (*Side, WITHHELD_SIDE) if side in sides]


def count_positions(session: Session, *, viewer: Viewer, at: AsOf) -> Completeness:
    """How many of the positions that the line is said to have are in the register."""
    position = FeaturePeriod.line_order / _POSITION
    registered = session.scalar(
        select(func.count(func.distinct(func.floor(position)))).where(
            *dates(at),
            *visible(viewer),
            FeaturePeriod.kind == Kind.MARKER,
            FeaturePeriod.standing == "standing",
        )
    )
    setting = find_setting(session, key=POSITIONS_SETTING, on=at.as_of)
    if setting is None or viewer.sees != Sees.ALL:  # the figure is the whole line's
        return Completeness(registered or 0)
    source = session.get(Source, setting.source_id) if setting.source_id else None
    return Completeness(
        registered or 0, int(setting.value), setting.mark, setting.note, source.title if source else None
    )


def list_latest(session: Session, *, viewer: Viewer, at: AsOf, limit: int = 8) -> list[Latest]:
    """The inspections, duties, gate decisions and events that happened last by the day asked about.

    Corrected inspections and duties that later statements replaced are left out.
    """
    seen = readable(Feature.id, viewer=viewer)
    found = [
        *_rows(session, "inspection", _inspections(at).where(*seen), limit),
        *_rows(session, "duty", _duties(at).where(*seen), limit),
        *_rows(session, "gate", _gate_decisions(at).where(*seen), limit),
        *_rows(session, "event", _events(at).where(*seen), limit),
    ]
    return nlargest(limit, found, key=lambda latest: latest.day)


def _rows(session: Session, what: str, query: Select[*tuple[Any, ...]], limit: int) -> Iterator[Latest]:
    for row in session.execute(query.limit(limit)):
        names = {"vi": row.name_vi, "en": row.name_en, "lo": row.name_lo}
        yield Latest(
            what=what,
            day=row.day,
            precision=row.precision or "day",
            code=row.code,
            number=row.number,
            names={language: name for language, name in names.items() if name},
            value=row.value,
            aspect=row.aspect if what == "gate" else None,
        )


_FEATURE = (Feature.code, Feature.number, Feature.name_vi, Feature.name_en, Feature.name_lo)


def _known(since: InstrumentedAttribute[Any], at: AsOf) -> ColumnElement[bool]:
    return true() if at.known_at is None else or_(since.is_(None), since <= at.known_at)


def _inspections(at: AsOf) -> Select[*tuple[Any, ...]]:
    later = aliased(Inspection)
    corrected = (
        select(later.id).where(later.corrects_id == Inspection.id, _known(later.known_since, at)).exists()
    )
    return (
        select(
            *_FEATURE,
            Inspection.observed_on.label("day"),
            Inspection.precision,
            Inspection.finding.label("value"),
        )
        .join(Feature, Feature.id == Inspection.feature_id)
        .where(Inspection.observed_on <= at.as_of, _known(Inspection.known_since, at), ~corrected)
        .order_by(Inspection.observed_on.desc(), Inspection.recorded_at.desc())
    )


def _duties(at: AsOf) -> Select[*tuple[Any, ...]]:
    known = func.upper_inf(Duty.known) if at.known_at is None else Duty.known.contains(at.known_at)
    begun = func.lower(Duty.valid)
    return (
        select(*_FEATURE, begun.label("day"), Duty.precision, Duty.side.label("value"))
        .join(Feature, Feature.id == Duty.feature_id)
        .where(begun <= at.as_of, known)
        .order_by(begun.desc(), Duty.recorded_at.desc())
    )


def _gate_decisions(at: AsOf) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *_FEATURE,
            GateDecision.from_on.label("day"),
            GateDecision.precision,
            GateDecision.value,
            GateDecision.aspect,
        )
        .join(Feature, Feature.id == GateDecision.feature_id)
        .where(GateDecision.from_on <= at.as_of, _known(GateDecision.known_since, at))
        .order_by(GateDecision.from_on.desc(), GateDecision.recorded_at.desc())
    )


def _events(at: AsOf) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *_FEATURE,
            FeatureEvent.occurred_on.label("day"),
            FeatureEvent.precision,
            FeatureEvent.event.label("value"),
        )
        .join(Feature, Feature.id == FeatureEvent.feature_id)
        .where(FeatureEvent.occurred_on <= at.as_of, _known(FeatureEvent.known_since, at))
        .order_by(FeatureEvent.occurred_on.desc(), FeatureEvent.recorded_at.desc())
    )
