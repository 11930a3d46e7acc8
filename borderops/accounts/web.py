"""Who the request speaks for, and what a route demands of them."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from borderops.accounts.forgery import refuse_forged
from borderops.accounts.own_account import ShowAgain
from borderops.accounts.rules import Permission
from borderops.accounts.signed_in import NOT_SIGNED_IN, SignedIn
from borderops.core.errors import NotAllowed, NotSignedIn
from borderops.core.messages import N_
from borderops.core.viewer import Viewer, viewer_in
from borderops.ui.frame import is_fragment
from borderops.ui.problems import FOR_PROGRAMS, tell

#: Where people sign in.
SIGN_IN = "/sign-in"

#: Where they show once more who they are.
SIGN_IN_AGAIN = "/sign-in/again"

#: Where one who posted a form too late finds its page again.
_OWN_PAGE = "/account"


async def request_viewer(request: Request) -> Viewer:
    """The viewer of a request, whom the middleware of signing in found."""
    return viewer_in(request.state)


ViewerDep = Annotated[Viewer, Depends(request_viewer)]


async def request_signed_in(request: Request) -> SignedIn:
    """By what the viewer of a request is known: a session, a credential, or nothing."""
    found: SignedIn = getattr(request.state, "signed_in", NOT_SIGNED_IN)
    return found


SignedInDep = Annotated[SignedIn, Depends(request_signed_in)]

#: What a route's dependency carries so that the table of routes can be read (`permission_of`).
MARK = "borderops_permission"


def requires(permission: Permission) -> Callable[[Request, Viewer], Awaitable[None]]:
    """A dependency that refuses whoever does not have the permission, and what another site sent for them.

    Every route has exactly one:

    `@router.get(..., dependencies=[Depends(requires(Permission.READ_REGISTER))])`
    """

    async def check(request: Request, viewer: ViewerDep) -> None:
        if viewer.account_id is None and not viewer.permissions:
            raise NotSignedIn(N_("Sign in to see this."))
        if not viewer.may(permission):
            raise NotAllowed(N_("Your duties do not cover this."))
        await refuse_forged(request)

    setattr(check, MARK, permission)
    return check


async def public(request: Request) -> None:
    """A dependency for the few routes that ask for no sign-in: signing in itself and the signs of life."""
    await refuse_forged(request)


setattr(public, MARK, None)


def install_signing_in(app: FastAPI) -> None:
    """Lead people who have not signed in to where they can; programs are told in a problem."""

    @app.exception_handler(NotSignedIn)
    def lead(request: Request, error: NotSignedIn) -> Response:
        if request.url.path.startswith(FOR_PROGRAMS):
            return tell(request, error)
        root = str(request.scope.get("root_path", "")).rstrip("/")
        again = isinstance(error, ShowAgain)
        wanted = _wanted(request, otherwise=_OWN_PAGE if again else "/")
        address = f"{root}{SIGN_IN_AGAIN if again else SIGN_IN}?next={quote(wanted, safe='')}"
        if is_fragment(request):
            # htmx follows a redirect within the fragment; this makes it load the whole page instead.
            return Response(status_code=200, headers={"HX-Redirect": address})
        return RedirectResponse(address, status_code=303)


def _wanted(request: Request, *, otherwise: str) -> str:
    """Where a person wanted to be: the page they asked for, or another after a form."""
    if request.method not in {"GET", "HEAD"}:
        return otherwise
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def safe_next(text: str | None, *, otherwise: str = "/") -> str:
    """An address within this program to go on to; anything else that was asked for becomes `otherwise`."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return otherwise
    if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in text) or "\\" in text:
        return otherwise
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else otherwise
