"""Patrols over HTTP: the programme, one patrol, its plan up to approval, coverage, the duty watch."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, status

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.clock import today
from borderops.core.texts import Day
from borderops.core.web import NowDep, SessionDep
from borderops.patrols import actions, queries
from borderops.patrols.coverage.duty import list_under_way
from borderops.patrols.coverage.queries import Asked, coverage_out, get_coverage
from borderops.patrols.ground import read_section
from borderops.patrols.recording.queries import told
from borderops.patrols.replies import CoverageOut, PatrolDetail, PatrolOut, WatchOut
from borderops.patrols.rules import PatrolState
from borderops.patrols.schemas import AnswerIn, PatrolIn, ProposalIn, RevisionIn, StepIn
from borderops.ui.problems import problems_documented

router = APIRouter(prefix="/api/v1/patrols", tags=["patrols"])

READS = [Depends(requires(Permission.READ_PATROLS))]
PLANS = [Depends(requires(Permission.PLAN_PATROL))]
OWN = [Depends(requires(Permission.READ_HISTORY))]


@router.get("", dependencies=READS, responses=problems_documented(422))
def list_patrols(
    session: SessionDep,
    viewer: ViewerDep,
    since: Annotated[Day | None, Query(description="Overlapping this day or later.")] = None,
    until: Annotated[Day | None, Query(description="Overlapping this day or earlier.")] = None,
    unit: Annotated[str | None, Query(max_length=200, description="Id of a unit taking part.")] = None,
    state: Annotated[list[PatrolState] | None, Query()] = None,
) -> list[PatrolOut]:
    """The patrols that the viewer's units take part in, by their first day."""
    found = queries.list_patrols(
        session, viewer=viewer, since=since, until=until, unit=unit, states=state or ()
    )
    return [queries.patrol_out(held) for held in found]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=PLANS,
    responses=problems_documented(403, 404, 409, 422),
)
def draft_patrol(session: SessionDep, viewer: ViewerDep, now: NowDep, sent: PatrolIn) -> PatrolDetail:
    """Draft a patrol. Sending the same one again changes nothing."""
    actions.draft_patrol(session, viewer=viewer, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=sent.id)


@router.get("/coverage", dependencies=OWN, responses=problems_documented(404, 422))
def read_coverage(
    session: SessionDep,
    viewer: ViewerDep,
    now: NowDep,
    as_of: Annotated[Day | None, Query(description="Today where it is left out.")] = None,
    unit: Annotated[str | None, Query(max_length=200, description="The part of one post or company.")] = None,
    section: Annotated[str | None, Query(max_length=200, examples=["420–422"])] = None,
    side: Annotated[
        list[Literal["VN", "LA"]] | None, Query(description="Only walks at which these were present.")
    ] = None,
) -> CoverageOut:
    """What of the line was walked and seen, when last, and what has been left for too long."""
    day: date = as_of or today(now)
    asked = Asked(
        as_of=day, sides=tuple(side or ()), unit=unit, section=read_section(section) if section else None
    )
    return coverage_out(get_coverage(session, viewer=viewer, asked=asked))


@router.get("/under-way", dependencies=OWN)
def list_on_duty(session: SessionDep, viewer: ViewerDep, now: NowDep) -> list[WatchOut]:
    """The patrols under way, when each was last heard of, and which is late."""
    return [
        WatchOut(
            patrol=queries.patrol_out(one.held),
            started_at=one.started_at,
            last_heard_at=one.standing.last_heard_at,
            due_at=one.standing.due_at,
            late_minutes=one.late_minutes,
        )
        for one in list_under_way(session, viewer=viewer, now=now)
    ]


@router.get("/{patrol_id}", dependencies=READS, responses=problems_documented(404, 422))
def get_patrol(session: SessionDep, viewer: ViewerDep, patrol_id: UUID) -> PatrolDetail:
    """One patrol with its plan and history; to the other side's people what was given to them."""
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/{patrol_id}/plan", dependencies=PLANS, responses=problems_documented(403, 404, 409, 422))
def revise_plan(session: SessionDep, viewer: ViewerDep, patrol_id: UUID, sent: RevisionIn) -> PatrolDetail:
    """Put a new version of the plan in the place of the last, while nobody has agreed to it."""
    actions.revise_plan(session, viewer=viewer, patrol_id=patrol_id, sent=sent)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/{patrol_id}/proposal", dependencies=PLANS, responses=problems_documented(403, 404, 409, 422))
def make_proposal(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: ProposalIn
) -> PatrolDetail:
    """Give the chosen parts of the plan to the other side and ask for its answer."""
    actions.propose_to_other_side(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post(
    "/{patrol_id}/answer",
    dependencies=[Depends(requires(Permission.ANSWER_PATROL))],
    responses=problems_documented(403, 404, 409, 422),
)
def make_answer(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: AnswerIn
) -> PatrolDetail:
    """Answer what was proposed, as the other side."""
    actions.answer_patrol(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/{patrol_id}/letter", dependencies=PLANS, responses=problems_documented(403, 404, 409, 422))
def record_letter(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: AnswerIn
) -> PatrolDetail:
    """Enter the other side's answer from its letter, which `reference` names."""
    actions.answer_patrol(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/{patrol_id}/acceptance", dependencies=PLANS, responses=problems_documented(403, 404, 409, 422))
def take_counter_proposal(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID
) -> PatrolDetail:
    """Take what the other side proposes instead into the plan."""
    actions.accept_counter(session, viewer=viewer, patrol_id=patrol_id, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post(
    "/{patrol_id}/approval",
    dependencies=[Depends(requires(Permission.APPROVE_PATROL))],
    responses=problems_documented(403, 404, 409, 422),
)
def approve_plan(session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID) -> PatrolDetail:
    """Approve what both sides agreed to, or our own side's draft."""
    actions.approve_patrol(session, viewer=viewer, patrol_id=patrol_id, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/{patrol_id}/draft", dependencies=PLANS, responses=problems_documented(403, 404, 409, 422))
def take_back(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: StepIn
) -> PatrolDetail:
    """Take a proposed or agreed plan back into a draft."""
    actions.withdraw_to_draft(session, viewer=viewer, patrol_id=patrol_id, reason=sent.reason, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post(
    "/{patrol_id}/cancellation", dependencies=PLANS, responses=problems_documented(403, 404, 409, 422)
)
def call_off(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: StepIn
) -> PatrolDetail:
    """Cancel a patrol that has not set out."""
    actions.cancel_patrol(session, viewer=viewer, patrol_id=patrol_id, reason=sent.reason, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)
