"""The two addresses of signing in by an organisation: going there, and coming back."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from borderops.accounts.attempts import record_attempt
from borderops.accounts.cookies import drop_errand, errand_cookie, set_errand
from borderops.accounts.entering import Result, begin_by_organisation
from borderops.accounts.forms import SigningInDep, VaultDep, VisitorDep
from borderops.accounts.models import Account
from borderops.accounts.organisation import arrive, depart
from borderops.accounts.pages import go_on, sign_in_page
from borderops.accounts.signing_in import Organisation, SigningIn
from borderops.accounts.vocabulary import Outcome, Step
from borderops.accounts.web import public, safe_next
from borderops.core.elevation import as_system
from borderops.core.errors import InvalidInput, NotFound
from borderops.core.messages import N_
from borderops.core.web import NowDep, SessionDep

router = APIRouter(dependencies=[Depends(public)])


@router.get("/sign-in/organisation", name="organisation")
def organisation(request: Request, signing_in: SigningInDep, vault: VaultDep) -> Response:
    """Send the browser to the organisation's sign-in. Raises NotFound where there is none."""
    departure = depart(
        _organisation(signing_in),
        vault=vault,
        back_to=_back_to(request, signing_in),
        wanted=safe_next(request.query_params.get("next")),
    )
    reply = RedirectResponse(departure.address, status_code=303)
    set_errand(reply, departure.cookie, https=signing_in.is_https(request.scope))
    return reply


@router.get("/sign-in/organisation/return", name="organisation_return")
def organisation_return(
    request: Request,
    session: SessionDep,
    signing_in: SigningInDep,
    vault: VaultDep,
    visitor: VisitorDep,
    moment: NowDep,
) -> Response:
    """Take the browser back, with the person whom the organisation names. Raises OrganisationRefused."""
    https = signing_in.is_https(request.scope)
    held = _organisation(signing_in)
    subject, wanted = arrive(
        held,
        vault=vault,
        back_to=_back_to(request, signing_in),
        cookie=request.cookies.get(errand_cookie(https=https), ""),
        state=request.query_params.get("state", ""),
        code=request.query_params.get("code", ""),
    )
    with as_system(session):
        account = session.scalar(
            select(Account).where(
                Account.issuer == held.issuer, Account.subject == subject, Account.ended_at.is_(None)
            )
        )
        if account is None:
            record_attempt(
                session,
                step=Step.ORGANISATION,
                outcome=Outcome.REFUSED,
                address=visitor.address,
                now=moment,
                detail=f"{held.issuer} {subject}",
            )
    if account is None:
        problem = InvalidInput(N_("Nobody here is that person. Ask your administrator."))
        reply = sign_in_page(request, problem=problem)
    else:
        entry = begin_by_organisation(session, account=account, visitor=visitor, now=moment)
        steps = {Result.SECOND_FACTOR: "second_factor", Result.ENROL: "set_up"}
        reply = go_on(request, vault, entry, step=steps.get(entry.result, ""), wanted=wanted)
    drop_errand(reply, https=https)
    return reply


def _organisation(signing_in: SigningIn) -> Organisation:
    if signing_in.organisation is None:
        raise NotFound(N_("There is no such page."))
    return signing_in.organisation


def _back_to(request: Request, signing_in: SigningIn) -> str:
    """The address that the organisation sends the browser back to, as it was registered there."""
    root = signing_in.public_url or str(request.base_url).rstrip("/")
    return root + str(request.app.url_path_for("organisation_return"))
