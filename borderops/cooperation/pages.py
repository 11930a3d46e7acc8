"""The form in which the other side states its view."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from borderops.accounts.forgery import FormDep
from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.cooperation.actions import state_view
from borderops.cooperation.rules import SHARED_AS, Answer
from borderops.cooperation.schemas import StatementIn
from borderops.core.addresses import ADDRESS
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, NotFound, Problems
from borderops.core.messages import N_, Message
from borderops.core.web import NowDep, SessionDep
from borderops.markers.forms import read_form, typed_values
from borderops.markers.models import FeatureShare
from borderops.markers.scope import find_shared
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render
from borderops.ui.notices import leave_notices

router = APIRouter(include_in_schema=False)


@router.get(
    f"/features/{ADDRESS}/statements/new",
    name="new_statement",
    dependencies=[Depends(requires(Permission.STATE_VIEW))],
)
def new_statement(request: Request, session: SessionDep, viewer: ViewerDep, address: str) -> Response:
    """The form for a statement. Raises NotFound for what is not shared."""
    share = find_shared(session, viewer=viewer, address=address)
    if share is None:
        raise _not_shared(address)
    return _form(request, share, {"stated_by": viewer.person})


@router.post(
    f"/features/{ADDRESS}/statements/new",
    name="state_view_form",
    dependencies=[Depends(requires(Permission.STATE_VIEW))],
)
def state_view_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, address: str
) -> Response:
    """Keep the statement and lead back to the feature."""
    share = find_shared(session, viewer=viewer, address=address)
    if share is None:
        raise _not_shared(address)
    values = typed_values(form)
    problems: Sequence[BorderopsError]
    try:
        sent = read_form(StatementIn, {**values, "feature": str(share.feature_id)})
        state_view(session, viewer=viewer, sent=sent, now=moment)
    except Problems as error:
        problems = error.problems
    except (InvalidInput, Conflict) as error:
        problems = [error]
    else:
        reply = RedirectResponse(onward(request, "feature", address=address), status_code=303)
        leave_notices(reply, [Message(N_("Your statement is recorded, and shown beside ours."))])
        return reply
    return _form(request, share, values, problems)


def _form(
    request: Request,
    share: FeatureShare,
    values: Mapping[str, str],
    problems: Sequence[BorderopsError] = (),
) -> Response:
    return render(
        request,
        "cooperation/statement.html",
        status_code=422 if problems else 200,
        as_of_bar=False,
        name=share.number or share.code,
        address=str(share.feature_id),
        values={"id": str(uuid4()), **values},
        problems=problems,
        wrong=ProblemsAt(problems),
        abouts=[about.value for about, part in SHARED_AS.items() if part in share.parts],
        answers=[answer.value for answer in Answer],
    )


def _not_shared(address: str) -> NotFound:
    return NotFound(N_("There is no feature %(address)s in the register."), field="feature", address=address)
