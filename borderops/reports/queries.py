"""Making the repair-status report from the register."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.audit.queries import find_head
from borderops.audit.schemas import HeadOut
from borderops.boundary.queries import list_sources
from borderops.core.asof import AsOf
from borderops.core.viewer import Viewer
from borderops.inspections.models import Inspection
from borderops.markers.models import Duty
from borderops.register.features import FeatureOnDay
from borderops.register.filters import RegisterFilter
from borderops.register.queries import count_by, list_features
from borderops.register.timeline import partial_date
from borderops.reports.rules import changes, previous_period_end
from borderops.reports.schemas import ChangeItem, DutyBasis, PositionOnMap, RepairItem, RepairStatus


def repair_status(
    session: Session, *, viewer: Viewer, province: str, at: AsOf, previous: date | None, now: datetime
) -> RepairStatus:
    """The report on a Lao province's part of the line, compared with an earlier day as we now know it."""
    earlier = previous or previous_period_end(at.as_of)
    known_at = at.known_at or now
    items = _damaged(session, viewer=viewer, province=province, at=at)
    before = _damaged(session, viewer=viewer, province=province, at=AsOf(earlier, at.known_at))
    totals = count_by(session, viewer=viewer, asked=RegisterFilter(at, province=(province,)), names=["state"])
    return RepairStatus(
        province=province,
        as_of=at.as_of,
        known_at=known_at,
        previous=earlier,
        items=_items(session, viewer=viewer, features=items, at=at),
        changes=[
            ChangeItem(
                number=change.feature.label("vi"),
                code=change.feature.code,
                change=change.change,
                before=change.before,
                after=change.after,
            )
            for change in changes(before, items)
        ],
        totals={str(state): count for (state,), count in sorted(totals.items(), key=str)},
        audit_head=HeadOut.of(find_head(session, known_at=known_at)),
    )


def _damaged(session: Session, *, viewer: Viewer, province: str, at: AsOf) -> Sequence[FeatureOnDay]:
    return list_features(
        session, viewer=viewer, asked=RegisterFilter(at, province=(province,), damaged=True)
    ).features


def _items(
    session: Session, *, viewer: Viewer, features: Sequence[FeatureOnDay], at: AsOf
) -> list[RepairItem]:
    duties = _duties(session, [feature.id for feature in features], at)
    rests_on = [feature.inspection_id for feature in features if feature.inspection_id]
    statements = {
        row.id: row for row in session.scalars(select(Inspection).where(Inspection.id.in_(rests_on)))
    }
    named = {duty.source_id for duty in duties.values()} | {row.source_id for row in statements.values()}
    sources = {
        source_id: source.title
        for source_id, source in list_sources(
            session, ids=sorted(name for name in named if name), viewer=viewer
        ).items()
    }
    return [
        _item(
            feature,
            duty=duties.get(feature.id),
            statement=statements.get(feature.inspection_id) if feature.inspection_id else None,
            sources=sources,
        )
        for feature in features
    ]


def _duties(session: Session, feature_ids: Sequence[UUID], at: AsOf) -> dict[UUID, Duty]:
    known = func.upper_inf(Duty.known) if at.known_at is None else Duty.known.contains(at.known_at)
    rows = session.scalars(
        select(Duty).where(Duty.feature_id.in_(feature_ids), Duty.valid.contains(at.as_of), known)
    )
    return {duty.feature_id: duty for duty in rows}


def _item(
    feature: FeatureOnDay, *, duty: Duty | None, statement: Inspection | None, sources: dict[str, str]
) -> RepairItem:
    return RepairItem(
        number=feature.label("vi"),
        id=feature.id,
        code=feature.code,
        kind=feature.kind,
        state=feature.state,
        since=feature.since,
        since_is=feature.since_is,
        cause=feature.cause,
        urgency=feature.urgency,
        components=dict(feature.components),
        responsible_side=feature.responsible_side,
        responsible_unit=feature.responsible_unit,
        duty=_basis(duty, sources) if duty else None,
        planned=feature.action,
        stated=statement.notes if statement else feature.notes,
        source=sources.get(statement.source_id) if statement and statement.source_id else None,
        mark=statement.mark if statement else None,
        last_visit_on=feature.last_visit_on,
        overdue=feature.overdue,
        commune=feature.commune,
        district=feature.district,
        lao_district=feature.lao_district,
        position=_position(feature),
    )


def _basis(duty: Duty, sources: dict[str, str]) -> DutyBasis:
    return DutyBasis(
        legal_basis=duty.legal_basis,
        stated_by=duty.stated_by,
        valid_from=partial_date(duty.valid.lower, duty.precision),
        source=sources.get(duty.source_id) if duty.source_id else None,
        mark=duty.mark,
        note=duty.note,
    )


def _position(feature: FeatureOnDay) -> PositionOnMap | None:
    if feature.lon is None or feature.lat is None or feature.method is None or feature.accuracy_m is None:
        return None
    return PositionOnMap(
        lon=feature.lon,
        lat=feature.lat,
        method=feature.method,
        schematic=feature.schematic,
        accuracy_m=feature.accuracy_m,
        chainage_km=feature.chainage_km,
    )
