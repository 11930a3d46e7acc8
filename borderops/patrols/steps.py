"""Taking a step from state to state: what is recorded, and what the other side is told of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from borderops.audit.actions import record_event
from borderops.core.errors import NotAllowed
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.patrols.models import PatrolDisclosure, PatrolStep
from borderops.patrols.queries import HeldPatrol, find_disclosure, get_patrol
from borderops.patrols.rules import PatrolState, check_step
from borderops.patrols.schemas import ALWAYS_GIVEN, PlanPart

#: The fields of a plan that belong to each part which may be given.
FIELDS: Mapping[PlanPart, tuple[str, ...]] = {
    PlanPart.DATES: ("starts_on", "ends_on"),
    PlanPart.SECTIONS: ("sections",),
    PlanPart.TEAMS: ("teams",),
    PlanPart.MEETING: ("meeting_point", "meeting_at"),
    PlanPart.CROSSINGS: ("crossings",),
    PlanPart.OBJECTIVES: ("objectives",),
    PlanPart.TASKS: ("tasks",),
    PlanPart.CAMPS: ("camps",),
    PlanPart.STOPS: ("stops",),
}


def step(
    session: Session,
    viewer: Viewer,
    held: HeldPatrol,
    state: PatrolState,
    *,
    now: datetime,
    reason: str | None = None,
    happened_at: datetime | None = None,
    details: Mapping[str, Any] | None = None,
    parts: frozenset[PlanPart] | None = None,
    permitted: bool = False,
) -> HeldPatrol:
    """Take a step of the table; what the other side was given before is told of it.

    Raises NotNow, InvalidInput without a reason where one is needed, NotAllowed.
    """
    taken = check_step(held.state, state, kind=held.kind, reason=reason)
    if not permitted and not viewer.may(taken.permission):
        raise NotAllowed(N_("Your duties do not cover this."))
    session.execute(
        insert(PatrolStep).values(
            patrol_id=held.id,
            before=held.state,
            state=state,
            side=viewer.side,
            plan_version=held.plan_version,
            happened_at=happened_at or now,
            reason=reason,
            details=dict(details or {}),
            recorded_by=viewer.name,
        )
    )
    _tell_other_side(session, viewer, held, state, parts)
    tell(
        session,
        viewer,
        f"patrol_{state}",
        held.id,
        before={"state": held.state},
        after={"state": state, "plan_version": held.plan_version, **(details or {})},
        reason=reason,
    )
    session.flush()
    return get_patrol(session, viewer=viewer, patrol_id=held.id)


def tell(
    session: Session,
    viewer: Viewer,
    action: str,
    patrol_id: UUID,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Write the event of something done to a patrol."""
    record_event(
        session,
        viewer=viewer,
        action=action,
        subject_kind="patrol",
        subject_id=patrol_id,
        before=before,
        after=after,
        reason=reason,
    )


def lock_patrol(session: Session, *, patrol_id: UUID) -> None:
    """Wait until nobody else writes to the patrol, and let nobody until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(patrol_id), 5))))


def locked(session: Session, *, viewer: Viewer, patrol_id: UUID) -> HeldPatrol:
    """The patrol as the last writer left it, to be written to. Raises NotFound."""
    lock_patrol(session, patrol_id=patrol_id)
    return get_patrol(session, viewer=viewer, patrol_id=patrol_id)


def _tell_other_side(
    session: Session, viewer: Viewer, held: HeldPatrol, state: PatrolState, parts: frozenset[PlanPart] | None
) -> None:
    """Give the other side the patrol's new state, and of the plan what was chosen for it."""
    last = find_disclosure(session, patrol_id=held.id)
    if held.lao_province is None or (parts is None and last is None):
        return
    if held.given and last is not None:
        content: Mapping[str, Any] = last.content
    else:
        given = parts or frozenset(PlanPart(part) for part in (last.content["parts"] if last else ()))
        content = given_content(held, given)
    session.execute(
        insert(PatrolDisclosure).values(
            patrol_id=held.id,
            audience=held.lao_province,
            plan_version=held.plan_version,
            state=state,
            content=dict(content),
            recorded_by=viewer.name,
        )
    )


def given_content(held: HeldPatrol, parts: frozenset[PlanPart]) -> dict[str, Any]:
    """What the other side is given: the patrol as such, and the chosen parts of its plan."""
    fields = {name for part in parts | ALWAYS_GIVEN for name in FIELDS[part]}
    return {
        "patrol": {
            "code": held.code,
            "kind": held.kind,
            "level": held.level,
            "unit": held.unit_id,
            "other_unit": held.other_unit_id,
        },
        "plan": held.plan.model_dump(mode="json", exclude_none=True, include=fields),
        "parts": sorted(parts | ALWAYS_GIVEN),
    }
