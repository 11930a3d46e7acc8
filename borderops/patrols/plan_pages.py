"""The form of a plan: a new draft, or a new version of one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.forgery import FormDep
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.queries import UnitFacts, list_units
from borderops.boundary.rules import UnitKind
from borderops.core.clock import today
from borderops.core.errors import BorderopsError, Conflict, NotAllowed, Problems
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.patrols.actions import draft_patrol, revise_plan
from borderops.patrols.forms import (
    CROSSING_ROWS,
    TEAM_ROWS,
    chosen,
    plan_values,
    read,
    read_id,
    read_plan,
    typed,
)
from borderops.patrols.queries import HeldPatrol, get_patrol
from borderops.patrols.rules import PatrolKind, PatrolLevel, Task
from borderops.patrols.schemas import PatrolIn, RevisionIn
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render, request_translator
from borderops.ui.notices import leave_notices

router = APIRouter(include_in_schema=False)

PLANS = [Depends(requires(Permission.PLAN_PATROL))]

OURS = frozenset({UnitKind.BORDER_POST, UnitKind.PROVINCE})
THEIRS = frozenset({UnitKind.LAO_COMPANY, UnitKind.LAO_PROVINCE})


@router.get("/patrols/new", name="new_patrol", dependencies=PLANS)
def new_patrol(request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """The empty form of a plan: next week, for two days."""
    start = today(now) + timedelta(days=7)
    values = {
        "id": str(uuid4()),
        "kind": PatrolKind.JOINT.value,
        "level": PatrolLevel.POST.value,
        "starts_on": start.isoformat(),
        "ends_on": (start + timedelta(days=1)).isoformat(),
        "radio_every_hours": "6",
        "team1_side": "VN",
        "team2_side": "LA",
        "sections": request.query_params.get("section", ""),
        "unit": request.query_params.get("unit", ""),
    }
    return _form(request, session, viewer, now, held=None, values=values, tasks=[Task.CHECK, Task.CLEAR])


@router.post("/patrols/new", name="draft_patrol_form", dependencies=PLANS)
def draft(request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, form: FormDep) -> Response:
    """Draft the patrol that was typed, or show what is wrong with it."""
    values = typed(form)
    about = {name: values.get(name, "") for name in ("kind", "level", "unit", "other_unit")}
    if about["kind"] == PatrolKind.OWN_SIDE:
        about["other_unit"] = ""
    try:
        plan = read_plan(form, keep=None)
        sent = read(PatrolIn, {**about, "id": read_id(values), "plan": plan})
        held = draft_patrol(session, viewer=viewer, sent=sent, now=now)
    except BorderopsError as error:
        if isinstance(error, NotAllowed):
            raise
        return _form(
            request,
            session,
            viewer,
            now,
            held=None,
            values=values,
            tasks=chosen(form, "tasks"),
            problems=error.problems if isinstance(error, Problems) else (error,),
        )
    return _on(request, held, N_("The draft is kept. Nobody else is told of it yet."))


@router.get("/patrols/{patrol_id:uuid}/plan", name="edit_plan", dependencies=PLANS)
def edit_plan(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID
) -> Response:
    """The form of a plan that is held. Raises NotFound."""
    held = get_patrol(session, viewer=viewer, patrol_id=patrol_id)
    values = plan_values(held.plan)
    return _form(request, session, viewer, now, held=held, values=values, tasks=held.plan.tasks)


@router.post("/patrols/{patrol_id:uuid}/plan", name="revise_plan_form", dependencies=PLANS)
def revise(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, form: FormDep, patrol_id: UUID
) -> Response:
    """Put what was typed in the place of the plan, as a new version."""
    held = get_patrol(session, viewer=viewer, patrol_id=patrol_id)
    try:
        plan = read_plan(form, keep=held.plan)
        note = typed(form).get("note") or None
        revise_plan(session, viewer=viewer, patrol_id=patrol_id, sent=RevisionIn(plan=plan, note=note))
    except BorderopsError as error:
        if isinstance(error, NotAllowed):
            raise
        return _form(
            request,
            session,
            viewer,
            now,
            held=held,
            values=typed(form),
            tasks=chosen(form, "tasks"),
            problems=error.problems if isinstance(error, Problems) else (error,),
        )
    return _on(request, held, N_("The plan is changed; the version before stays in its history."))


def _on(request: Request, held: HeldPatrol, said: str) -> Response:
    reply = RedirectResponse(onward(request, "patrol", patrol_id=held.id), status_code=303)
    leave_notices(reply, [Message(said)])
    return reply


def _form(
    request: Request,
    session: Session,
    viewer: Viewer,
    now: datetime,
    *,
    held: HeldPatrol | None,
    values: Mapping[str, str],
    tasks: Sequence[str],
    problems: Sequence[BorderopsError] = (),
) -> Response:
    language = request_translator(request).language
    units = list_units(session, viewer=viewer)
    conflict = any(isinstance(problem, Conflict) for problem in problems)
    return render(
        request,
        "patrols/plan.html",
        status_code=409 if conflict else 422 if problems else 200,
        as_of_bar=False,
        held=held,
        values=values,
        chosen_tasks=[str(task) for task in tasks],
        tasks=list(Task),
        kinds=list(PatrolKind),
        levels=list(PatrolLevel),
        our_units=unit_choices(units, OURS, today(now), language, own=viewer),
        their_units=unit_choices(units, THEIRS, today(now), language),
        all_units=unit_choices(units, OURS | THEIRS | {UnitKind.COMMUNE}, today(now), language),
        team_rows=range(1, TEAM_ROWS + 1),
        crossing_rows=range(1, CROSSING_ROWS + 1),
        picker=_picker(request),
        problems=problems,
        wrong=ProblemsAt(problems),
    )


def _picker(request: Request) -> dict[str, object]:
    """What the map needs on which places are chosen: where its data is, and its words."""
    say = request_translator(request)
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return {
        "language": say.language,
        "features_url": f"{root}{request.app.url_path_for('list_features')}",
        "ground_url": f"{root}{request.app.url_path_for('map_ground')}?lang={say.language}",
        "texts": {
            "map": say.t(N_("Map on which places are chosen")),
            "zoom_in": say.t(N_("Nearer")),
            "zoom_out": say.t(N_("Farther")),
            "failed": say.t(N_("The map's data could not be fetched.")),
            "camp": say.t(N_("Camp")),
            "credit": say.t(N_("Border line: for orientation, not for demarcation"))
            + " © OpenStreetMap contributors, ODbL",
        },
    }


def unit_choices(
    units: Mapping[str, UnitFacts],
    kinds: frozenset[UnitKind],
    day: date,
    language: str,
    *,
    own: Viewer | None = None,
) -> list[tuple[str, str]]:
    """Units of these kinds that exist on the day, by name; of `own` only those that they plan for."""
    found = [
        (unit.id, unit.name(language))
        for unit in units.values()
        if unit.kind in kinds
        and unit.exists_on(day)
        and (own is None or own.sees_all or own.writes & {unit.id, unit.parent_id or ""})
    ]
    return sorted(found, key=lambda pair: pair[1])
