"""The pages of patrols: the programme, one patrol, and what every form on its page has in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Annotated
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
from borderops.core.messages import Message
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.patrols import queries
from borderops.patrols.forms import new_ids, typed
from borderops.patrols.programme import make_programme
from borderops.patrols.proposals.planned import Planned, lay_out
from borderops.patrols.proposals.walking_by import walking_said
from borderops.patrols.recording.actions import SLACK
from borderops.patrols.recording.queries import Candidate, get_record, list_candidates, list_tracks
from borderops.patrols.rules import ENDED, OPEN_TO_CHANGE, WALKED, PatrolState, Task, next_steps
from borderops.patrols.schemas import ALWAYS_GIVEN, USUALLY_GIVEN, PlanPart
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render
from borderops.ui.notices import leave_notices, read_notices, take_notices

router = APIRouter(include_in_schema=False)

READS = [Depends(requires(Permission.READ_PATROLS))]


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
        walking=walking_said(held.plan.walking_by) if held.plan.walking_by else None,
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
        # A form that comes back is open; the forms of a page share names of fields.
        form_sent=request.scope["route"].name if problems else None,
        day_of=date.fromisoformat,
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


@dataclass
class PatrolForm:
    """A form that was sent from a patrol's page: by whom, when, and what was typed."""

    request: Request
    session: SessionDep
    viewer: ViewerDep
    now: NowDep
    form: FormDep
    patrol_id: UUID

    @cached_property
    def values(self) -> dict[str, str]:
        """Everything typed or chosen, by field."""
        return typed(self.form)

    def do(self, act: Callable[[], Sequence[Message]]) -> Response:
        """Do what the form asks for and lead back to the page, or show it with what is wrong.

        Actions check everything before they write: a page that comes back has recorded nothing.
        """
        try:
            said = act()
        except (Problems, BorderopsError) as error:
            if isinstance(error, NotAllowed):
                raise
            problems = error.problems if isinstance(error, Problems) else (error,)
            return patrol_page(
                self.request,
                self.session,
                self.viewer,
                self.now,
                patrol_id=self.patrol_id,
                problems=problems,
                values=self.values,
            )
        reply = RedirectResponse(onward(self.request, "patrol", patrol_id=self.patrol_id), status_code=303)
        leave_notices(reply, said)
        return reply


PatrolFormDep = Annotated[PatrolForm, Depends()]


def _number(request: Request, name: str, allowed: range) -> int | None:
    """A number of the address, or None where there is none that can be meant."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:5]) in allowed else None
