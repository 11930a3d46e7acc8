"""The administrator's pages of what goes on: sessions, tokens and devices, what was tried and refused."""

from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from borderops.accounts.credentials import end_credential
from borderops.accounts.forms import SigningInDep, draw
from borderops.accounts.people import list_attempts, list_credentials, list_sessions
from borderops.accounts.rules import Permission
from borderops.accounts.sessions import end_session
from borderops.accounts.web import SignedInDep, ViewerDep, requires
from borderops.core.messages import N_, Message
from borderops.core.web import NowDep, SessionDep
from borderops.ui.frame import onward
from borderops.ui.notices import leave_notices

router = APIRouter(prefix="/administration", dependencies=[Depends(requires(Permission.MANAGE_PEOPLE))])


@router.get("/sessions", name="sessions")
def sessions(
    request: Request,
    session: SessionDep,
    signed_in: SignedInDep,
    signing_in: SigningInDep,
    moment: NowDep,
) -> Response:
    """Every session that lives."""
    return draw(
        request,
        "accounts/sessions.html",
        sessions=list_sessions(session, limits=signing_in.limits, now=moment),
        this_session=signed_in.session_id,
    )


@router.post("/sessions/{session_id}/end", name="end_session_form")
def end_session_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, session_id: UUID
) -> Response:
    """End somebody's session. Raises NotFound."""
    end_session(session, viewer=viewer, session_id=session_id, now=moment)
    return _back(request, "sessions", N_("The session has ended."))


@router.get("/credentials", name="credentials")
def credentials(request: Request, session: SessionDep, moment: NowDep) -> Response:
    """Every token and device, those that ended too."""
    return draw(
        request,
        "accounts/credentials.html",
        credentials=list_credentials(session),
        now=moment,
    )


@router.post("/credentials/{credential_id}/end", name="end_credential_form")
def end_credential_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, credential_id: UUID
) -> Response:
    """End somebody's token or device. Raises NotFound."""
    end_credential(session, viewer=viewer, credential_id=credential_id, now=moment)
    return _back(request, "credentials", N_("The token has ended."))


@router.get("/refused", name="refused")
def refused(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    """What was tried and refused, the newest first."""
    return draw(request, "accounts/refused.html", attempts=list_attempts(session, viewer=viewer))


def _back(request: Request, route: str, said: str) -> Response:
    reply = RedirectResponse(onward(request, route), status_code=303)
    leave_notices(reply, [Message(said)])
    return reply
