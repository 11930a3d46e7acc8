"""The steps of a plan that are taken on a patrol's page: proposing, answering, approving, taking back."""

from fastapi import APIRouter, Depends, Response

from borderops.accounts.rules import Permission
from borderops.accounts.web import requires
from borderops.core.messages import N_, Message
from borderops.patrols import actions
from borderops.patrols.forms import chosen, read
from borderops.patrols.pages import PatrolForm, PatrolFormDep
from borderops.patrols.rules import PatrolReply
from borderops.patrols.schemas import AnswerIn, Counter, ProposalIn

router = APIRouter(prefix="/patrols/{patrol_id:uuid}", include_in_schema=False)

PLANS = [Depends(requires(Permission.PLAN_PATROL))]
APPROVES = [Depends(requires(Permission.APPROVE_PATROL))]
ANSWERS = [Depends(requires(Permission.ANSWER_PATROL))]

#: What a counter-proposal changes, by the form; the API takes sections and teams too.
COUNTERED = ("starts_on", "ends_on", "meeting_point", "meeting_at")


@router.post("/propose", name="propose_patrol", dependencies=PLANS)
def propose(asked: PatrolFormDep) -> Response:
    """Give the chosen parts of the plan to the other side."""

    def act() -> list[Message]:
        proposal = read(
            ProposalIn, {"parts": chosen(asked.form, "parts"), "note": asked.values.get("note", "")}
        )
        actions.propose_to_other_side(
            asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, sent=proposal, now=asked.now
        )
        return [Message(N_("The plan lies with the other side now, in the parts that you chose."))]

    return asked.do(act)


@router.post("/accept", name="accept_counter", dependencies=PLANS)
def accept(asked: PatrolFormDep) -> Response:
    """Take what the other side proposes instead into the plan."""

    def act() -> list[Message]:
        actions.accept_counter(asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, now=asked.now)
        return [Message(N_("The plan is changed as the other side proposed, and both agree to it."))]

    return asked.do(act)


@router.post("/redraft", name="redraft_patrol", dependencies=PLANS)
def redraft(asked: PatrolFormDep) -> Response:
    """Take the plan back into a draft."""

    def act() -> list[Message]:
        reason = asked.values.get("reason") or None
        actions.withdraw_to_draft(
            asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, reason=reason, now=asked.now
        )
        return [Message(N_("The plan is a draft again. The other side sees that."))]

    return asked.do(act)


@router.post("/cancel", name="cancel_patrol", dependencies=PLANS)
def cancel(asked: PatrolFormDep) -> Response:
    """Cancel the patrol."""

    def act() -> list[Message]:
        reason = asked.values.get("reason") or None
        actions.cancel_patrol(
            asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, reason=reason, now=asked.now
        )
        return [Message(N_("The patrol is cancelled; its record stays."))]

    return asked.do(act)


@router.post("/approve", name="approve_patrol", dependencies=APPROVES)
def approve(asked: PatrolFormDep) -> Response:
    """Approve the plan."""

    def act() -> list[Message]:
        actions.approve_patrol(asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, now=asked.now)
        return [Message(N_("The patrol is approved and may set out."))]

    return asked.do(act)


@router.post("/answer", name="answer_patrol", dependencies=ANSWERS)
def answer(asked: PatrolFormDep) -> Response:
    """Answer as the other side."""
    return _answered(asked)


@router.post("/letter", name="enter_letter", dependencies=PLANS)
def enter_letter(asked: PatrolFormDep) -> Response:
    """Enter the other side's answer from its letter."""
    return _answered(asked)


def _answered(asked: PatrolForm) -> Response:
    def act() -> list[Message]:
        given = read(AnswerIn, {name: asked.values.get(name, "") for name in ("answer", "note", "reference")})
        if given.answer == PatrolReply.COUNTER_PROPOSED:
            given.counter = read(Counter, {name: asked.values.get(name, "") for name in COUNTERED})
        actions.answer_patrol(
            asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, sent=given, now=asked.now
        )
        return [Message(N_("The answer is recorded."))]

    return asked.do(act)
