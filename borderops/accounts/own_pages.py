"""My account: password, second factor, recovery codes, my sessions, my tokens and devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from borderops.accounts.credentials import MadeCredential, end_credential, grantable, make_credential
from borderops.accounts.forgery import FormDep
from borderops.accounts.forms import (
    VaultDep,
    VisitorDep,
    day_of,
    draw,
    request_signing_in,
    text_of,
    texts_of,
    try_to,
)
from borderops.accounts.models import Account
from borderops.accounts.own_account import (
    begin_second_factor,
    change_password,
    confirm_second_factor,
    drop_second_factor,
    renew_recovery_codes,
    replace_second_factor,
    require_fresh,
)
from borderops.accounts.pages import codes_page
from borderops.accounts.passwords import LEAST_ALONE, LEAST_WITH_SECOND_FACTOR
from borderops.accounts.people import (
    count_recovery_codes,
    get_own_account,
    list_credentials,
    list_roles,
    list_sessions,
    needs_second_factor,
)
from borderops.accounts.rules import Permission
from borderops.accounts.second_factor import picture, provisioning_address
from borderops.accounts.sessions import end_session
from borderops.accounts.vocabulary import CredentialKind
from borderops.accounts.web import SignedInDep, ViewerDep, requires
from borderops.boundary.queries import list_units
from borderops.core.clock import end_of_day, today
from borderops.core.errors import BorderopsError
from borderops.core.messages import N_, Message
from borderops.core.web import NowDep, SessionDep
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render
from borderops.ui.notices import leave_notices

router = APIRouter(dependencies=[Depends(requires(Permission.OWN_ACCOUNT))])


@dataclass
class Own:
    """What is asked of one's own account: by whom, as whom signed in, and when."""

    request: Request
    session: SessionDep
    viewer: ViewerDep
    signed_in: SignedInDep
    now: NowDep

    @cached_property
    def account(self) -> Account:
        """The account."""
        return get_own_account(self.session, viewer=self.viewer)

    def back(self, said: str) -> Response:
        """Back to the page, which says what was done."""
        reply = RedirectResponse(onward(self.request, "account"), status_code=303)
        leave_notices(reply, [Message(said)])
        return reply

    def page(
        self, *, problems: Sequence[BorderopsError] = (), made: MadeCredential | None = None
    ) -> Response:
        """The page of one's account; a token that was `made` is shown this once."""
        session, own, day = self.session, self.account, today(self.now)
        demanded = needs_second_factor(session, account=own, today=day)
        two = demanded or own.totp_confirmed_at is not None
        limits = request_signing_in(self.request).limits
        return draw(
            self.request,
            "accounts/account.html",
            status_code=422 if problems else 200,
            account=own,
            roles=list_roles(session, account=own),
            units=list_units(session, viewer=self.viewer),
            least=LEAST_WITH_SECOND_FACTOR if two else LEAST_ALONE,
            demanded=demanded,
            codes_left=count_recovery_codes(session, account=own),
            sessions=list_sessions(session, limits=limits, now=self.now, account=own),
            this_session=self.signed_in.session_id,
            credentials=list_credentials(session, account=own),
            grantable=grantable(self.viewer),
            kinds=list(CredentialKind),
            ends_on=day + timedelta(days=90),
            now=self.now,
            today=day,
            made=made,
            problems=problems,
            wrong=ProblemsAt(problems),
        )

    def set_up(self, secret: str, problems: Sequence[BorderopsError] = ()) -> Response:
        """The page that sets a second factor up."""
        return render(
            self.request,
            "accounts/set_up.html",
            status_code=422 if problems else 200,
            as_of_bar=False,
            secret=secret,
            picture=picture(provisioning_address(secret, login=self.account.login)),
            problems=problems,
            action=onward(self.request, "account_second_factor_form"),
        )


OwnDep = Annotated[Own, Depends()]


def request_fresh(own: OwnDep) -> Own:
    """The same for a sensitive step: the person showed a short while ago who they are. Raises ShowAgain."""
    require_fresh(own.signed_in, now=own.now)
    return own


FreshDep = Annotated[Own, Depends(request_fresh)]


@router.get("/account", name="account")
def account(own: OwnDep) -> Response:
    """My account."""
    return own.page()


@router.post("/account/password", name="account_password")
def account_password(own: FreshDep, form: FormDep) -> Response:
    """Set another password; my other sessions end."""
    problems = try_to(
        lambda: change_password(
            own.session,
            viewer=own.viewer,
            account=own.account,
            password=text_of(form, "password"),
            keep=own.signed_in.session_id,
            now=own.now,
        )
    )
    if problems:
        return own.page(problems=problems)
    return own.back(N_("The password is changed; your other sessions have ended."))


@router.get("/account/second-factor", name="account_second_factor")
def account_second_factor(own: FreshDep, vault: VaultDep) -> Response:
    """Set up a second factor: the picture for the app."""
    if own.account.totp_confirmed_at is not None:
        return RedirectResponse(onward(own.request, "account"), status_code=303)
    return own.set_up(begin_second_factor(own.session, vault=vault, account=own.account))


@router.post("/account/second-factor", name="account_second_factor_form")
def account_second_factor_form(
    own: FreshDep, vault: VaultDep, visitor: VisitorDep, form: FormDep
) -> Response:
    """Take the app's first code; the recovery codes are shown once."""
    codes: list[str] = []
    problems = try_to(
        lambda: codes.extend(
            confirm_second_factor(
                own.session,
                vault=vault,
                account=own.account,
                code=text_of(form, "code"),
                origin=visitor.address,
                now=own.now,
            )
        )
    )
    if not problems:
        return codes_page(own.request, codes, onward=onward(own.request, "account"))
    if own.account.totp_secret is None or own.account.totp_confirmed_at is not None:
        return own.page(problems=problems)
    return own.set_up(begin_second_factor(own.session, vault=vault, account=own.account), problems)


@router.post("/account/second-factor/replace", name="replace_second_factor")
def replace(own: FreshDep) -> Response:
    """Forget the app that I have and set another one up at once."""
    replace_second_factor(own.session, viewer=own.viewer, account=own.account, now=own.now)
    return RedirectResponse(onward(own.request, "account_second_factor"), status_code=303)


@router.post("/account/second-factor/remove", name="drop_second_factor")
def remove(own: FreshDep, form: FormDep) -> Response:
    """Give the second factor up, where no role demands it and the password stands alone."""
    problems = try_to(
        lambda: drop_second_factor(
            own.session,
            viewer=own.viewer,
            account=own.account,
            password=text_of(form, "current"),
            now=own.now,
        )
    )
    if problems:
        return own.page(problems=problems)
    return own.back(N_("There is no second factor any more."))


@router.post("/account/recovery-codes", name="recovery_codes")
def recovery_codes(own: FreshDep) -> Response:
    """New recovery codes; the ones before are worth nothing from now on."""
    codes = renew_recovery_codes(own.session, viewer=own.viewer, account=own.account, now=own.now)
    return codes_page(own.request, codes, onward=onward(own.request, "account"))


@router.post("/account/sessions/{session_id}/end", name="end_own_session")
def end_own_session(own: OwnDep, session_id: UUID) -> Response:
    """End one of my sessions. Raises NotFound."""
    end_session(own.session, viewer=own.viewer, session_id=session_id, now=own.now)
    return own.back(N_("The session has ended."))


@router.post("/account/credentials", name="make_own_credential")
def make_own_credential(own: FreshDep, form: FormDep) -> Response:
    """A token for a program or a device of mine; it is shown once."""
    made: list[MadeCredential] = []

    def make() -> None:
        ends_on = day_of(form, "ends_on")
        made.append(
            make_credential(
                own.session,
                viewer=own.viewer,
                account=own.account,
                kind=CredentialKind.DEVICE
                if text_of(form, "kind") == CredentialKind.DEVICE
                else CredentialKind.API_TOKEN,
                label=text_of(form, "label"),
                permissions=texts_of(form, "permissions"),
                ends_at=end_of_day(ends_on) if ends_on else own.now,
                now=own.now,
            )
        )

    problems = try_to(make)
    return own.page(problems=problems, made=made[0] if made else None)


@router.post("/account/credentials/{credential_id}/end", name="end_own_credential")
def end_own_credential(own: OwnDep, credential_id: UUID) -> Response:
    """End one of my tokens. Raises NotFound."""
    end_credential(own.session, viewer=own.viewer, credential_id=credential_id, now=own.now)
    return own.back(N_("The token has ended."))
