"""The administrator's pages about people: all of them, and one with roles by date, links and ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.actions import (
    end_account,
    end_role,
    grant_role,
    link_organisation,
    make_account,
    remove_second_factor,
)
from borderops.accounts.forgery import FormDep
from borderops.accounts.forms import SigningInDep, day_of, draw, request_signing_in, text_of, try_to
from borderops.accounts.invitations import LIFE, make_link
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
from borderops.accounts.sessions import end_sessions
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


@dataclass
class AtPerson:
    """What is asked of one person's page: by whom, and when."""

    request: Request
    session: SessionDep
    viewer: ViewerDep
    now: NowDep
    login: str

    @cached_property
    def account(self) -> Account:
        """The person's account. Raises NotFound."""
        return get_account(self.session, viewer=self.viewer, login=self.login)

    def answer(
        self, do: Callable[[], object], said: str, *, values: Mapping[str, str] | None = None
    ) -> Response:
        """Do what a form asks for and lead back to the page, or show it with what is wrong."""
        problems = try_to(do)
        if problems:
            return self.page(problems=problems, values=values)
        reply = RedirectResponse(onward(self.request, "person", login=self.account.login), status_code=303)
        leave_notices(reply, [Message(said)])
        return reply

    def page(
        self,
        *,
        problems: Sequence[BorderopsError] = (),
        values: Mapping[str, str] | None = None,
        link: str = "",
        purpose: str = "",
    ) -> Response:
        """The person's page; `link` is shown this once. Raises NotFound."""
        session, account, day = self.session, self.account, today(self.now)
        language = request_translator(self.request).language
        units = list_units(session, viewer=self.viewer)
        signing_in = request_signing_in(self.request)
        return draw(
            self.request,
            "accounts/person.html",
            status_code=422 if problems else 200,
            account=account,
            roles=list_roles(session, account=account),
            units=units,
            unit_choices=sorted(
                ((one.id, one.name(language)) for one in units.values() if one.exists_on(day)),
                key=lambda pair: pair[1],
            ),
            role_choices=list(Role),
            links=list_links(session, account=account, now=self.now),
            sessions=list_sessions(session, limits=signing_in.limits, now=self.now, account=account),
            credentials=list_credentials(session, account=account),
            attempts=list_attempts(session, viewer=self.viewer, account=account, limit=20),
            organisation=signing_in.organisation,
            today=day,
            now=self.now,
            life=LIFE,
            values={"valid_from": day.isoformat(), **(values or {})},
            problems=problems,
            wrong=ProblemsAt(problems),
            link=link,
            purpose=purpose,
        )


AtPersonDep = Annotated[AtPerson, Depends()]


@router.get("/{login}", name="person")
def person(at: AtPersonDep) -> Response:
    """One person. Raises NotFound."""
    return at.page()


@router.post("/{login}/roles", name="grant_role_form")
def grant_role_form(at: AtPersonDep, form: FormDep) -> Response:
    """Give the person a role for a unit from a day on."""

    def grant() -> None:
        typed = text_of(form, "role")
        if typed not in set(Role):
            raise InvalidInput(N_('"%(given)s" is none of the choices here.'), field="role", given=typed)
        grant_role(
            at.session,
            viewer=at.viewer,
            account=at.account,
            role=Role(typed),
            unit_id=text_of(form, "unit"),
            valid_from=day_of(form, "valid_from") or today(at.now),
            valid_to=day_of(form, "valid_to", required=False),
        )

    values = {name: text_of(form, name) for name in ("role", "unit", "valid_from", "valid_to")}
    return at.answer(grant, N_("The role is given."), values=values)


@router.post("/{login}/roles/{role_id}/end", name="end_role_form")
def end_role_form(at: AtPersonDep, role_id: int) -> Response:
    """End a role at once. Raises NotFound."""
    return at.answer(
        lambda: end_role(at.session, viewer=at.viewer, account=at.account, role_id=role_id, now=at.now),
        N_("The role has ended."),
    )


@router.post("/{login}/link", name="make_link_form")
def make_link_form(at: AtPersonDep, signing_in: SigningInDep, form: FormDep) -> Response:
    """An invitation or a reset; the link is shown once, to be handed over."""
    purpose = LinkPurpose.RESET if text_of(form, "purpose") == LinkPurpose.RESET else LinkPurpose.INVITATION
    made: list[str] = []
    problems = try_to(
        lambda: made.append(
            make_link(at.session, viewer=at.viewer, account=at.account, purpose=purpose, now=at.now)
        )
    )
    shown = _address(at.request, signing_in, made[0]) if made else ""
    return at.page(problems=problems, link=shown, purpose=purpose)


def _address(request: Request, signing_in: SigningIn, token: str) -> str:
    """The link's whole address, as the person's browser will ask for it."""
    path = str(request.app.url_path_for("link", token=token))
    root = signing_in.public_url.rstrip("/") if signing_in.public_url else str(request.base_url).rstrip("/")
    return root + path


@router.post("/{login}/second-factor/remove", name="remove_second_factor_form")
def remove_second_factor_form(at: AtPersonDep) -> Response:
    """Remove a lost second factor; the person sets up another at the next sign-in."""
    return at.answer(
        lambda: remove_second_factor(at.session, viewer=at.viewer, account=at.account, now=at.now),
        N_("The second factor is removed; the person's sessions have ended."),
    )


@router.post("/{login}/sessions/end", name="end_sessions_form")
def end_sessions_form(at: AtPersonDep) -> Response:
    """End all sessions of the person."""
    return at.answer(
        lambda: end_sessions(at.session, account_id=at.account.id, by=at.viewer.name, now=at.now),
        N_("The person's sessions have ended."),
    )


@router.post("/{login}/organisation", name="link_organisation_form")
def link_organisation_form(at: AtPersonDep, form: FormDep) -> Response:
    """Say who the person is at the organisation's own sign-in."""
    return at.answer(
        lambda: link_organisation(
            at.session,
            viewer=at.viewer,
            account=at.account,
            issuer=text_of(form, "issuer"),
            subject=text_of(form, "subject"),
        ),
        N_("It is kept."),
    )


@router.post("/{login}/end", name="end_account_form")
def end_account_form(at: AtPersonDep, form: FormDep) -> Response:
    """End the account; what the person did stays theirs."""
    return at.answer(
        lambda: end_account(
            at.session, viewer=at.viewer, account=at.account, now=at.now, reason=text_of(form, "reason")
        ),
        N_("The account has ended."),
    )
