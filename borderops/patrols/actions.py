"""What people do with a plan: draft, propose, answer, approve, cancel."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from borderops.boundary.queries import UnitFacts, list_units
from borderops.boundary.rules import UnitSide
from borderops.core.elevation import as_system
from borderops.core.errors import Conflict, InvalidInput, NotAllowed, Problems
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.patrols.countering import countered
from borderops.patrols.models import (
    Patrol,
    PatrolAnswer,
    PatrolParty,
    PatrolPlan,
    PatrolStep,
)
from borderops.patrols.preparing import check_duty, check_units, lao_province, plan_facts, prepare_plan
from borderops.patrols.queries import HeldPatrol, get_patrol, is_counterpart, next_code
from borderops.patrols.rules import (
    ANSWERED,
    OPEN_TO_CHANGE,
    NotNow,
    PatrolReply,
    PatrolState,
    check_step,
    plan_problems,
    proposal_problems,
)
from borderops.patrols.schemas import (
    ALWAYS_GIVEN,
    AnswerIn,
    PatrolIn,
    Plan,
    ProposalIn,
    RevisionIn,
)
from borderops.patrols.steps import lock_patrol, locked, step, tell


class SentDifferently(Conflict):
    """The same id was received before with other content; what is held stays."""

    code = "sent-differently"


def draft_patrol(session: Session, *, viewer: Viewer, sent: PatrolIn, now: datetime) -> HeldPatrol:
    """Draft a patrol. Sending the same one again changes nothing.

    Raises Problems with everything that is wrong with the plan, InvalidInput for units, SentDifferently.
    """
    lock_patrol(session, patrol_id=sent.id)
    held = session.get(Patrol, sent.id)
    if held is not None:
        if (held.kind, held.unit_id, held.other_unit_id) != (sent.kind, sent.unit, sent.other_unit):
            raise SentDifferently(N_("Another patrol was received under this id."), field="id")
        return get_patrol(session, viewer=viewer, patrol_id=sent.id)
    units = list_units(session, viewer=viewer)
    check_units(sent, units)
    check_duty(viewer, sent.unit, units)
    if sent.follows is not None:
        get_patrol(session, viewer=viewer, patrol_id=sent.follows)
    plan = prepare_plan(session, viewer, sent.plan, kind=sent.kind, units=units)
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("patrol codes", 5))))
    with as_system(session):
        code = next_code(session, year=plan.starts_on.year)
    session.execute(
        insert(Patrol).values(
            id=sent.id,
            code=code,
            kind=sent.kind,
            level=sent.level,
            unit_id=sent.unit,
            other_unit_id=sent.other_unit,
            lao_province=lao_province(sent.other_unit, units),
            follows_id=sent.follows,
            recorded_by=viewer.name,
        )
    )
    _add_plan(session, viewer, patrol_id=sent.id, version=1, plan=plan, note=None)
    _add_parties(session, patrol_id=sent.id, named={sent.unit}, plan=plan, units=units)
    session.add(
        PatrolStep(
            patrol_id=sent.id,
            before=None,
            state=PatrolState.DRAFTED,
            side=viewer.side,
            plan_version=1,
            happened_at=now,
            reason=None,
            details={},
            recorded_by=viewer.name,
        )
    )
    session.flush()
    tell(session, viewer, "draft_patrol", sent.id, after={"code": code, **sent.model_dump(mode="json")})
    return get_patrol(session, viewer=viewer, patrol_id=sent.id)


def revise_plan(session: Session, *, viewer: Viewer, patrol_id: UUID, sent: RevisionIn) -> HeldPatrol:
    """Put a new version of the plan in the place of the last; the same plan again changes nothing.

    Raises NotNow once somebody agreed to it.
    """
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    if held.state not in OPEN_TO_CHANGE:
        raise NotNow(N_("The plan is closed to changes now; take it back into a draft first."))
    units = list_units(session, viewer=viewer)
    plan = prepare_plan(session, viewer, sent.plan, kind=held.kind, units=units)
    if plan == held.plan:  # sent twice
        return held
    version = held.plan_version + 1
    _add_plan(session, viewer, patrol_id=patrol_id, version=version, plan=plan, note=sent.note)
    _add_parties(session, patrol_id=patrol_id, named={held.unit_id}, plan=plan, units=units)
    tell(
        session,
        viewer,
        "revise_patrol_plan",
        patrol_id,
        before={"version": held.plan_version},
        after={"version": version, "plan": plan.model_dump(mode="json", exclude_none=True)},
        reason=sent.note,
    )
    return get_patrol(session, viewer=viewer, patrol_id=patrol_id)


def propose_to_other_side(
    session: Session, *, viewer: Viewer, patrol_id: UUID, sent: ProposalIn, now: datetime
) -> HeldPatrol:
    """Give the chosen parts of the plan to the other side and ask for its answer."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    found = proposal_problems(plan_facts(held.kind, held.plan))
    if found:
        raise Problems(found)
    parts = frozenset(sent.parts) | ALWAYS_GIVEN
    return step(session, viewer, held, PatrolState.PROPOSED, now=now, parts=parts, reason=sent.note)


def answer_patrol(
    session: Session, *, viewer: Viewer, patrol_id: UUID, sent: AnswerIn, now: datetime
) -> HeldPatrol:
    """Record the other side's answer: by its own people, or by who plans from its letter.

    Raises NotNow where nothing is proposed, InvalidInput where the answer leaves out what it needs.
    """
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    theirs = is_counterpart(viewer)
    if not viewer.may("answer_patrol" if theirs else "plan_patrol"):
        raise NotAllowed(N_("Your duties do not cover this."))
    if not theirs and not sent.reference:
        raise InvalidInput(N_("Name the letter that brought the answer."), field="reference")
    if sent.answer == PatrolReply.COUNTER_PROPOSED and (
        sent.counter is None or not sent.counter.model_dump(exclude_none=True)
    ):
        raise InvalidInput(N_("Say what is proposed instead."), field="counter")
    if sent.answer != PatrolReply.COUNTER_PROPOSED and sent.counter is not None:
        raise InvalidInput(N_("Only a counter-proposal says what is proposed instead."), field="counter")
    if held.state != PatrolState.PROPOSED:
        raise NotNow(N_("Nothing is proposed that could be answered."))
    state = ANSWERED[sent.answer]
    check_step(held.state, state, kind=held.kind, reason=sent.note)
    counter = sent.counter.model_dump(mode="json", exclude_none=True) if sent.counter else None
    if counter is not None:
        # The other side holds only the parts that were given: what those alone can tell is checked here.
        wrong = plan_problems(plan_facts(held.kind, countered(held.plan, counter)))
        if wrong:
            raise Problems(wrong)
    session.add(
        PatrolAnswer(
            patrol_id=patrol_id,
            audience=held.lao_province,
            plan_version=held.plan_version,
            answer=sent.answer,
            note=sent.note,
            counter=counter,
            entered_by_side=UnitSide.LA if theirs else UnitSide.VN,
            reference=sent.reference,
            recorded_by=viewer.name,
        )
    )
    session.flush()
    return step(session, viewer, held, state, now=now, reason=sent.note, permitted=True)


def accept_counter(session: Session, *, viewer: Viewer, patrol_id: UUID, now: datetime) -> HeldPatrol:
    """Take what the other side proposes instead into the plan, which both then agree to."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    answer = session.scalar(
        select(PatrolAnswer)
        .where(PatrolAnswer.patrol_id == patrol_id, PatrolAnswer.answer == PatrolReply.COUNTER_PROPOSED)
        .order_by(PatrolAnswer.id.desc())
        .limit(1)
    )
    if answer is None or answer.counter is None or held.state != PatrolState.COUNTER_PROPOSED:
        raise NotNow(N_("The other side has proposed nothing else."))
    plan = countered(held.plan, answer.counter)
    held = revise_plan(
        session, viewer=viewer, patrol_id=patrol_id, sent=RevisionIn(plan=plan, note=answer.note)
    )
    return step(session, viewer, held, PatrolState.AGREED, now=now)


def approve_patrol(session: Session, *, viewer: Viewer, patrol_id: UUID, now: datetime) -> HeldPatrol:
    """Approve what both sides agreed to, or our own side's draft."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    found = proposal_problems(plan_facts(held.kind, held.plan))
    if found:
        raise Problems(found)
    return step(session, viewer, held, PatrolState.APPROVED, now=now)


def withdraw_to_draft(
    session: Session, *, viewer: Viewer, patrol_id: UUID, reason: str | None, now: datetime
) -> HeldPatrol:
    """Take a proposed or agreed plan back into a draft, the reason given."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    return step(session, viewer, held, PatrolState.DRAFTED, now=now, reason=reason)


def cancel_patrol(
    session: Session, *, viewer: Viewer, patrol_id: UUID, reason: str | None, now: datetime
) -> HeldPatrol:
    """Cancel a patrol that has not set out, the reason given."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    if held.state == PatrolState.PROPOSED:
        raise NotNow(N_("It lies with the other side; take it back into a draft first."))
    return step(session, viewer, held, PatrolState.CANCELLED, now=now, reason=reason)


def _add_plan(
    session: Session, viewer: Viewer, *, patrol_id: UUID, version: int, plan: Plan, note: str | None
) -> None:
    session.execute(
        insert(PatrolPlan).values(
            patrol_id=patrol_id,
            version=version,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            content=plan.model_dump(mode="json", exclude_none=True),
            note=note,
            recorded_by=viewer.name,
        )
    )


def _add_parties(
    session: Session, *, patrol_id: UUID, named: set[str], plan: Plan, units: Mapping[str, UnitFacts]
) -> None:
    for team in plan.teams:
        named |= {team.unit, *team.others}
    ours = {unit for unit in named if units[unit].side == UnitSide.VN}
    above = {parent for unit in ours if (parent := units[unit].parent_id) is not None}
    session.execute(
        insert(PatrolParty)
        .values([{"patrol_id": patrol_id, "unit_id": unit} for unit in sorted(ours | above)])
        .on_conflict_do_nothing()
    )
