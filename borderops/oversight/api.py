"""Events over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.audit.queries import find_head
from borderops.audit.queries import list_events as list_of_events
from borderops.audit.schemas import EventOut, EventsOut, HeadOut
from borderops.audit.verification import VerificationFile
from borderops.core.web import SessionDep
from borderops.oversight.schemas import ChainOut, EventQuery, VerificationOut
from borderops.ui.problems import problems_documented

router = APIRouter(prefix="/api/v1/events", tags=["events"])

READ = [Depends(requires(Permission.READ_EVENTS))]


@router.get("", responses=problems_documented(422), dependencies=READ)
def list_events(session: SessionDep, viewer: ViewerDep, asked: Annotated[EventQuery, Query()]) -> EventsOut:
    """What happened, newest first: who, in which role, from where, what on what, before and after."""
    page = list_of_events(session, viewer=viewer, asked=asked.asked(), limit=asked.limit, offset=asked.offset)
    return EventsOut(total=page.total, events=[EventOut.model_validate(event) for event in page.events])


@router.get("/chain", dependencies=READ)
def get_chain(request: Request, session: SessionDep) -> ChainOut:
    """The head of the chain of events, and what its last verification found."""
    last = VerificationFile(request.app.state.home).read()
    return ChainOut(
        head=HeadOut.of(find_head(session)),
        verification=VerificationOut.model_validate(last) if last else None,
    )
