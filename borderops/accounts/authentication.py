"""The middleware that says who a request comes from, before anything else looks at it.

A program shows `Authorization: Bearer …`; a browser its cookie. What was found is remembered for a second
at most, so that a page of fifty pictures asks the database once, and forgotten at once when this process
changes anything about sessions, credentials or roles.
"""

import time
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from borderops.accounts.attempts import record_refusal
from borderops.accounts.cookies import session_cookie
from borderops.accounts.signed_in import (
    NOT_SIGNED_IN,
    SessionLimits,
    SignedIn,
    find_by_cookie,
    find_by_credential,
    take_accounts_changed,
)
from borderops.accounts.tokens import token_hash
from borderops.core.clock import now
from borderops.core.elevation import as_system
from borderops.core.errors import Unavailable
from borderops.core.messages import N_
from borderops.ui.problems import tell

#: For how long a found viewer is remembered, in seconds of the machine's steady clock.
REMEMBERED_S = 1.0

#: What is the same for everybody is answered without asking who wants it.
FOR_EVERYBODY = ("/static/", "/healthz", "/readyz")

_MOST_REMEMBERED = 10_000
_FORBIDDEN = 403


class Remembered:
    """Who was found by which token, for a second; the tokens themselves are not kept."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[bytes, tuple[float, SignedIn]] = {}
        self.changes = 0

    def find(self, key: bytes) -> SignedIn | None:
        """What was found less than a second ago."""
        held = self._held.get(key)
        return held[1] if held is not None and self._clock() - held[0] < REMEMBERED_S else None

    def keep(self, key: bytes, found: SignedIn, *, changes: int) -> None:
        """Remember it, unless something was changed since the looking began (`changes` was noted then)."""
        if changes != self.changes:
            return
        if len(self._held) >= _MOST_REMEMBERED:
            self._held.clear()
        self._held[key] = (self._clock(), found)

    def forget(self) -> None:
        """Forget everybody: something about signing in has changed."""
        self.changes += 1
        self._held.clear()


def forget_on_change(sessions: sessionmaker[Session], remembered: Remembered) -> None:
    """Forget as soon as one of these sessions has committed a change to who may do what."""

    def forget(session: Session) -> None:
        if take_accounts_changed(session):
            remembered.forget()

    event.listen(sessions, "after_commit", forget)


class Authentication:
    """ASGI middleware: sets `request.state.signed_in` and `.viewer` of every request.

    `https` says that people reach the program by https even where this process is spoken to by http.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        sessions: sessionmaker[Session],
        limits: SessionLimits,
        https: bool,
    ) -> None:
        self.app = app
        self._sessions = sessions
        self._limits = limits
        self._https = https
        self.remembered = Remembered()
        forget_on_change(sessions, self.remembered)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find who asks, pass the request on, and write down what was refused to whom."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        try:
            found = await self._find(scope)
        except OperationalError:
            unavailable = Unavailable(N_("The database cannot be reached; nothing was recorded. Try again."))
            await tell(Request(scope), unavailable)(scope, receive, send)
            return
        scope["state"]["signed_in"] = found
        scope["state"]["viewer"] = found.viewer
        if found.viewer.account_id is None:
            await self.app(scope, receive, send)
            return
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self.app(scope, receive, watch)
        if status == _FORBIDDEN:
            await run_in_threadpool(self._write_refusal, scope, found)

    async def _find(self, scope: Scope) -> SignedIn:
        if scope["path"].startswith(FOR_EVERYBODY):
            return NOT_SIGNED_IN
        headers = Headers(scope=scope)
        kind, token = _shown(headers, https=self._https or scope["scheme"] == "https")
        if not token:
            return NOT_SIGNED_IN
        key = token_hash(kind + token)
        held = self.remembered.find(key)
        if held is not None:
            return held
        changes = self.remembered.changes
        found = await run_in_threadpool(self._look_up, kind, token, client_address(scope))
        self.remembered.keep(key, found, changes=changes)
        return found

    def _look_up(self, kind: str, token: str, address: str) -> SignedIn:
        with self._sessions.begin() as session, as_system(session):
            if kind == "bearer":
                return find_by_credential(session, token=token, address=address, now=now())
            return find_by_cookie(session, token=token, limits=self._limits, address=address, now=now())

    def _write_refusal(self, scope: Scope, found: SignedIn) -> None:
        with self._sessions.begin() as session, as_system(session):
            record_refusal(
                session,
                viewer=found.viewer,
                asked=f"{scope['method']} {scope['path']}",
                address=client_address(scope),
                now=now(),
            )


def _shown(headers: Headers, *, https: bool) -> tuple[str, str]:
    """What a request shows: its kind and the token, or an empty token. A header goes before a cookie."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return "bearer", token.strip()
    cookies = cookie_parser(headers.get("cookie", ""))
    return "cookie", cookies.get(session_cookie(https=https), "")


def client_address(scope: Scope) -> str:
    """The network address that a request came from; empty where the server does not say."""
    client = scope.get("client")
    return str(client[0]) if client else ""
