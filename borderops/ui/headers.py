"""What every reply tells the browser to refuse: the Content-Security-Policy and its companions.

A page may run the scripts that carry the nonce of this very reply, and nothing else: no script written into
the page by what somebody typed, none from elsewhere, no `eval`. Styles come from our own files alone.
"""

import secrets
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Of every page. Leaflet and Bootstrap draw with pictures in the text of a style sheet (`data:`), and the
#: inspection form shows photos before they are sent (`blob:`).
PAGE_POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'nonce-%(nonce)s'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "%(framed_by)s",
    "base-uri": "'none'",
    "form-action": "'self'",
}

#: Of everything else: what is not a page may do nothing, even where a browser takes it for one.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"

#: Of every reply. A phone in the field may ask where it is and take photos; nothing else of it is needed.
ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

#: Two years, and all names below: a browser that saw it never asks over plain HTTP again.
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"

#: Nothing is kept by a browser; what is the same for everybody may be, and says so itself.
NO_STORE = "no-store"

_NONCE = "csp_nonce"
_FRAMED = "may_be_framed"


def page_nonce(request: Request) -> str:
    """The nonce of the reply to this request; made when first asked for."""
    state = request.scope.setdefault("state", {})
    nonce: str = state.setdefault(_NONCE, secrets.token_urlsafe(18))
    return nonce


def let_be_framed(request: Request) -> None:
    """Say that the reply to this request is a part of our own pages, in a frame of theirs."""
    request.scope.setdefault("state", {})[_FRAMED] = True


def page_policy(request: Request) -> str:
    """The Content-Security-Policy of a page in reply to this request."""
    framed = request.scope.get("state", {}).get(_FRAMED, False)
    values = {"nonce": page_nonce(request), "framed_by": "'self'" if framed else "'none'"}
    return "; ".join(f"{name} {sources % values}" for name, sources in PAGE_POLICY.items())


def secure_headers(request: Request, *, media_type: str, https: bool = False) -> Mapping[str, str]:
    """The headers of a reply of that media type; `https` where people reach the program by it."""
    is_page = media_type.startswith("text/html")
    headers = {
        **ALWAYS,
        "Content-Security-Policy": page_policy(request) if is_page else DATA_POLICY,
        "Cache-Control": NO_STORE,
    }
    if https or request.scope.get("scheme") == "https":
        headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    return headers


class SecureHeaders:
    """ASGI middleware: every reply carries the headers; what a reply says itself stays as it says it.

    `https` says that people reach the program by https even where this process is spoken to by http.
    """

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its reply with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                told = headers.get("content-type", "")
                added = secure_headers(Request(scope), media_type=told, https=self._https)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_secured)
