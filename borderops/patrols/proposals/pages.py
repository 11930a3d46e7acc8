"""Having a plan proposed: wishes, progress while it is calculated, why and why not, taking it over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.forgery import FormDep
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.errors import BorderopsError, NotAllowed, Problems
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import FilesDep, NowDep, SessionDep
from borderops.patrols.forms import read, typed
from borderops.patrols.ground import in_sections, list_placed, read_section
from borderops.patrols.models import PatrolRun
from borderops.patrols.parties import groups_of
from borderops.patrols.proposals.figures import get_figures, get_points
from borderops.patrols.proposals.hours import hours_said, limits_said
from borderops.patrols.proposals.planned import lay_out
from borderops.patrols.proposals.runs import (
    adopt_run,
    begin_run,
    calculate,
    find_run,
    get_run,
    state_of,
    stop_run,
)
from borderops.patrols.proposals.walking_by import walking_said
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.queries import HeldPatrol, get_patrol
from borderops.patrols.rules import OPEN_TO_CHANGE, RunState
from borderops.patrols.schemas import DayHours, WalkingBasis
from borderops.patrols.walking.brought import FOLDER
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render
from borderops.ui.notices import leave_notices

router = APIRouter(prefix="/patrols/{patrol_id:uuid}/planner", include_in_schema=False)

PLANS = [Depends(requires(Permission.PLAN_PATROL))]


@router.get("", name="plan_patrol", dependencies=PLANS)
def planner(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID
) -> Response:
    """The planner's page: wishes, the last run and what it proposes. Raises NotFound."""
    return _page(request, session, viewer, now, patrol_id=patrol_id)


@router.post("", name="start_planner", dependencies=PLANS)
def start(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    now: NowDep,
    form: FormDep,
    files: FilesDep,
    behind: BackgroundTasks,
    patrol_id: UUID,
) -> Response:
    """Begin a run with these wishes; it is calculated behind the page."""
    values = typed(form)
    try:
        run = begin_run(session, viewer=viewer, patrol_id=patrol_id, wish=read_wish(values), now=now)
    except BorderopsError as error:
        if isinstance(error, NotAllowed):
            raise
        problems = error.problems if isinstance(error, Problems) else (error,)
        return _page(
            request, session, viewer, now, patrol_id=patrol_id, values=values, problems=list(problems)
        )
    # The reply is sent and the transaction committed before it begins.
    behind.add_task(
        calculate,
        request.app.state.sessions,
        viewer=viewer,
        run_id=run.id,
        folder=files.folder.parent / FOLDER,
    )
    return RedirectResponse(onward(request, "plan_patrol", patrol_id=patrol_id), status_code=303)


@router.get("/{run_id:uuid}", name="planner_run", dependencies=PLANS)
def progress(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    now: NowDep,
    patrol_id: UUID,
    run_id: UUID,
) -> Response:
    """How far a run is, as the part of the page that is fetched again and again until it has ended."""
    run = get_run(session, viewer=viewer, patrol_id=patrol_id, run_id=run_id)
    state = state_of(run, now=now)
    reply = render(
        request,
        "patrols/run.html",
        run=run,
        state=state,
        wish=Wish.model_validate(run.asked),
        patrol_id=patrol_id,
    )
    if state != RunState.RUNNING:
        # The whole page is drawn anew: it has more to show than this part.
        reply.headers["HX-Refresh"] = "true"
    return reply


@router.post("/{run_id:uuid}/stop", name="stop_planner", dependencies=PLANS)
def stop(request: Request, session: SessionDep, viewer: ViewerDep, patrol_id: UUID, run_id: UUID) -> Response:
    """Stop a run; it ends with the best plan found so far."""
    stop_run(session, viewer=viewer, patrol_id=patrol_id, run_id=run_id)
    return RedirectResponse(onward(request, "plan_patrol", patrol_id=patrol_id), status_code=303)


@router.post("/{run_id:uuid}/adopt", name="adopt_proposal", dependencies=PLANS)
def adopt(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, run_id: UUID
) -> Response:
    """Take what a run proposes into the plan."""
    try:
        adopt_run(session, viewer=viewer, patrol_id=patrol_id, run_id=run_id)
    except BorderopsError as error:
        if isinstance(error, NotAllowed):
            raise
        return _page(request, session, viewer, now, patrol_id=patrol_id, problems=[error])
    reply = RedirectResponse(onward(request, "patrol", patrol_id=patrol_id), status_code=303)
    leave_notices(reply, [Message(N_("The proposed way is in the plan, as a new version."))])
    return reply


def read_wish(values: Mapping[str, str]) -> Wish:
    """The wishes that were typed. Raises Problems and NotANumber, each at its field."""
    given: dict[str, Any] = {
        name: values.get(name, "") for name in ("seconds", "seed", "factor", "sets_out", "back_by")
    }
    given["factor"] = given["factor"].replace(",", ".")
    speed = values.get("speed", "").replace(",", ".")
    try:
        given["metres_an_hour"] = float(speed) * 1000 if speed else ""
    except ValueError:
        given["metres_an_hour"] = speed
    wishes = {name.removeprefix("wish-"): value for name, value in values.items() if name.startswith("wish-")}
    given["pins"] = [feature for feature, wish in wishes.items() if wish == "pin"]
    given["forbidden"] = [feature for feature, wish in wishes.items() if wish == "forbid"]
    places = {
        name.removeprefix("order-"): int(value)
        for name, value in values.items()
        if name.startswith("order-") and value.isascii() and value.isdigit()
    }
    given["order"] = sorted(places, key=lambda feature: places[feature])
    given["closed"] = [
        read_section(piece, field="closed").model_dump()
        for piece in values.get("closed", "").replace(";", "\n").splitlines()
        if piece.strip()
    ]
    return read(Wish, given)


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    now: datetime,
    *,
    patrol_id: UUID,
    values: Mapping[str, str] | None = None,
    problems: list[BorderopsError] | None = None,
) -> Response:
    held = get_patrol(session, viewer=viewer, patrol_id=patrol_id)
    run = find_run(session, viewer=viewer, patrol_id=patrol_id)
    wish = Wish.model_validate(run.asked) if run is not None else Wish()
    placed = list_placed(session, viewer=viewer, on=held.plan.starts_on)
    state = state_of(run, now=now) if run is not None else None
    return render(
        request,
        "patrols/planner.html",
        status_code=422 if problems else 200,
        as_of_bar=False,
        held=held,
        changeable=held.state in OPEN_TO_CHANGE,
        run=run,
        state=state,
        wish=wish,
        result=run.result if run is not None and state != RunState.FAILED else None,
        failure=run.result.get("problem") if run is not None and run.result else None,
        features=in_sections(placed, held.plan),
        planned=lay_out(session, viewer=viewer, held=held),
        figures=list(get_figures(session, on=held.plan.starts_on).by_key.values()),
        points=get_points(session, on=held.plan.starts_on),
        groups=_walking(held),
        walking=_walking_told(run),
        hours_by_day=_hours_by_day(run),
        patrol_id=patrol_id,
        values=dict(values or {}),
        problems=problems or [],
        wrong=ProblemsAt(problems or []),
    )


def _walking_told(run: PatrolRun | None) -> Message | None:
    """What the walking times of a run's proposal rest on, in words."""
    told = (run.result or {}).get("walking_by") if run is not None else None
    return walking_said(WalkingBasis.model_validate(told)) if told else None


def _hours_by_day(run: PatrolRun | None) -> dict[int, tuple[Message, list[Message]]]:
    """The hours that a run's proposal keeps to and the seasons of each day, in words."""
    told = (run.result or {}).get("hours", []) if run is not None else []
    return {one.day: (hours_said(one), limits_said(one)) for one in map(DayHours.model_validate, told)}


def _walking(held: HeldPatrol) -> list[tuple[str, ...]]:
    """The keys of the teams that walk together, party by party, then each other team's."""
    groups = [tuple(team.key for team in group) for group in groups_of(held.plan.teams, kind=held.kind)]
    grouped = {key for group in groups for key in group}
    return groups + [(team.key,) for team in held.plan.teams if team.key not in grouped]
