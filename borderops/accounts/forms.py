"""What the pages of accounts share: who visits, where the installation's vault is, and reading forms."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData

from borderops.accounts.authentication import client_address
from borderops.accounts.cookies import device_cookie
from borderops.accounts.gate import Visitor
from borderops.accounts.signing_in import SigningIn, request_signing_in
from borderops.accounts.vault import Vault, open_vault
from borderops.core.errors import BorderopsError, Conflict, InvalidInput, Problems
from borderops.core.messages import N_
from borderops.ui.frame import render
from borderops.ui.notices import read_notices, take_notices


@lru_cache(maxsize=8)
def _vault_of(home: Path) -> Vault:
    return open_vault(home)


def request_vault(request: Request) -> Vault:
    """The vault of this installation; its key is read once."""
    home: Path = request.app.state.home
    return _vault_of(home)


def request_visitor(request: Request) -> Visitor:
    """From where the request comes."""
    https = request_signing_in(request).is_https(request.scope)
    return Visitor(
        address=client_address(request.scope),
        agent=request.headers.get("user-agent", ""),
        device_cookie=request.cookies.get(device_cookie(https=https), ""),
    )


VaultDep = Annotated[Vault, Depends(request_vault)]
VisitorDep = Annotated[Visitor, Depends(request_visitor)]
__all__ = [
    "SigningInDep",
    "VaultDep",
    "VisitorDep",
    "day_of",
    "draw",
    "request_signing_in",
    "request_vault",
    "request_visitor",
    "text_of",
    "texts_of",
    "try_to",
]

SigningInDep = Annotated[SigningIn, Depends(request_signing_in)]


def text_of(form: FormData, name: str) -> str:
    """One field of a form as text; empty where it was not sent. Passwords are taken as they are."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    """All values of a field that may be chosen several times."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def day_of(form: FormData, name: str, *, required: bool = True) -> date | None:
    """A date of a form. Raises InvalidInput."""
    typed = text_of(form, name).strip()
    if not typed and not required:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise InvalidInput(N_("Give a date such as 2024-06-30."), field=name) from None


def try_to(do: Callable[[], object]) -> list[BorderopsError]:
    """Do it; what a person can mend about it comes back to be shown on the page."""
    try:
        do()
    except Problems as error:
        return list(error.problems)
    except (InvalidInput, Conflict) as error:
        return [error]
    return []


def draw(request: Request, template: str, /, *, status_code: int = 200, **context: Any) -> Response:
    """Draw a page with what the form before it left to be said; it is said once."""
    reply = render(
        request,
        template,
        status_code=status_code,
        as_of_bar=False,
        notices=read_notices(request),
        **context,
    )
    take_notices(request, reply)
    return reply
