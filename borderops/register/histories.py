"""Reading a feature's whole history, as the facts that the rules speak."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.boundary.models import RuleSetting, Unit, UnitSection
from borderops.boundary.rules import SectionFacts, UnitKind
from borderops.inspections.models import Inspection, Photo
from borderops.inspections.rules import (
    Action,
    Cause,
    Component,
    Finding,
    GroundPosition,
    InspectionFacts,
    Level,
    Occasion,
    Urgency,
)
from borderops.markers.models import Duty, Feature, FeatureEvent
from borderops.markers.places import list_positions
from borderops.markers.rules import (
    DutyFacts,
    EventFacts,
    EventKind,
    FeatureFacts,
    Kind,
    Side,
)
from borderops.register.timeline import FeatureHistory, IntervalFacts

#: Rows as they are now, not as this session happened to read them before another one closed them.
FRESH = {"populate_existing": True}


def list_histories(session: Session, *, feature_ids: Collection[UUID]) -> list[FeatureHistory]:
    """The histories of these features, in one read per table, as they now are."""
    events = _events(session, feature_ids)
    positions = list_positions(session, feature_ids=list(feature_ids))
    duties = _duties(session, feature_ids)
    inspections = _inspections(session, feature_ids)
    sections = list_sections(session)
    intervals = {kind: list_intervals(session, kind=kind) for kind in Kind}
    features = session.scalars(select(Feature).where(Feature.id.in_(feature_ids)).order_by(Feature.id))
    return [
        FeatureHistory(
            feature=_feature(feature),
            events=events[feature.id],
            positions=positions[feature.id],
            duties=duties[feature.id],
            sections=sections,
            intervals=intervals[Kind(feature.kind)],
            inspections=inspections[feature.id],
        )
        for feature in features
    ]


def list_sections(session: Session) -> list[SectionFacts]:
    """Which unit has which part of the line when, for all units."""
    rows = session.execute(
        select(UnitSection, Unit.kind).join(Unit, Unit.id == UnitSection.unit_id).execution_options(**FRESH)
    )
    return [
        SectionFacts(
            unit_id=section.unit_id,
            kind=UnitKind(kind),
            valid_from=section.valid.lower,
            valid_to=section.valid.upper,
            known_from=section.known.lower,
            known_to=section.known.upper,
            from_order=section.from_order,
            to_order=section.to_order,
            from_m=section.from_m,
            to_m=section.to_m,
        )
        for section, kind in rows
    ]


def list_intervals(session: Session, *, kind: Kind) -> list[IntervalFacts]:
    """Every interval between visits that was ever set for features of this kind."""
    rows = session.scalars(
        select(RuleSetting)
        .where(RuleSetting.key == f"inspection.interval_days.{kind}")
        .execution_options(**FRESH)
    )
    return [
        IntervalFacts(
            days=int(row.value),
            valid_from=row.valid.lower,
            known_from=row.known.lower,
            known_to=row.known.upper,
        )
        for row in rows
    ]


def _feature(feature: Feature) -> FeatureFacts:
    return FeatureFacts(
        id=feature.id,
        kind=Kind(feature.kind),
        code=feature.code,
        number=feature.number,
        line_order=feature.line_order,
        name_vi=feature.name_vi,
        name_en=feature.name_en,
        name_lo=feature.name_lo,
        known_from=feature.known_since,
    )


def _events(session: Session, ids: Collection[UUID]) -> Mapping[UUID, list[EventFacts]]:
    found: defaultdict[UUID, list[EventFacts]] = defaultdict(list)
    for row in session.scalars(
        select(FeatureEvent)
        .where(FeatureEvent.feature_id.in_(ids))
        .order_by(FeatureEvent.recorded_at, FeatureEvent.id)
    ):
        details = row.details or {}
        found[row.feature_id].append(
            EventFacts(
                event=EventKind(row.event),
                occurred_on=row.occurred_on,
                known_from=row.known_since,
                number=details.get("number"),
                line_order=details.get("line_order"),
                precision=row.precision,
            )
        )
    return found


def _duties(session: Session, ids: Collection[UUID]) -> Mapping[UUID, list[DutyFacts]]:
    found: defaultdict[UUID, list[DutyFacts]] = defaultdict(list)
    for row in session.scalars(select(Duty).where(Duty.feature_id.in_(ids)).execution_options(**FRESH)):
        found[row.feature_id].append(
            DutyFacts(
                side=Side(row.side),
                unit_id=row.unit_id,
                valid_from=row.valid.lower,
                valid_to=row.valid.upper,
                known_from=row.known.lower,
                known_to=row.known.upper,
            )
        )
    return found


def _inspections(session: Session, ids: Collection[UUID]) -> Mapping[UUID, list[InspectionFacts]]:
    photographed: dict[UUID, datetime] = dict(
        session.execute(
            select(Photo.inspection_id, func.min(Photo.recorded_at))
            .join(Inspection, Inspection.id == Photo.inspection_id)
            .where(Inspection.feature_id.in_(ids))
            .group_by(Photo.inspection_id)
        ).all()
    )
    found: defaultdict[UUID, list[InspectionFacts]] = defaultdict(list)
    for row in session.scalars(select(Inspection).where(Inspection.feature_id.in_(ids))):
        found[row.feature_id].append(inspection_facts(row, photographed_from=photographed.get(row.id)))
    return found


def inspection_facts(row: Inspection, *, photographed_from: datetime | None) -> InspectionFacts:
    """An inspection's row as the rules speak of it."""
    return InspectionFacts(
        id=row.id,
        observed_on=row.observed_on,
        observed_at=row.observed_at,
        precision=row.precision,
        known_from=row.known_since,
        occasion=Occasion(row.occasion),
        finding=Finding(row.finding),
        position=GroundPosition(row.position) if row.position else None,
        components={Component(name): Level(level) for name, level in row.components.items()},
        cause=Cause(row.cause) if row.cause else None,
        urgency=Urgency(row.urgency) if row.urgency else None,
        action=Action(row.action) if row.action else None,
        observer=row.observer,
        onset=row.onset,
        photographed_from=photographed_from,
        corrects=row.corrects_id,
    )


def in_batches(feature_ids: Iterable[UUID], size: int = 1000) -> Iterable[list[UUID]]:
    """The ids in lists of at most `size`, so that a whole register is read piece by piece."""
    batch: list[UUID] = []
    for feature_id in feature_ids:
        batch.append(feature_id)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
