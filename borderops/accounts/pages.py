"""The pages of signing in: name and password, second factor, setting one up, signing out."""

from datetime import timedelta
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from borderops.accounts.cookies import drop_session, session_cookie, set_device, set_session
from borderops.accounts.entering import (
    Entry,
    Result,
    complete,
    confirm,
    enter,
    find_pending,
    show_again,
)
from borderops.accounts.forgery import FormDep
from borderops.accounts.forms import VaultDep, VisitorDep, request_signing_in, text_of, try_to
from borderops.accounts.own_account import begin_second_factor, confirm_second_factor
from borderops.accounts.people import get_own_account
from borderops.accounts.rules import Permission
from borderops.accounts.second_factor import picture, provisioning_address
from borderops.accounts.sessions import end_session
from borderops.accounts.vault import Vault
from borderops.accounts.web import (
    SIGN_IN,
    SIGN_IN_AGAIN,
    SignedInDep,
    ViewerDep,
    public,
    requires,
    safe_next,
)
from borderops.core.elevation import as_system
from borderops.core.errors import BorderopsError, InvalidInput
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.core.web import NowDep, SessionDep
from borderops.ui.frame import Frame, render

router = APIRouter()

_WRONG = N_("The name and the password do not fit together.")
_WRONG_CODE = N_("This is not the code that the app shows now, or it was used already.")


@router.get(SIGN_IN, name="sign_in", dependencies=[Depends(public)])
def sign_in(request: Request) -> Response:
    """The page where people sign in, also as somebody else."""
    return sign_in_page(request)


@router.post(SIGN_IN, name="sign_in_form", dependencies=[Depends(public)])
def sign_in_form(
    request: Request, session: SessionDep, vault: VaultDep, visitor: VisitorDep, moment: NowDep, form: FormDep
) -> Response:
    """Try the name and the password."""
    login = text_of(form, "login")
    entry = enter(
        session, vault=vault, login=login, password=text_of(form, "password"), visitor=visitor, now=moment
    )
    if entry.result in {Result.WRONG, Result.SLOWED}:
        return sign_in_page(request, login=login, problem=_told(entry, _WRONG))
    steps = {Result.SECOND_FACTOR: "second_factor", Result.ENROL: "set_up", Result.IN: ""}
    return go_on(request, vault, entry, step=steps[entry.result])


def sign_in_page(request: Request, *, login: str = "", problem: BorderopsError | None = None) -> Response:
    """The page where people sign in, with what was wrong."""
    return render(
        request,
        "accounts/sign_in.html",
        status_code=200 if problem is None else 422,
        as_of_bar=False,
        login=login,
        problems=[problem] if problem else [],
        organisation=request_signing_in(request).organisation,
    )


def _told(entry: Entry, wrong: str, *, field: str = "password") -> InvalidInput:
    """What is said of a try that led nowhere; the same for every name."""
    if entry.result is Result.SLOWED:
        seconds = max(1, round(entry.wait / timedelta(seconds=1)))
        return InvalidInput(
            N_("Too much was tried. Wait %(seconds)s seconds, then try again."), field=field, seconds=seconds
        )
    return InvalidInput(wrong, field=field)


def go_on(request: Request, vault: Vault, entry: Entry, *, step: str = "", wanted: str = "") -> Response:
    """Hand the session's cookie out and lead on: to the next step, or to where the person wanted to be.

    `wanted` is where that is, where the address does not say it itself.
    """
    https = request_signing_in(request).is_https(request.scope)
    target = _wanted(request, entry.viewer, asked=wanted)
    if step:
        asked = f"?next={quote(wanted, safe='')}" if wanted else _query_of(request)
        target = str(request.app.url_path_for(step)) + asked
    reply = RedirectResponse(target, status_code=303)
    set_session(reply, entry.token, https=https)
    if entry.result is Result.IN and entry.account is not None:
        set_device(reply, vault.sign_device(entry.account.id), https=https)
    return reply


def _wanted(request: Request, viewer: Viewer, *, asked: str = "") -> str:
    """Where the person wanted to be; from the first page, the first one that their duties cover."""
    wanted = safe_next(asked or request.query_params.get("next"))
    frame: Frame = request.app.state.frame
    if wanted != "/":
        return wanted
    return str(request.app.url_path_for(frame.first_page(viewer) or "account"))


def _query_of(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


def _token(request: Request) -> str:
    https = request_signing_in(request).is_https(request.scope)
    return request.cookies.get(session_cookie(https=https), "")


def _anew(request: Request) -> Response:
    """Back to the first step: what waited for a second factor is over."""
    return RedirectResponse(str(request.app.url_path_for("sign_in")) + _query_of(request), status_code=303)


@router.get("/sign-in/second-factor", name="second_factor", dependencies=[Depends(public)])
def second_factor(request: Request, session: SessionDep, moment: NowDep) -> Response:
    """Ask for the code of the app."""
    if find_pending(session, token=_token(request), now=moment) is None:
        return _anew(request)
    return _code_page(request)


@router.post("/sign-in/second-factor", name="second_factor_form", dependencies=[Depends(public)])
def second_factor_form(
    request: Request, session: SessionDep, vault: VaultDep, visitor: VisitorDep, moment: NowDep, form: FormDep
) -> Response:
    """Try the code, or a recovery code."""
    entry = confirm(
        session,
        vault=vault,
        token=_token(request),
        code=text_of(form, "code"),
        visitor=visitor,
        now=moment,
    )
    if entry.result is Result.OVER:
        return _anew(request)
    if entry.result is not Result.IN:
        return _code_page(request, problem=_told(entry, _WRONG_CODE, field="code"))
    return go_on(request, vault, entry)


def _code_page(request: Request, *, problem: BorderopsError | None = None) -> Response:
    return render(
        request,
        "accounts/second_factor.html",
        status_code=200 if problem is None else 422,
        as_of_bar=False,
        problems=[problem] if problem else [],
    )


@router.get("/sign-in/set-up", name="set_up", dependencies=[Depends(public)])
def set_up(request: Request, session: SessionDep, vault: VaultDep, moment: NowDep) -> Response:
    """Show the picture for the app to one whose role demands a second factor and who has none yet."""
    pending = find_pending(session, token=_token(request), now=moment)
    if pending is None or pending[1].totp_confirmed_at is not None:
        return _anew(request)
    return _set_up_page(
        request, begin_second_factor(session, vault=vault, account=pending[1]), pending[1].login
    )


@router.post("/sign-in/set-up", name="set_up_form", dependencies=[Depends(public)])
def set_up_form(
    request: Request, session: SessionDep, vault: VaultDep, visitor: VisitorDep, moment: NowDep, form: FormDep
) -> Response:
    """Take the app's first code: the person is in, and sees the recovery codes once."""
    pending = find_pending(session, token=_token(request), now=moment)
    if pending is None or pending[1].totp_confirmed_at is not None:
        return _anew(request)
    account = pending[1]
    codes: list[str] = []
    problems = try_to(
        lambda: codes.extend(
            confirm_second_factor(
                session,
                vault=vault,
                account=account,
                code=text_of(form, "code"),
                origin=visitor.address,
                now=moment,
            )
        )
    )
    if problems:
        secret = begin_second_factor(session, vault=vault, account=account)
        return _set_up_page(request, secret, account.login, problem=problems[0])
    entry = complete(session, pending=pending, visitor=visitor, now=moment)
    reply = codes_page(request, codes, onward=_wanted(request, entry.viewer))
    https = request_signing_in(request).is_https(request.scope)
    set_session(reply, entry.token, https=https)
    set_device(reply, vault.sign_device(account.id), https=https)
    return reply


def _set_up_page(
    request: Request, secret: str, login: str, *, problem: BorderopsError | None = None
) -> Response:
    return render(
        request,
        "accounts/set_up.html",
        status_code=200 if problem is None else 422,
        as_of_bar=False,
        secret=secret,
        picture=picture(provisioning_address(secret, login=login)),
        problems=[problem] if problem else [],
        action=request.url.path + _query_of(request),
    )


def codes_page(request: Request, codes: list[str], *, onward: str) -> Response:
    """The recovery codes, shown this once."""
    return render(request, "accounts/recovery_codes.html", as_of_bar=False, codes=codes, onward=onward)


@router.get(SIGN_IN_AGAIN, name="sign_in_again", dependencies=[Depends(requires(Permission.OWN_ACCOUNT))])
def sign_in_again(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    """Ask once more who one is, before a sensitive step."""
    account = get_own_account(session, viewer=viewer)
    return _again_page(request, two=account.totp_confirmed_at is not None)


@router.post(
    SIGN_IN_AGAIN, name="sign_in_again_form", dependencies=[Depends(requires(Permission.OWN_ACCOUNT))]
)
def sign_in_again_form(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    signed_in: SignedInDep,
    vault: VaultDep,
    visitor: VisitorDep,
    moment: NowDep,
    form: FormDep,
) -> Response:
    """Try the password and the code once more, and lead back to the step."""
    account = get_own_account(session, viewer=viewer)
    entry = show_again(
        session,
        vault=vault,
        account=account,
        session_id=signed_in.session_id,
        password=text_of(form, "password"),
        code=text_of(form, "code"),
        visitor=visitor,
        now=moment,
    )
    if entry.result is not Result.IN:
        wrong = N_("This does not fit. A code is taken once: wait for the next one.")
        return _again_page(request, two=account.totp_confirmed_at is not None, problem=_told(entry, wrong))
    return RedirectResponse(
        safe_next(request.query_params.get("next"), otherwise="/account"), status_code=303
    )


def _again_page(request: Request, *, two: bool, problem: BorderopsError | None = None) -> Response:
    return render(
        request,
        "accounts/again.html",
        status_code=200 if problem is None else 422,
        as_of_bar=False,
        two=two,
        problems=[problem] if problem else [],
    )


@router.post("/sign-out", name="sign_out", dependencies=[Depends(public)])
def sign_out(
    request: Request, session: SessionDep, viewer: ViewerDep, signed_in: SignedInDep, moment: NowDep
) -> Response:
    """End the session, on the server too."""
    if signed_in.session_id is not None:
        with as_system(session):
            end_session(session, viewer=viewer, session_id=signed_in.session_id, now=moment)
    reply = RedirectResponse(str(request.app.url_path_for("sign_in")), status_code=303)
    drop_session(reply, https=request_signing_in(request).is_https(request.scope))
    return reply
