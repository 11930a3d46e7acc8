"""What was brought back from a patrol: visits with their inspections, work, stated walks, tracks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.core.viewer import Viewer
from borderops.inspections.models import Inspection
from borderops.markers.models import Feature
from borderops.patrols.intervals import Intervals
from borderops.patrols.models import PatrolTrack, PatrolVisit, PatrolWalk, PatrolWithdrawal, PatrolWork
from borderops.patrols.queries import get_patrol, patrol_detail
from borderops.patrols.replies import PatrolDetail, TrackOut


@dataclass(frozen=True)
class RecordedVisit:
    """A feature that was looked at: when, what was found, and the inspection that says more."""

    feature: str
    code: str
    inspection_id: UUID
    observed_at: datetime
    finding: str


@dataclass(frozen=True)
class RecordedWork:
    """Work that was done: where, how much."""

    id: UUID
    task: str
    done_on: date
    feature: str | None
    from_m: float | None
    to_m: float | None
    amount: float | None
    note: str | None
    withdrawn: str | None


@dataclass(frozen=True)
class RecordedWalk:
    """A stretch that was stated, with no track to show it."""

    id: UUID
    walked_on: date
    from_m: float
    to_m: float
    sides: Sequence[str]
    withdrawn: str | None


@dataclass(frozen=True)
class PatrolRecord:
    """All that was brought back but the tracks."""

    visits: Sequence[RecordedVisit]
    work: Sequence[RecordedWork]
    walks: Sequence[RecordedWalk]


@dataclass(frozen=True)
class Candidate:
    """An inspection that may have been made on the patrol, by its day and place."""

    inspection_id: UUID
    feature: str
    observed_at: datetime
    finding: str


def list_candidates(
    session: Session, *, patrol_id: UUID, features: Sequence[UUID], since: datetime, until: datetime
) -> list[Candidate]:
    """Inspections of these features in the time of the patrol that no patrol has yet."""
    rows = session.execute(
        select(Inspection, Feature)
        .join(Feature, Feature.id == Inspection.feature_id)
        .where(
            Inspection.feature_id.in_(features),
            Inspection.observed_at.between(since, until),
            Inspection.id.not_in(select(PatrolVisit.inspection_id).where(PatrolVisit.patrol_id == patrol_id)),
        )
        .order_by(Inspection.observed_at)
        .limit(200)
    )
    return [
        Candidate(
            inspection.id,
            _label(feature),
            inspection.observed_at,
            inspection.finding,
        )
        for inspection, feature in rows
    ]


def withdrawal_reasons(session: Session, *, patrol_id: UUID) -> Mapping[UUID, str]:
    """What of a patrol's record no longer counts, and why."""
    rows = session.execute(
        select(PatrolWithdrawal.subject_id, PatrolWithdrawal.reason).where(
            PatrolWithdrawal.patrol_id == patrol_id
        )
    )
    return {row.subject_id: row.reason for row in rows}


def get_record(session: Session, *, patrol_id: UUID) -> PatrolRecord:
    """What was brought back from a patrol."""
    reasons = withdrawal_reasons(session, patrol_id=patrol_id)
    visits = session.execute(
        select(PatrolVisit, Inspection, Feature)
        .join(Inspection, Inspection.id == PatrolVisit.inspection_id)
        .join(Feature, Feature.id == PatrolVisit.feature_id)
        .where(PatrolVisit.patrol_id == patrol_id)
        .order_by(Inspection.observed_at)
    )
    work = session.execute(
        select(PatrolWork, Feature)
        .outerjoin(Feature, Feature.id == PatrolWork.feature_id)
        .where(PatrolWork.patrol_id == patrol_id)
        .order_by(PatrolWork.done_on, PatrolWork.recorded_at)
    )
    walks = session.scalars(
        select(PatrolWalk)
        .where(PatrolWalk.patrol_id == patrol_id, PatrolWalk.track_id.is_(None))
        .order_by(PatrolWalk.walked_on, PatrolWalk.from_m)
    )
    return PatrolRecord(
        visits=[
            RecordedVisit(
                feature=_label(feature),
                code=feature.code,
                inspection_id=inspection.id,
                observed_at=inspection.observed_at,
                finding=inspection.finding,
            )
            for _visit, inspection, feature in visits
        ],
        work=[
            RecordedWork(
                id=row.id,
                task=row.task,
                done_on=row.done_on,
                feature=_label(feature) if feature else None,
                from_m=row.from_m,
                to_m=row.to_m,
                amount=row.amount,
                note=row.note,
                withdrawn=reasons.get(row.id),
            )
            for row, feature in work
        ],
        walks=[
            RecordedWalk(
                id=row.id,
                walked_on=row.walked_on,
                from_m=row.from_m,
                to_m=row.to_m,
                sides=row.sides,
                withdrawn=reasons.get(row.id),
            )
            for row in walks
        ],
    )


def list_tracks(session: Session, *, patrol_id: UUID) -> list[TrackOut]:
    """The tracks of a patrol with what they cover, also those that were withdrawn."""
    reasons = withdrawal_reasons(session, patrol_id=patrol_id)
    covers: dict[UUID, list[tuple[float, float]]] = {}
    for walk in session.scalars(
        select(PatrolWalk).where(PatrolWalk.patrol_id == patrol_id, PatrolWalk.track_id.is_not(None))
    ):
        covers.setdefault(walk.track_id or walk.id, []).append((walk.from_m, walk.to_m))
    rows = session.scalars(
        select(PatrolTrack).where(PatrolTrack.patrol_id == patrol_id).order_by(PatrolTrack.recorded_at)
    )
    return [
        TrackOut(
            id=row.id,
            name=row.name,
            sides=row.sides,
            points=row.points,
            left_out=row.left_out,
            walked_m=row.walked_m,
            started_at=row.started_at,
            ended_at=row.ended_at,
            covers=list(Intervals.of(covers.get(row.id, []))),
            withdrawn=reasons.get(row.id),
        )
        for row in rows
    ]


def told(session: Session, *, viewer: Viewer, patrol_id: UUID) -> PatrolDetail:
    """A patrol in full, as it goes over the wire; its tracks to its own side alone. Raises NotFound."""
    held = get_patrol(session, viewer=viewer, patrol_id=patrol_id)
    detail = patrol_detail(session, viewer=viewer, held=held)
    detail.tracks = [] if held.given else list_tracks(session, patrol_id=held.id)
    return detail


def _label(feature: Feature) -> str:
    return feature.number or feature.name_vi or feature.code
