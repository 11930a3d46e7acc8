"""What happens on the way and after: setting out, being heard of, visits, work, coming back."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from borderops.core.errors import InvalidInput, NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.inspections.models import Inspection
from borderops.markers.queries import get_feature
from borderops.patrols.actions import draft_patrol
from borderops.patrols.ground import list_placed, resolve_section
from borderops.patrols.models import (
    PatrolRadio,
    PatrolVisit,
    PatrolWork,
)
from borderops.patrols.queries import HeldPatrol, started_at
from borderops.patrols.recording.schemas import NextPatrol, PatrolEndIn, RadioIn, StartIn, VisitIn, WorkIn
from borderops.patrols.recording.walks import add_walks, check_day, check_walked, held_row, prepare_walk
from borderops.patrols.rules import PatrolState, check_step, check_times
from borderops.patrols.schemas import PatrolIn, Section
from borderops.patrols.steps import locked, step, tell

#: An inspection may have been made so long before the patrol is said to have set out.
SLACK = timedelta(hours=12)


def start_patrol(
    session: Session, *, viewer: Viewer, patrol_id: UUID, sent: StartIn, now: datetime
) -> HeldPatrol:
    """The patrol has set out."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    happened_at = sent.happened_at or now
    check_times(happened_at=happened_at, earliest=None, now=now)
    return step(
        session, viewer, held, PatrolState.UNDER_WAY, now=now, happened_at=happened_at, reason=sent.note
    )


def end_patrol(
    session: Session, *, viewer: Viewer, patrol_id: UUID, sent: PatrolEndIn, now: datetime
) -> HeldPatrol:
    """The patrol is back: as planned, or cut short for a reason; who was there; when the next one is.

    The next patrol becomes a draft at once where the viewer may plan; otherwise it stands in the record.
    """
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    happened_at = sent.happened_at or now
    check_times(happened_at=happened_at, earliest=started_at(session, patrol_id=patrol_id), now=now)
    state = PatrolState.CUT_SHORT if sent.cut_short else PatrolState.DONE
    # All that can be wrong is found before anything is written: a form that comes back has recorded nothing.
    check_step(held.state, state, kind=held.kind, reason=sent.reason)
    walked = [(walk, prepare_walk(session, viewer, held, walk, now=now)) for walk in sent.walked]
    if sent.next is not None:
        placed = list_placed(session, viewer=viewer, on=sent.next.starts_on)
        for section in sent.next.sections:
            resolve_section(section, placed, field="next_sections")
    details = sent.model_dump(mode="json", include={"present", "notes", "next"}, exclude_none=True)
    for walk, stretch in walked:
        add_walks(session, viewer, held, [stretch], sides=walk.sides, track_id=None)
        tell(session, viewer, "record_patrol_walk", patrol_id, after=walk.model_dump(mode="json"))
    ended = step(
        session,
        viewer,
        held,
        state,
        now=now,
        happened_at=happened_at,
        reason=sent.reason,
        details=details,
    )
    if sent.next is not None and viewer.may("plan_patrol"):
        draft_next(session, viewer=viewer, held=ended, agreed=sent.next, now=now)
    return ended


def draft_next(
    session: Session, *, viewer: Viewer, held: HeldPatrol, agreed: NextPatrol, now: datetime
) -> HeldPatrol:
    """Draft the patrol that both sides agreed on at this one: when, and how strong."""
    teams = [
        team.model_copy(update={"strength": agreed.strength or team.strength}) for team in held.plan.teams
    ]
    plan = held.plan.model_copy(
        update={
            "starts_on": agreed.starts_on,
            "ends_on": agreed.starts_on + timedelta(days=agreed.days - 1),
            "sections": agreed.sections or held.plan.sections,
            "teams": teams,
            "stops": [],
            "reasons": [],
            "walking_by": None,
            "hours": [],
        }
    )
    return draft_patrol(
        session,
        viewer=viewer,
        sent=PatrolIn(
            id=agreed.id,
            kind=held.kind,
            level=held.level,
            unit=held.unit_id,
            other_unit=held.other_unit_id,
            follows=held.id,
            plan=plan,
        ),
        now=now,
    )


def record_radio(
    session: Session, *, viewer: Viewer, patrol_id: UUID, sent: RadioIn, now: datetime
) -> PatrolRadio:
    """The patrol was heard of."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    check_walked(held)
    heard_at = sent.heard_at or now
    started = started_at(session, patrol_id=patrol_id)
    check_times(happened_at=heard_at, earliest=started, now=now, field="heard_at")
    made = session.scalar(
        insert(PatrolRadio)
        .values(
            id=sent.id,
            patrol_id=patrol_id,
            heard_at=heard_at,
            near=sent.near,
            note=sent.note,
            recorded_by=viewer.name,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(PatrolRadio.id)
    )
    if made is not None:
        after = sent.model_dump(mode="json", exclude_none=True)
        tell(session, viewer, "hear_of_patrol", patrol_id, after=after)
    return held_row(session, PatrolRadio, sent.id, patrol_id=patrol_id)


def record_visit(
    session: Session, *, viewer: Viewer, patrol_id: UUID, sent: VisitIn, now: datetime
) -> PatrolVisit:
    """Tie an inspection to the patrol on which it was made. Raises NotFound, InvalidInput."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    check_walked(held)
    inspection = check_visit(session, patrol_id=patrol_id, inspection_id=sent.inspection, now=now)
    made = session.scalar(
        insert(PatrolVisit)
        .values(
            id=sent.id,
            patrol_id=patrol_id,
            feature_id=inspection.feature_id,
            inspection_id=inspection.id,
            recorded_by=viewer.name,
        )
        .on_conflict_do_nothing()
        .returning(PatrolVisit.id)
    )
    if made is not None:
        tell(session, viewer, "record_patrol_visit", patrol_id, after=sent.model_dump(mode="json"))
    return session.scalars(
        select(PatrolVisit).where(
            PatrolVisit.patrol_id == patrol_id, PatrolVisit.inspection_id == inspection.id
        )
    ).one()


def check_visit(session: Session, *, patrol_id: UUID, inspection_id: UUID, now: datetime) -> Inspection:
    """The inspection, where it may have been made on the patrol. Raises NotFound, InvalidInput."""
    inspection = session.get(Inspection, inspection_id)
    if inspection is None:
        raise NotFound(N_("There is no inspection %(id)s."), field="inspection", id=inspection_id)
    started = started_at(session, patrol_id=patrol_id)
    earliest = started - SLACK if started else None
    check_times(happened_at=inspection.observed_at, earliest=earliest, now=now, field="inspection")
    return inspection


def record_work(
    session: Session, *, viewer: Viewer, patrol_id: UUID, sent: WorkIn, now: datetime
) -> PatrolWork:
    """Record clearing, repainting or other work done on the way: at a feature, or along a section."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    check_walked(held)
    check_day(session, held, sent.done_on, field="done_on", now=now)
    if (sent.feature is None) == (sent.section is None):
        raise InvalidInput(N_("Say at which feature, or along which section."), field="feature")
    feature = get_feature(session, viewer=viewer, address=sent.feature) if sent.feature else None
    section = _placed_section(session, viewer, sent.section, sent.done_on)
    made = session.scalar(
        insert(PatrolWork)
        .values(
            id=sent.id,
            patrol_id=patrol_id,
            task=sent.task,
            done_on=sent.done_on,
            feature_id=feature.id if feature else None,
            from_m=section.from_m if section else None,
            to_m=section.to_m if section else None,
            amount=sent.amount,
            note=sent.note,
            recorded_by=viewer.name,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(PatrolWork.id)
    )
    if made is not None:
        after = sent.model_dump(mode="json", exclude_none=True)
        tell(session, viewer, "record_patrol_work", patrol_id, after=after)
    return held_row(session, PatrolWork, sent.id, patrol_id=patrol_id)


def _placed_section(session: Session, viewer: Viewer, section: Section | None, on: date) -> Section | None:
    if section is None:
        return None
    return resolve_section(section, list_placed(session, viewer=viewer, on=on), field="section")
