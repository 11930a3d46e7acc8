"""The pages of links: an invitation, a reset, the first administrator's."""

from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.cookies import drop_session
from borderops.accounts.forgery import FormDep
from borderops.accounts.forms import SigningInDep, VisitorDep, text_of, try_to
from borderops.accounts.links import get_link, make_first_administrator, use_link
from borderops.accounts.passwords import LEAST_ALONE, LEAST_WITH_SECOND_FACTOR
from borderops.accounts.people import needs_second_factor
from borderops.accounts.web import public
from borderops.core.clock import today
from borderops.core.elevation import as_system
from borderops.core.errors import BorderopsError, InvalidInput
from borderops.core.messages import N_
from borderops.core.web import NowDep, SessionDep
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import render

router = APIRouter()


@router.get("/links/{token}", name="link", dependencies=[Depends(public)])
def link(request: Request, session: SessionDep, moment: NowDep, token: str) -> Response:
    """The page of an invitation, a reset, or the first administrator's link. Raises LinkIsOver."""
    return _link_page(request, session, token=token, moment=moment, values={})


@router.post("/links/{token}", name="link_form", dependencies=[Depends(public)])
def link_form(
    request: Request,
    session: SessionDep,
    visitor: VisitorDep,
    signing_in: SigningInDep,
    moment: NowDep,
    form: FormDep,
    token: str,
) -> Response:
    """Set the password, or make the first administrator; then one signs in. Raises LinkIsOver."""
    held = get_link(session, token=token, now=moment)
    password = text_of(form, "password")
    values = {"login": text_of(form, "login"), "name": text_of(form, "name")}

    def do() -> None:
        if password != text_of(form, "again"):
            raise InvalidInput(N_("The two do not agree."), field="again")
        if held.account is None:
            make_first_administrator(
                session,
                token=token,
                login=values["login"],
                name=values["name"],
                password=password,
                now=moment,
            )
        else:
            use_link(session, token=token, password=password, origin=visitor.address, now=moment)

    problems = try_to(do)
    if problems:
        return _link_page(request, session, token=token, moment=moment, values=values, problems=problems)
    reply = RedirectResponse(str(request.app.url_path_for("sign_in")), status_code=303)
    drop_session(reply, https=signing_in.is_https(request.scope))
    return reply


def _link_page(
    request: Request,
    session: Session,
    *,
    token: str,
    moment: datetime,
    values: dict[str, str],
    problems: list[BorderopsError] | None = None,
) -> Response:
    held = get_link(session, token=token, now=moment)
    two = True
    if held.account is not None:
        with as_system(session):
            two = held.account.totp_confirmed_at is not None or needs_second_factor(
                session, account=held.account, today=today(moment)
            )
    return render(
        request,
        "accounts/link.html",
        status_code=422 if problems else 200,
        as_of_bar=False,
        held=held,
        values=values,
        least=LEAST_WITH_SECOND_FACTOR if two else LEAST_ALONE,
        two=two,
        problems=problems or [],
        wrong=ProblemsAt(problems or []),
    )
