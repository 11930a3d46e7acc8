"""Reading patrols: our own people those that their units take part in, the other side what it was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Sees, Viewer
from borderops.patrols.models import (
    Patrol,
    PatrolAnswer,
    PatrolDisclosure,
    PatrolParty,
    PatrolPlan,
    PatrolRadio,
    PatrolStep,
)
from borderops.patrols.replies import AnswerOut, PatrolDetail, PatrolOut, StepOut
from borderops.patrols.rules import PatrolKind, PatrolLevel, PatrolState
from borderops.patrols.schemas import Counter, Plan


@dataclass(frozen=True)
class HeldPatrol:
    """A patrol in its present state with the plan's last version, as the viewer may see it.

    `given` says that it is what the other side was given: parts of the plan that were not are empty, and
    `parts` names those that were.
    """

    id: UUID
    code: str
    kind: PatrolKind
    level: PatrolLevel
    unit_id: str
    other_unit_id: str | None
    lao_province: str | None
    state: PatrolState
    plan_version: int
    plan: Plan
    given: bool = False
    parts: frozenset[str] = field(default_factory=frozenset)
    follows_id: UUID | None = None

    @property
    def sections(self) -> str:
        """The sections as people say them."""
        return ", ".join(str(section) for section in self.plan.sections)


def get_patrol(session: Session, *, viewer: Viewer, patrol_id: UUID) -> HeldPatrol:
    """One patrol. Raises NotFound, also where the viewer has no part in it."""
    found = _given(session, viewer, patrol_id) if is_counterpart(viewer) else _own(session, viewer, patrol_id)
    if not found:
        raise NotFound(N_("There is no such patrol among those you take part in."), field="patrol")
    return found[0]


def list_patrols(
    session: Session,
    *,
    viewer: Viewer,
    since: date | None = None,
    until: date | None = None,
    unit: str | None = None,
    states: Sequence[PatrolState] = (),
) -> list[HeldPatrol]:
    """The patrols that overlap the period (both days in it), by their first day."""
    found = _given(session, viewer, None) if is_counterpart(viewer) else _own(session, viewer, None)
    return sorted(
        (
            held
            for held in found
            if (since is None or held.plan.ends_on >= since)
            and (until is None or held.plan.starts_on <= until)
            and (unit is None or unit in units_of(held))
            and (not states or held.state in states)
        ),
        key=lambda held: (held.plan.starts_on, held.code),
    )


def is_counterpart(viewer: Viewer) -> bool:
    """Whether the viewer sees only what was given to the other side."""
    return viewer.sees == Sees.SHARED


def units_of(held: HeldPatrol) -> frozenset[str]:
    """The units that take part."""
    named = {held.unit_id, held.other_unit_id, *(team.unit for team in held.plan.teams)}
    return frozenset(unit for unit in named if unit)


def find_next(session: Session, *, viewer: Viewer, patrol_id: UUID) -> UUID | None:
    """The patrol that was agreed on at this one, where it was drafted."""
    return session.scalar(
        select(Patrol.id).where(Patrol.follows_id == patrol_id, *takes_part(viewer)).limit(1)
    )


def takes_part(viewer: Viewer) -> list[ColumnElement[bool]]:
    """What limits the viewer to patrols of the units they write for; row security holds the same."""
    if viewer.sees_all:
        return []
    mine = select(PatrolParty.patrol_id).where(PatrolParty.unit_id.in_(sorted(viewer.writes)))
    return [Patrol.id.in_(mine)]


def list_steps(session: Session, *, patrol_id: UUID) -> Sequence[PatrolStep]:
    """All steps, oldest first."""
    return session.scalars(
        select(PatrolStep).where(PatrolStep.patrol_id == patrol_id).order_by(PatrolStep.id)
    ).all()


def list_answers(session: Session, *, patrol_id: UUID) -> Sequence[PatrolAnswer]:
    """The other side's answers, oldest first."""
    return session.scalars(
        select(PatrolAnswer).where(PatrolAnswer.patrol_id == patrol_id).order_by(PatrolAnswer.id)
    ).all()


def list_plans(session: Session, *, patrol_id: UUID) -> Sequence[PatrolPlan]:
    """All versions of the plan, oldest first; none for the other side."""
    return session.scalars(
        select(PatrolPlan).where(PatrolPlan.patrol_id == patrol_id).order_by(PatrolPlan.version)
    ).all()


def list_radio(session: Session, *, patrol_id: UUID) -> Sequence[PatrolRadio]:
    """When the patrol was heard of, newest first."""
    return session.scalars(
        select(PatrolRadio).where(PatrolRadio.patrol_id == patrol_id).order_by(PatrolRadio.heard_at.desc())
    ).all()


def find_disclosure(session: Session, *, patrol_id: UUID) -> PatrolDisclosure | None:
    """What the other side was given last, or None where nothing was."""
    return session.scalar(
        select(PatrolDisclosure)
        .where(PatrolDisclosure.patrol_id == patrol_id)
        .order_by(PatrolDisclosure.id.desc())
        .limit(1)
    )


def started_at(session: Session, *, patrol_id: UUID) -> datetime | None:
    """When the patrol set out, or None where it has not."""
    return session.scalar(
        select(PatrolStep.happened_at).where(
            PatrolStep.patrol_id == patrol_id, PatrolStep.state == PatrolState.UNDER_WAY
        )
    )


def patrol_out(held: HeldPatrol) -> PatrolOut:
    """The patrol as it goes over the wire, without its plan."""
    return PatrolOut(**_told(held))


def patrol_detail(session: Session, *, viewer: Viewer, held: HeldPatrol) -> PatrolDetail:
    """The patrol with its plan and history; tracks are added by who shows them."""
    return PatrolDetail(
        **_told(held),
        plan=held.plan.model_dump(mode="json", exclude_none=True),
        steps=[
            StepOut.model_validate(step, from_attributes=True)
            for step in list_steps(session, patrol_id=held.id)
        ],
        answers=[
            AnswerOut(
                answer=row.answer,
                plan_version=row.plan_version,
                note=row.note,
                counter=Counter.model_validate(row.counter) if row.counter else None,
                reference=row.reference,
                recorded_at=row.recorded_at,
            )
            for row in list_answers(session, patrol_id=held.id)
        ],
        follows=held.follows_id,
        next=None if held.given else find_next(session, viewer=viewer, patrol_id=held.id),
    )


def _told(held: HeldPatrol) -> dict[str, Any]:
    return {
        "id": held.id,
        "code": held.code,
        "kind": held.kind,
        "level": held.level,
        "unit": held.unit_id,
        "other_unit": held.other_unit_id,
        "state": held.state,
        "plan_version": held.plan_version,
        "starts_on": held.plan.starts_on,
        "ends_on": held.plan.ends_on,
        "sections": [str(section) for section in held.plan.sections],
        "given": held.given,
    }


def _own(session: Session, viewer: Viewer, patrol_id: UUID | None) -> list[HeldPatrol]:
    step, plan = _last(PatrolStep), _last(PatrolPlan)
    asked: Select[Any] = (
        select(Patrol, step.c.state, plan.c.version, plan.c.content)
        .join(step, step.c.patrol_id == Patrol.id)
        .join(plan, plan.c.patrol_id == Patrol.id)
        .where(*takes_part(viewer))
    )
    if patrol_id is not None:
        asked = asked.where(Patrol.id == patrol_id)
    return [
        HeldPatrol(
            id=row.id,
            code=row.code,
            kind=PatrolKind(row.kind),
            level=PatrolLevel(row.level),
            unit_id=row.unit_id,
            other_unit_id=row.other_unit_id,
            lao_province=row.lao_province,
            state=PatrolState(state),
            plan_version=version,
            plan=Plan.model_validate(content),
            follows_id=row.follows_id,
        )
        for row, state, version, content in session.execute(asked)
    ]


def _last(table: type[PatrolStep] | type[PatrolPlan]) -> Any:
    """The last row of each patrol."""
    one = aliased(table)
    return select(one).ext(distinct_on(one.patrol_id)).order_by(one.patrol_id, one.id.desc()).subquery()


def _given(session: Session, viewer: Viewer, patrol_id: UUID | None) -> list[HeldPatrol]:
    asked = (
        select(PatrolDisclosure)
        .ext(distinct_on(PatrolDisclosure.patrol_id))
        .where(PatrolDisclosure.audience == viewer.audience)
        .order_by(PatrolDisclosure.patrol_id, PatrolDisclosure.id.desc())
    )
    if patrol_id is not None:
        asked = asked.where(PatrolDisclosure.patrol_id == patrol_id)
    return [held_of(row) for row in session.scalars(asked)]


def held_of(row: PatrolDisclosure) -> HeldPatrol:
    """A patrol as it was given to the other side."""
    about: Mapping[str, Any] = row.content["patrol"]
    return HeldPatrol(
        id=row.patrol_id,
        code=about["code"],
        kind=PatrolKind(about["kind"]),
        level=PatrolLevel(about["level"]),
        unit_id=about["unit"],
        other_unit_id=about["other_unit"],
        lao_province=row.audience,
        state=PatrolState(row.state),
        plan_version=row.plan_version,
        plan=Plan.model_validate(row.content["plan"]),
        given=True,
        parts=frozenset(row.content["parts"]),
    )


def count_states(patrols: Sequence[HeldPatrol]) -> dict[PatrolState, int]:
    """How many patrols are in each state."""
    return {state: count for state in PatrolState if (count := sum(held.state == state for held in patrols))}


def next_code(session: Session, *, year: int) -> str:
    """The next free code of a year, such as 2026-014; the caller holds the lock and sees every patrol."""
    codes = session.scalars(select(Patrol.code).where(func.starts_with(Patrol.code, f"{year}-"))).all()
    last = max((int(code.partition("-")[2]) for code in codes), default=0)
    return f"{year}-{last + 1:03}"
