"""Seeing pages as the other side sees them: the viewer of a request is switched, to read and nothing else.

A page whose address says `seen_as=xiangkhouang` is drawn for that Lao province: the same queries, the same
row security, nothing of its own. Whoever asks needs SEE_AS_COUNTERPART, and that they looked is an event.
"""

from dataclasses import replace
from urllib.parse import parse_qs, parse_qsl, urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from borderops.accounts.rules import PERMISSIONS, Permission, Role
from borderops.audit.actions import record_read
from borderops.audit.rules import Read
from borderops.boundary.models import Unit
from borderops.boundary.rules import UnitKind
from borderops.core.database import work_for
from borderops.core.errors import BorderopsError, NotAllowed, NotFound
from borderops.core.messages import N_
from borderops.core.viewer import NOBODY, Sees, Viewer, viewer_in
from borderops.ui.frame import SEEN_AS
from borderops.ui.problems import FOR_PROGRAMS, tell

#: What a page fetches for itself; the page was told of already.
_PARTS_OF_PAGES = ("/static/", "/map/ground.geojson", "/map/script.js")

#: What the other side may do that is no more than reading.
_READING = PERMISSIONS[Role.COUNTERPART_SPECIALIST] & {Permission.READ_REGISTER, Permission.EXPORT}


def as_counterpart(viewer: Viewer, *, audience: str) -> Viewer:
    """The viewer as one of the other side who may only read; name and person stay for the events."""
    return replace(
        viewer,
        sees=Sees.SHARED,
        audience=audience,
        side="LA",
        permissions=frozenset(permission.value for permission in _READING),
        reads=frozenset(),
        writes=frozenset(),
    )


class SeenAs:
    """ASGI middleware, inside of `Authentication`: switches the viewer where the address asks for it."""

    def __init__(self, app: ASGIApp, *, sessions: sessionmaker[Session]) -> None:
        self.app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, for the other side where that is asked for and allowed."""
        asked = _asked(scope)
        if asked is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        viewer = viewer_in(request.state)
        try:
            await run_in_threadpool(self._allow, request, viewer, asked)
        except BorderopsError as error:
            await tell(request, error)(scope, receive, send)
            return
        scope["state"]["viewer"] = as_counterpart(viewer, audience=asked)
        if scope["path"].startswith(FOR_PROGRAMS):  # the interface's own parameters are all that it takes
            scope["query_string"] = _without(scope["query_string"])
        await self.app(scope, receive, send)

    def _allow(self, request: Request, viewer: Viewer, audience: str) -> None:
        """Raise NotAllowed or NotFound; write down that somebody looks."""
        if viewer == NOBODY or not viewer.may(Permission.SEE_AS_COUNTERPART):
            raise NotAllowed(N_("Your duties do not cover this."))
        if request.method not in {"GET", "HEAD"}:
            raise NotAllowed(N_("As the other side one can look only; leave that view to record something."))
        with self._sessions() as session:
            work_for(session, viewer)
            with session.begin():
                provinces = select(Unit.id).where(Unit.id == audience, Unit.kind == UnitKind.LAO_PROVINCE)
                if session.scalar(provinces) is None:
                    raise NotFound(
                        N_("There is no Lao province %(province)s on this line."), province=audience
                    )
                if not request.url.path.startswith(_PARTS_OF_PAGES):
                    record_read(
                        session,
                        viewer=viewer,
                        read=Read.COUNTERPART_VIEW,
                        subject_kind="unit",
                        subject_id=audience,
                        question={"path": request.url.path},
                    )


def _without(query: bytes) -> bytes:
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return urlencode([pair for pair in pairs if pair[0] != SEEN_AS]).encode()


def _asked(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["path"].startswith("/static/"):
        return None
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get(SEEN_AS)
    return asked[-1] if asked else None
