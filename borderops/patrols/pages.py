"""The pages of patrols: the programme, one patrol, and the steps that are taken on its page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.forgery import FormDep
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.queries import list_units
from borderops.core.clock import BORDER_TIME, today
from borderops.core.errors import BorderopsError, Conflict, NotAllowed, Problems
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.patrols import actions, queries
from borderops.patrols.covering import list_tracks
from borderops.patrols.forms import chosen, new_ids, read, typed
from borderops.patrols.planned import Planned, lay_out
from borderops.patrols.programme import make_programme
from borderops.patrols.recorded import Candidate, get_record, list_candidates
from borderops.patrols.recording import SLACK
from borderops.patrols.rules import ENDED, OPEN_TO_CHANGE, WALKED, PatrolReply, PatrolState, Task, next_steps
from borderops.patrols.schemas import (
    ALWAYS_GIVEN,
    USUALLY_GIVEN,
    AnswerIn,
    Counter,
    PlanPart,
    ProposalIn,
)
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render
from borderops.ui.notices import leave_notices, read_notices, take_notices

router = APIRouter(include_in_schema=False)

READS = [Depends(requires(Permission.READ_PATROLS))]
PLANS = [Depends(requires(Permission.PLAN_PATROL))]
APPROVES = [Depends(requires(Permission.APPROVE_PATROL))]
ANSWERS = [Depends(requires(Permission.ANSWER_PATROL))]


#: What a counter-proposal changes, by the form; the API takes sections and teams too.
COUNTERED = ("starts_on", "ends_on", "meeting_point", "meeting_at")


@router.get("/patrols", name="patrols", dependencies=READS)
def programme(request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """The programme of a year or a quarter by post, and the list of its patrols."""
    year = _number(request, "year", range(2000, 2100)) or today(now).year
    quarter = _number(request, "quarter", range(1, 5))
    units = list_units(session, viewer=viewer)
    unit = request.query_params.get("unit") or None
    found = queries.list_patrols(session, viewer=viewer, unit=unit if unit in units else None)
    shown = make_programme(found, units, year=year, quarter=quarter)
    listed = [
        held
        for held in found
        if held.plan.starts_on.year == year and held.plan.starts_on.month in shown.months
    ]
    return render(
        request,
        "patrols/programme.html",
        as_of_bar=False,
        programme=shown,
        patrols=listed,
        units=units,
        quarter=quarter,
        unit=unit,
        planners=sorted({held.unit_id for held in queries.list_patrols(session, viewer=viewer)}),
        given=queries.is_counterpart(viewer),
        may_plan=viewer.may(Permission.PLAN_PATROL),
        may_watch=viewer.may(Permission.READ_HISTORY),
    )


@router.get("/patrols/{patrol_id:uuid}", name="patrol", dependencies=READS)
def patrol(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID
) -> Response:
    """One patrol: its plan, its state, what was recorded, and what may be done now. Raises NotFound."""
    reply = patrol_page(request, session, viewer, now, patrol_id=patrol_id)
    take_notices(request, reply)
    return reply


def patrol_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    now: datetime,
    *,
    patrol_id: UUID,
    problems: Sequence[BorderopsError] = (),
    values: Mapping[str, str] | None = None,
) -> Response:
    """The page of a patrol, with what was wrong with the form that was sent from it."""
    held = queries.get_patrol(session, viewer=viewer, patrol_id=patrol_id)
    conflict = any(isinstance(problem, Conflict) for problem in problems)
    disclosure = queries.find_disclosure(session, patrol_id=patrol_id)
    open_steps = {
        step.after: step for step in next_steps(held.state, held.kind) if viewer.may(step.permission)
    }
    local = now.astimezone(BORDER_TIME)
    planned = lay_out(session, viewer=viewer, held=held)
    return render(
        request,
        "patrols/patrol.html",
        status_code=409 if conflict else 422 if problems else 200,
        as_of_bar=False,
        held=held,
        plan=held.plan,
        planned=planned,
        candidates=_candidates(session, planned, now),
        steps=queries.list_steps(session, patrol_id=patrol_id),
        answers=queries.list_answers(session, patrol_id=patrol_id),
        plans=queries.list_plans(session, patrol_id=patrol_id),
        tracks=[] if held.given else list_tracks(session, patrol_id=patrol_id),
        record=None if held.given else get_record(session, patrol_id=patrol_id),
        radio=[] if held.given else queries.list_radio(session, patrol_id=patrol_id),
        next_id=None if held.given else queries.find_next(session, viewer=viewer, patrol_id=patrol_id),
        units=list_units(session, viewer=viewer),
        open_steps=open_steps,
        may_plan=viewer.may(Permission.PLAN_PATROL) and not held.given,
        may_record=viewer.may(Permission.RECORD_PATROL) and held.state in WALKED and not held.given,
        may_answer=viewer.may(Permission.ANSWER_PATROL) and held.given and held.state == PatrolState.PROPOSED,
        changeable=held.state in OPEN_TO_CHANGE,
        ended=held.state in ENDED,
        plan_parts=list(PlanPart),
        always=ALWAYS_GIVEN,
        usually=frozenset(disclosure.content["parts"]) if disclosure and not held.given else USUALLY_GIVEN,
        given_parts=disclosure.content["parts"] if disclosure else None,
        tasks=[task for task in Task if task != Task.CHECK],
        ids=new_ids("radio", "visit", "walk", "work", "track", "next"),
        today=today(now).isoformat(),
        moment_now=local.strftime("%Y-%m-%dT%H:%M"),
        problems=problems,
        wrong=ProblemsAt(problems),
        values=dict(values or {}),
        said=read_notices(request),
    )


def _candidates(session: Session, planned: Planned, now: datetime) -> Sequence[Candidate]:
    """Inspections that may have been made on the patrol, once it has set out."""
    held = planned.held
    started = None if held.given else queries.started_at(session, patrol_id=held.id)
    if started is None:
        return ()
    last = datetime.combine(held.plan.ends_on, time.max, BORDER_TIME)
    return list_candidates(
        session,
        patrol_id=held.id,
        features=[place.feature.id for place in planned.places if place.feature is not None],
        since=started - SLACK,
        until=min(now, max(last, started) + SLACK),
    )


def do(
    request: Request,
    session: Session,
    viewer: Viewer,
    now: datetime,
    *,
    patrol_id: UUID,
    act: Callable[[], Sequence[Message]],
    values: Mapping[str, str] | None = None,
) -> Response:
    """Do what a form on the patrol's page asks for and lead back to it, or show what is wrong.

    Actions check everything before they write: a page that comes back has recorded nothing.
    """
    try:
        said = act()
    except (Problems, BorderopsError) as error:
        if isinstance(error, NotAllowed):
            raise
        problems = error.problems if isinstance(error, Problems) else (error,)
        return patrol_page(
            request, session, viewer, now, patrol_id=patrol_id, problems=problems, values=values
        )
    reply = RedirectResponse(onward(request, "patrol", patrol_id=patrol_id), status_code=303)
    leave_notices(reply, said)
    return reply


@router.post("/patrols/{patrol_id:uuid}/propose", name="propose_patrol", dependencies=PLANS)
def propose(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, form: FormDep, patrol_id: UUID
) -> Response:
    """Give the chosen parts of the plan to the other side."""

    def act() -> Sequence[Message]:
        sent = read(ProposalIn, {"parts": chosen(form, "parts"), "note": typed(form).get("note", "")})
        actions.propose_to_other_side(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
        return [Message(N_("The plan lies with the other side now, in the parts that you chose."))]

    return do(request, session, viewer, now, patrol_id=patrol_id, act=act, values=typed(form))


@router.post("/patrols/{patrol_id:uuid}/accept", name="accept_counter", dependencies=PLANS)
def accept(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID
) -> Response:
    """Take what the other side proposes instead into the plan."""

    def act() -> Sequence[Message]:
        actions.accept_counter(session, viewer=viewer, patrol_id=patrol_id, now=now)
        return [Message(N_("The plan is changed as the other side proposed, and both agree to it."))]

    return do(request, session, viewer, now, patrol_id=patrol_id, act=act)


@router.post("/patrols/{patrol_id:uuid}/redraft", name="redraft_patrol", dependencies=PLANS)
def redraft(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, form: FormDep, patrol_id: UUID
) -> Response:
    """Take the plan back into a draft."""

    def act() -> Sequence[Message]:
        reason = typed(form).get("reason") or None
        actions.withdraw_to_draft(session, viewer=viewer, patrol_id=patrol_id, reason=reason, now=now)
        return [Message(N_("The plan is a draft again. The other side sees that."))]

    return do(request, session, viewer, now, patrol_id=patrol_id, act=act, values=typed(form))


@router.post("/patrols/{patrol_id:uuid}/cancel", name="cancel_patrol", dependencies=PLANS)
def cancel(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, form: FormDep, patrol_id: UUID
) -> Response:
    """Cancel the patrol."""

    def act() -> Sequence[Message]:
        reason = typed(form).get("reason") or None
        actions.cancel_patrol(session, viewer=viewer, patrol_id=patrol_id, reason=reason, now=now)
        return [Message(N_("The patrol is cancelled; its record stays."))]

    return do(request, session, viewer, now, patrol_id=patrol_id, act=act, values=typed(form))


@router.post("/patrols/{patrol_id:uuid}/approve", name="approve_patrol", dependencies=APPROVES)
def approve(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID
) -> Response:
    """Approve the plan."""

    def act() -> Sequence[Message]:
        actions.approve_patrol(session, viewer=viewer, patrol_id=patrol_id, now=now)
        return [Message(N_("The patrol is approved and may set out."))]

    return do(request, session, viewer, now, patrol_id=patrol_id, act=act)


@router.post("/patrols/{patrol_id:uuid}/answer", name="answer_patrol", dependencies=ANSWERS)
def answer(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, form: FormDep, patrol_id: UUID
) -> Response:
    """Answer as the other side."""
    return _answered(request, session, viewer, now, form, patrol_id)


@router.post("/patrols/{patrol_id:uuid}/letter", name="enter_letter", dependencies=PLANS)
def enter_letter(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, form: FormDep, patrol_id: UUID
) -> Response:
    """Enter the other side's answer from its letter."""
    return _answered(request, session, viewer, now, form, patrol_id)


def _answered(
    request: Request, session: Session, viewer: Viewer, now: datetime, form: FormDep, patrol_id: UUID
) -> Response:
    values = typed(form)

    def act() -> Sequence[Message]:
        counter = None
        if values.get("answer") == PatrolReply.COUNTER_PROPOSED:
            counter = read(
                Counter,
                {
                    name: values.get(name, "")
                    for name in ("starts_on", "ends_on", "meeting_point", "meeting_at")
                },
            )
        sent = read(AnswerIn, {name: values.get(name, "") for name in ("answer", "note", "reference")})
        actions.answer_patrol(
            session,
            viewer=viewer,
            patrol_id=patrol_id,
            sent=sent.model_copy(update={"counter": counter}),
            now=now,
        )
        return [Message(N_("The answer is recorded."))]

    return do(request, session, viewer, now, patrol_id=patrol_id, act=act, values=values)


def _number(request: Request, name: str, allowed: range) -> int | None:
    """A number of the address, or None where there is none that can be meant."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:5]) in allowed else None
