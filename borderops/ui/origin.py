"""Refusing what another site makes a reader's browser send.

Every browser says where a request came from (`Sec-Fetch-Site`); programs do not send the header. Nobody
signs in yet, so nothing else stands between a page elsewhere and the register on this machine.
"""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from borderops.core.errors import NotAllowed
from borderops.core.messages import N_
from borderops.ui.problems import tell

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


class ForeignRequest(NotAllowed):
    """Another site sent this through the reader's browser."""

    code = "foreign-request"


class SameOriginWrites:
    """ASGI middleware: what writes must come from our own pages, or from a program."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] not in _READING:
            site = Headers(scope=scope).get("sec-fetch-site", "none")
            if site not in _OURS:
                refused = ForeignRequest(N_("Another site sent this by your browser; nothing was recorded."))
                await tell(Request(scope), refused)(scope, receive, send)
                return
        await self.app(scope, receive, send)
