"""My account: password, second factor, recovery codes, my sessions, my tokens and devices."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from borderops.accounts.actions import end_session
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
from borderops.accounts.signed_in import SignedIn
from borderops.accounts.vocabulary import CredentialKind
from borderops.accounts.web import SignedInDep, ViewerDep, requires
from borderops.boundary.queries import list_units
from borderops.core.clock import end_of_day, today
from borderops.core.errors import BorderopsError
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import onward, render
from borderops.ui.notices import leave_notices

router = APIRouter(dependencies=[Depends(requires(Permission.OWN_ACCOUNT))])


@router.get("/account", name="account")
def account(
    request: Request, session: SessionDep, viewer: ViewerDep, signed_in: SignedInDep, moment: NowDep
) -> Response:
    """My account."""
    return _page(request, session, viewer, signed_in, moment)


@router.post("/account/password", name="account_password")
def account_password(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    signed_in: SignedInDep,
    moment: NowDep,
    form: FormDep,
) -> Response:
    """Set another password; my other sessions end."""
    require_fresh(signed_in, now=moment)
    own = get_own_account(session, viewer=viewer)
    problems = try_to(
        lambda: change_password(
            session,
            viewer=viewer,
            account=own,
            password=text_of(form, "password"),
            keep=signed_in.session_id,
            now=moment,
        )
    )
    if problems:
        return _page(request, session, viewer, signed_in, moment, problems=problems)
    return _back(request, N_("The password is changed; your other sessions have ended."))


@router.get("/account/second-factor", name="account_second_factor")
def account_second_factor(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    signed_in: SignedInDep,
    vault: VaultDep,
    moment: NowDep,
) -> Response:
    """Set up a second factor: the picture for the app."""
    require_fresh(signed_in, now=moment)
    own = get_own_account(session, viewer=viewer)
    if own.totp_confirmed_at is not None:
        return RedirectResponse(onward(request, "account"), status_code=303)
    return _set_up(request, own, begin_second_factor(session, vault=vault, account=own))


@router.post("/account/second-factor", name="account_second_factor_form")
def account_second_factor_form(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    signed_in: SignedInDep,
    vault: VaultDep,
    visitor: VisitorDep,
    moment: NowDep,
    form: FormDep,
) -> Response:
    """Take the app's first code; the recovery codes are shown once."""
    require_fresh(signed_in, now=moment)
    own = get_own_account(session, viewer=viewer)
    codes: list[str] = []
    problems = try_to(
        lambda: codes.extend(
            confirm_second_factor(
                session,
                vault=vault,
                account=own,
                code=text_of(form, "code"),
                origin=visitor.address,
                now=moment,
            )
        )
    )
    if not problems:
        return codes_page(request, codes, onward=onward(request, "account"))
    if own.totp_secret is None or own.totp_confirmed_at is not None:
        return _page(request, session, viewer, signed_in, moment, problems=problems)
    return _set_up(request, own, begin_second_factor(session, vault=vault, account=own), problems)


def _set_up(request: Request, own: Account, secret: str, problems: Sequence[BorderopsError] = ()) -> Response:
    return render(
        request,
        "accounts/set_up.html",
        status_code=422 if problems else 200,
        as_of_bar=False,
        secret=secret,
        picture=picture(provisioning_address(secret, login=own.login)),
        problems=problems,
        action=onward(request, "account_second_factor_form"),
    )


@router.post("/account/second-factor/replace", name="replace_second_factor")
def replace(
    request: Request, session: SessionDep, viewer: ViewerDep, signed_in: SignedInDep, moment: NowDep
) -> Response:
    """Forget the app that I have and set another one up at once."""
    require_fresh(signed_in, now=moment)
    own = get_own_account(session, viewer=viewer)
    replace_second_factor(session, viewer=viewer, account=own, now=moment)
    return RedirectResponse(onward(request, "account_second_factor"), status_code=303)


@router.post("/account/second-factor/remove", name="drop_second_factor")
def remove(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    signed_in: SignedInDep,
    moment: NowDep,
    form: FormDep,
) -> Response:
    """Give the second factor up, where no role demands it and the password stands alone."""
    require_fresh(signed_in, now=moment)
    own = get_own_account(session, viewer=viewer)
    problems = try_to(
        lambda: drop_second_factor(
            session, viewer=viewer, account=own, password=text_of(form, "current"), now=moment
        )
    )
    if problems:
        return _page(request, session, viewer, signed_in, moment, problems=problems)
    return _back(request, N_("There is no second factor any more."))


@router.post("/account/recovery-codes", name="recovery_codes")
def recovery_codes(
    request: Request, session: SessionDep, viewer: ViewerDep, signed_in: SignedInDep, moment: NowDep
) -> Response:
    """New recovery codes; the ones before are worth nothing from now on."""
    require_fresh(signed_in, now=moment)
    own = get_own_account(session, viewer=viewer)
    codes = renew_recovery_codes(session, viewer=viewer, account=own, now=moment)
    return codes_page(request, codes, onward=onward(request, "account"))


@router.post("/account/sessions/{session_id}/end", name="end_own_session")
def end_own_session(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, session_id: UUID
) -> Response:
    """End one of my sessions. Raises NotFound."""
    end_session(session, viewer=viewer, session_id=session_id, now=moment)
    return _back(request, N_("The session has ended."))


@router.post("/account/credentials", name="make_own_credential")
def make_own_credential(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    signed_in: SignedInDep,
    moment: NowDep,
    form: FormDep,
) -> Response:
    """A token for a program or a device of mine; it is shown once."""
    require_fresh(signed_in, now=moment)
    own = get_own_account(session, viewer=viewer)
    made: list[MadeCredential] = []

    def make() -> None:
        ends_on = day_of(form, "ends_on")
        made.append(
            make_credential(
                session,
                viewer=viewer,
                account=own,
                kind=CredentialKind.DEVICE
                if text_of(form, "kind") == CredentialKind.DEVICE
                else CredentialKind.API_TOKEN,
                label=text_of(form, "label"),
                permissions=texts_of(form, "permissions"),
                ends_at=end_of_day(ends_on) if ends_on else moment,
                now=moment,
            )
        )

    problems = try_to(make)
    return _page(
        request, session, viewer, signed_in, moment, problems=problems, made=made[0] if made else None
    )


@router.post("/account/credentials/{credential_id}/end", name="end_own_credential")
def end_own_credential(
    request: Request, session: SessionDep, viewer: ViewerDep, moment: NowDep, credential_id: UUID
) -> Response:
    """End one of my tokens. Raises NotFound."""
    end_credential(session, viewer=viewer, credential_id=credential_id, now=moment)
    return _back(request, N_("The token has ended."))


def _back(request: Request, said: str) -> Response:
    reply = RedirectResponse(onward(request, "account"), status_code=303)
    leave_notices(reply, [Message(said)])
    return reply


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    signed_in: SignedIn,
    moment: datetime,
    *,
    problems: Sequence[BorderopsError] = (),
    made: MadeCredential | None = None,
) -> Response:
    own = get_own_account(session, viewer=viewer)
    demanded = needs_second_factor(session, account=own, today=today(moment))
    two = demanded or own.totp_confirmed_at is not None
    return draw(
        request,
        "accounts/account.html",
        status_code=422 if problems else 200,
        account=own,
        roles=list_roles(session, account=own),
        units=list_units(session, viewer=viewer),
        least=LEAST_WITH_SECOND_FACTOR if two else LEAST_ALONE,
        demanded=demanded,
        codes_left=count_recovery_codes(session, account=own),
        sessions=list_sessions(session, limits=request_signing_in(request).limits, now=moment, account=own),
        this_session=signed_in.session_id,
        credentials=list_credentials(session, account=own),
        grantable=grantable(viewer),
        kinds=list(CredentialKind),
        ends_on=today(moment) + timedelta(days=90),
        now=moment,
        today=today(moment),
        made=made,
        problems=problems,
        wrong=ProblemsAt(problems),
    )
