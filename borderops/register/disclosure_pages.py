"""The specialist's page of what the other side may see: what is shared, share more, take back."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from borderops.accounts.forgery import FormDep
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.queries import list_units
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, NotFound, Problems
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.markers.forms import read_form, typed_values
from borderops.markers.rules import Kind
from borderops.register.actions import add_disclosure, end_disclosure
from borderops.register.disclosure_rules import FINENESS_M, Part
from borderops.register.disclosure_schemas import DisclosureIn, EndIn
from borderops.register.disclosures import list_disclosures
from borderops.register.presentation import lao_provinces
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render
from borderops.ui.notices import leave_notices, read_notices, take_notices

router = APIRouter(include_in_schema=False, dependencies=[Depends(requires(Permission.DISCLOSE))])


@router.get("/disclosures", name="disclosures")
def disclosures(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    """What is shared with each Lao province, and the form to share more; `feature` fills in which."""
    asked = request.query_params
    values = {name: asked[name] for name in ("feature", "audience") if asked.get(name)}
    reply = _page(request, session, viewer, values)
    take_notices(request, reply)
    return reply


@router.post("/disclosures", name="disclose")
def disclose(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep
) -> Response:
    """Share, and lead back to the list; or show what is wrong."""
    values = typed_values(form)
    parts = _parts(form)
    problems: Sequence[BorderopsError]
    try:
        sent = read_form(DisclosureIn, {**_given(values), "parts": parts})
        add_disclosure(session, viewer=viewer, sent=sent, now=moment)
    except Problems as error:
        problems = error.problems
    except (InvalidInput, Conflict, NotFound) as error:
        problems = [error]
    else:
        reply = RedirectResponse(onward(request, "disclosures"), status_code=303)
        leave_notices(reply, [Message(N_("It is shared from now on."))])
        return reply
    return _page(request, session, viewer, values, parts, problems)


@router.post("/disclosures/{disclosure_id}/end", name="end_disclosure")
def end(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    moment: NowDep,
    form: FormDep,
    disclosure_id: UUID,
) -> Response:
    """Take a decision back, and lead back to the list."""
    try:
        sent = read_form(EndIn, {"reason": typed_values(form).get("reason", "")})
    except Problems as error:
        return _page(request, session, viewer, {}, problems=error.problems)
    end_disclosure(session, viewer=viewer, disclosure_id=disclosure_id, reason=sent.reason, now=moment)
    reply = RedirectResponse(onward(request, "disclosures"), status_code=303)
    leave_notices(reply, [Message(N_("It is no longer shared."))])
    return reply


def _parts(form: FormData) -> list[str]:
    return [value for value in form.getlist("parts") if isinstance(value, str)]


def _given(values: Mapping[str, str]) -> dict[str, str | int | Sequence[str]]:
    """What was typed, metres as the number that they are."""
    metres = values.get("fineness_m", "")
    return {**values, **({"fineness_m": int(metres)} if metres.isdecimal() else {})}


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    values: Mapping[str, str],
    parts: Sequence[str] = (),
    problems: Sequence[BorderopsError] = (),
) -> Response:
    units = list_units(session, viewer=viewer)
    held = list_disclosures(session, viewer=viewer, ended=True)
    provinces = lao_provinces(units)
    return render(
        request,
        "register/disclosures.html",
        status_code=422 if problems else 200,
        as_of_bar=False,
        units=units,
        provinces=provinces,
        held={province: [one for one in held if one.row.audience == province] for province in provinces},
        values={"id": str(uuid4()), **values},
        chosen=parts,
        problems=problems,
        wrong=ProblemsAt(problems),
        notices=read_notices(request),
        parts=[part.value for part in Part],
        kinds=[kind.value for kind in Kind],
        fineness=[str(metres) for metres in FINENESS_M],
    )
