"""Refusing forms and requests that another site made a signed-in reader's browser send.

Besides `ui.origin`, which asks the browser where a request came from, every request that writes and is known
by a cookie must carry the token of that cookie (`ui.form_token`): in a field of its form, or in the header
`X-CSRF-Token`. A program that shows a bearer token needs none; no browser sends that of itself.
"""

import hmac
import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.datastructures import FormData, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from borderops.accounts.cookies import form_cookie, session_cookie, set_form
from borderops.accounts.signed_in import NOT_SIGNED_IN, SignedIn
from borderops.core.errors import NotAllowed
from borderops.core.messages import N_
from borderops.ui.form_token import FIELD, HEADER, derive_token

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")

#: No form of the program has more files or fields.
MOST_FILES = 25
MOST_FIELDS = 200


class ForgedForm(NotAllowed):
    """It does not carry the token of the browser's session."""

    code = "forged-form"


class FormSecrets:
    """ASGI middleware, inside of `Authentication`: gives requests the secret of their form tokens."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; where a page made a first secret, its cookie goes with the reply."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        https = self._https or scope["scheme"] == "https"
        state = scope.setdefault("state", {})
        state["form_secret"] = _secret_of(scope, https=https)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and state.get("form_secret_is_new"):
                cookie = Response()
                set_form(cookie, state["form_secret"], https=https)
                MutableHeaders(scope=message).append("set-cookie", cookie.headers["set-cookie"])
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _secret_of(scope: Scope, *, https: bool) -> str:
    cookies = cookie_parser(Request(scope).headers.get("cookie", ""))
    signed_in: SignedIn = scope["state"].get("signed_in", NOT_SIGNED_IN)
    if signed_in.session_id is not None:
        return cookies[session_cookie(https=https)]
    held = cookies.get(form_cookie(https=https), "")
    return held if _SECRET.fullmatch(held) else ""


async def refuse_forged(request: Request) -> None:
    """Raise ForgedForm where the request writes, is known by a cookie or by nothing, and lacks the token."""
    if request.method in _READING:
        return
    signed_in: SignedIn = getattr(request.state, "signed_in", NOT_SIGNED_IN)
    if signed_in.credential_id is not None:
        return
    secret: str = getattr(request.state, "form_secret", "")
    sent = request.headers.get(HEADER, "") or await _field(request)
    if not secret or not hmac.compare_digest(sent.encode(), derive_token(secret).encode()):
        raise ForgedForm(
            N_("The page that this was sent from is out of date; nothing was recorded. Open it anew.")
        )


async def _field(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    sent = (await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)).get(FIELD)
    return sent if isinstance(sent, str) else ""


async def sent_form(request: Request) -> AsyncIterator[FormData]:
    """The form that was sent, without its token; files are on disk where large, and closed at the end.

    It is read once for all who ask; Starlette refuses one with more files or fields.
    """
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        yield FormData([(name, value) for name, value in form.multi_items() if name != FIELD])


FormDep = Annotated[FormData, Depends(sent_form)]
