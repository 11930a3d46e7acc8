"""The page of seasons and closed stretches: what holds, what held, entering one, ending one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.forgery import FormDep
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.queries import list_units
from borderops.core.clock import today
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, NotAllowed, NotFound, Problems
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.patrols.forms import read, read_id, typed
from borderops.patrols.ground import read_section
from borderops.patrols.limits.actions import add_limit, end_limit, list_limits
from borderops.patrols.limits.rules import MonthDay
from borderops.patrols.limits.schemas import LimitEndIn, LimitIn
from borderops.patrols.plan_pages import OURS, unit_choices
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render, request_translator
from borderops.ui.notices import leave_notices, read_notices, take_notices

router = APIRouter(prefix="/patrols/limits", include_in_schema=False)

OWN = [Depends(requires(Permission.READ_HISTORY))]
PLANS = [Depends(requires(Permission.PLAN_PATROL))]


@router.get("", name="patrol_limits", dependencies=OWN)
def limits(request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep) -> Response:
    """What holds, what held, and the forms."""
    reply = _page(request, session, viewer, now)
    take_notices(request, reply)
    return reply


@router.post("", name="add_patrol_limit", dependencies=PLANS)
def enter(request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, form: FormDep) -> Response:
    """Enter the season or closed stretch that was typed, or show what is wrong with it."""
    values = typed(form)
    try:
        add_limit(session, viewer=viewer, sent=read_limit(values))
    except BorderopsError as error:
        return _refused(request, session, viewer, now, values, error)
    return _done(request, N_("It is entered. Every plan that is calculated from now on keeps to it."))


@router.post("/{limit_id:uuid}/end", name="end_patrol_limit", dependencies=PLANS)
def end(
    request: Request, session: SessionDep, viewer: ViewerDep, now: NowDep, form: FormDep, limit_id: UUID
) -> Response:
    """Say that it holds no longer."""
    values = typed(form)
    given = {"ends_on": values.get("end_on", ""), "reason": values.get("end_reason", "")}
    fields = {"ends_on": f"end-{limit_id}", "reason": f"why-{limit_id}"}
    try:
        end_limit(session, viewer=viewer, limit_id=limit_id, sent=read(LimitEndIn, given, fields=fields))
    except BorderopsError as error:
        if isinstance(error, NotFound):
            raise
        return _refused(request, session, viewer, now, None, error, ending=values)
    return _done(request, N_("It is ended; it stays in the list."))


def read_limit(values: Mapping[str, str]) -> LimitIn:
    """The season or closed stretch that was typed. Raises Problems, each at its field."""
    problems: list[BorderopsError] = []
    given: dict[str, Any] = {
        name: values.get(name, "") for name in ("unit", "name", "basis", "starts_on", "ends_on")
    }
    given["id"] = read_id(values)
    given["pace"] = values.get("pace", "").replace(",", ".")
    for name in ("yearly_from", "yearly_to"):
        if values.get(name):
            try:
                given[name] = str(MonthDay.read(values[name], field=name))
            except InvalidInput as problem:
                problems.append(problem)
    sections = []
    for piece in values.get("closed", "").replace(";", "\n").splitlines():
        if piece.strip():
            try:
                sections.append(read_section(piece, field="closed").model_dump())
            except InvalidInput as problem:
                problems.append(problem)
    given["closed"] = sections
    try:
        sent = read(LimitIn, given)
    except Problems as error:
        raise Problems([*problems, *error.problems]) from None
    if problems:
        raise Problems(problems)
    return sent


def _done(request: Request, said: str) -> Response:
    reply = RedirectResponse(onward(request, "patrol_limits"), status_code=303)
    leave_notices(reply, [Message(said)])
    return reply


def _refused(
    request: Request,
    session: Session,
    viewer: Viewer,
    now: datetime,
    values: Mapping[str, str] | None,
    error: BorderopsError,
    *,
    ending: Mapping[str, str] | None = None,
) -> Response:
    if isinstance(error, NotAllowed):
        raise error
    problems = error.problems if isinstance(error, Problems) else (error,)
    return _page(request, session, viewer, now, values=values, ending=ending, problems=problems)


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    now: datetime,
    *,
    values: Mapping[str, str] | None = None,
    ending: Mapping[str, str] | None = None,
    problems: Sequence[BorderopsError] = (),
) -> Response:
    day = today(now)
    units = list_units(session, viewer=viewer)
    choices = unit_choices(units, OURS, day, request_translator(request).language, own=viewer)
    held = list_limits(session, viewer=viewer)
    conflict = any(isinstance(problem, Conflict) for problem in problems)
    fresh = {"id": str(uuid4()), "starts_on": day.isoformat()}
    return render(
        request,
        "patrols/limits.html",
        status_code=409 if conflict else 422 if problems else 200,
        as_of_bar=False,
        now_holding=[limit for limit in held if limit.ends_on is None or limit.ends_on >= day],
        past=[limit for limit in held if limit.ends_on is not None and limit.ends_on < day],
        today=day,
        units=units,
        choices=choices,
        own_units={unit for unit, _name in choices},
        may_plan=viewer.may(Permission.PLAN_PATROL),
        said=read_notices(request),
        values=dict(values or fresh),
        ending=dict(ending or {}),
        problems=problems,
        wrong=ProblemsAt(problems),
    )
