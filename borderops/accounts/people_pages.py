"""The administrator's pages about people: all of them, and one with roles by date, links and ends."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.actions import (
    LIFE,
    end_account,
    end_role,
    end_sessions,
    grant_role,
    link_organisation,
    make_account,
    make_link,
    remove_second_factor,
)
from borderops.accounts.forgery import FormDep
from borderops.accounts.forms import SigningInDep, day_of, draw, request_signing_in, text_of, try_to
from borderops.accounts.models import Account
from borderops.accounts.people import (
    get_account,
    list_attempts,
    list_credentials,
    list_links,
    list_people,
    list_roles,
    list_sessions,
)
from borderops.accounts.rules import Permission, Role
from borderops.accounts.signing_in import SigningIn
from borderops.accounts.vocabulary import LinkPurpose
from borderops.accounts.web import ViewerDep, requires
from borderops.boundary.queries import list_units
from borderops.core.clock import today
from borderops.core.errors import BorderopsError, InvalidInput
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, request_translator
from borderops.ui.notices import leave_notices

router = APIRouter(
    prefix="/administration/people", dependencies=[Depends(requires(Permission.MANAGE_PEOPLE))]
)


@router.get("", name="people")
def people(request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep) -> Response:
    """Everybody who may sign in, or might once."""
    return _people_page(request, session, viewer, moment, values={})


@router.post("", name="make_account_form")
def make_account_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep
) -> Response:
    """A new person; roles and the invitation follow on their page."""
    values = {"login": text_of(form, "login"), "name": text_of(form, "name")}
    made: list[Account] = []
    problems = try_to(
        lambda: made.append(make_account(session, viewer=viewer, login=values["login"], name=values["name"]))
    )
    if problems:
        return _people_page(request, session, viewer, moment, values=values, problems=problems)
    return RedirectResponse(onward(request, "person", login=made[0].login), status_code=303)


def _people_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    *,
    values: dict[str, str],
    problems: Sequence[BorderopsError] = (),
) -> Response:
    return draw(
        request,
        "accounts/people.html",
        status_code=422 if problems else 200,
        people=list_people(session, viewer=viewer, today=today(moment)),
        units=list_units(session, viewer=viewer),
        values=values,
        problems=problems,
        wrong=ProblemsAt(problems),
    )


@router.get("/{login}", name="person")
def person(request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, login: str) -> Response:
    """One person. Raises NotFound."""
    return _person_page(request, session, viewer, moment, get_account(session, viewer=viewer, login=login))


@router.post("/{login}/roles", name="grant_role_form")
def grant_role_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, login: str
) -> Response:
    """Give the person a role for a unit from a day on."""
    account = get_account(session, viewer=viewer, login=login)

    def grant() -> None:
        typed = text_of(form, "role")
        if typed not in set(Role):
            raise InvalidInput(N_('"%(given)s" is none of the choices here.'), field="role", given=typed)
        grant_role(
            session,
            viewer=viewer,
            account=account,
            role=Role(typed),
            unit_id=text_of(form, "unit"),
            valid_from=day_of(form, "valid_from") or today(moment),
            valid_to=day_of(form, "valid_to", required=False),
        )

    values = {name: text_of(form, name) for name in ("role", "unit", "valid_from", "valid_to")}
    return _answer(request, session, viewer, moment, account, grant, N_("The role is given."), values=values)


@router.post("/{login}/roles/{role_id}/end", name="end_role_form")
def end_role_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, login: str, role_id: int
) -> Response:
    """End a role at once. Raises NotFound."""
    account = get_account(session, viewer=viewer, login=login)
    return _answer(
        request,
        session,
        viewer,
        moment,
        account,
        lambda: end_role(session, viewer=viewer, account=account, role_id=role_id, now=moment),
        N_("The role has ended."),
    )


@router.post("/{login}/link", name="make_link_form")
def make_link_form(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    signing_in: SigningInDep,
    moment: NowDep,
    form: FormDep,
    login: str,
) -> Response:
    """An invitation or a reset; the link is shown once, to be handed over."""
    account = get_account(session, viewer=viewer, login=login)
    purpose = LinkPurpose.RESET if text_of(form, "purpose") == LinkPurpose.RESET else LinkPurpose.INVITATION
    made: list[str] = []
    problems = try_to(
        lambda: made.append(make_link(session, viewer=viewer, account=account, purpose=purpose, now=moment))
    )
    shown = _address(request, signing_in, made[0]) if made else ""
    return _person_page(
        request, session, viewer, moment, account, problems=problems, link=shown, purpose=purpose
    )


def _address(request: Request, signing_in: SigningIn, token: str) -> str:
    """The link's whole address, as the person's browser will ask for it."""
    path = str(request.app.url_path_for("link", token=token))
    root = signing_in.public_url.rstrip("/") if signing_in.public_url else str(request.base_url).rstrip("/")
    return root + path


@router.post("/{login}/second-factor/remove", name="remove_second_factor_form")
def remove_second_factor_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, login: str
) -> Response:
    """Remove a lost second factor; the person sets up another at the next sign-in."""
    account = get_account(session, viewer=viewer, login=login)
    return _answer(
        request,
        session,
        viewer,
        moment,
        account,
        lambda: remove_second_factor(session, viewer=viewer, account=account, now=moment),
        N_("The second factor is removed; the person's sessions have ended."),
    )


@router.post("/{login}/sessions/end", name="end_sessions_form")
def end_sessions_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, login: str
) -> Response:
    """End all sessions of the person."""
    account = get_account(session, viewer=viewer, login=login)
    return _answer(
        request,
        session,
        viewer,
        moment,
        account,
        lambda: end_sessions(session, account_id=account.id, by=viewer.name, now=moment),
        N_("The person's sessions have ended."),
    )


@router.post("/{login}/organisation", name="link_organisation_form")
def link_organisation_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, login: str
) -> Response:
    """Say who the person is at the organisation's own sign-in."""
    account = get_account(session, viewer=viewer, login=login)
    return _answer(
        request,
        session,
        viewer,
        moment,
        account,
        lambda: link_organisation(
            session,
            viewer=viewer,
            account=account,
            issuer=text_of(form, "issuer"),
            subject=text_of(form, "subject"),
        ),
        N_("It is kept."),
    )


@router.post("/{login}/end", name="end_account_form")
def end_account_form(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, form: FormDep, login: str
) -> Response:
    """End the account; what the person did stays theirs."""
    account = get_account(session, viewer=viewer, login=login)
    return _answer(
        request,
        session,
        viewer,
        moment,
        account,
        lambda: end_account(
            session, viewer=viewer, account=account, now=moment, reason=text_of(form, "reason")
        ),
        N_("The account has ended."),
    )


def _answer(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    account: Account,
    do: Callable[[], object],
    said: str,
    *,
    values: dict[str, str] | None = None,
) -> Response:
    problems = try_to(do)
    if problems:
        return _person_page(request, session, viewer, moment, account, problems=problems, values=values or {})
    reply = RedirectResponse(onward(request, "person", login=account.login), status_code=303)
    leave_notices(reply, [Message(said)])
    return reply


def _person_page(
    request: Request,
    session: Session,
    viewer: Viewer,
    moment: datetime,
    account: Account,
    *,
    problems: Sequence[BorderopsError] = (),
    values: dict[str, str] | None = None,
    **shown: Any,
) -> Response:
    language = request_translator(request).language
    units = list_units(session, viewer=viewer)
    signing_in = request_signing_in(request)
    return draw(
        request,
        "accounts/person.html",
        status_code=422 if problems else 200,
        account=account,
        roles=list_roles(session, account=account),
        units=units,
        unit_choices=sorted(
            ((one.id, one.name(language)) for one in units.values() if one.exists_on(today(moment))),
            key=lambda pair: pair[1],
        ),
        role_choices=list(Role),
        links=list_links(session, account=account, now=moment),
        sessions=list_sessions(session, limits=signing_in.limits, now=moment, account=account),
        credentials=list_credentials(session, account=account),
        attempts=list_attempts(session, viewer=viewer, account=account, limit=20),
        organisation=signing_in.organisation,
        today=today(moment),
        now=moment,
        life=LIFE,
        values={"valid_from": today(moment).isoformat(), **(values or {})},
        problems=problems,
        wrong=ProblemsAt(problems),
        **{"link": "", "purpose": "", **shown},
    )
