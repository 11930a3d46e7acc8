"""The auditors' page: events, newest first, and whether their chain stands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.audit.models import Event
from borderops.audit.queries import EventFilter, find_head, list_actions, list_events
from borderops.audit.verification import VerificationFile
from borderops.audit.walk import HARM_TEXTS
from borderops.core.messages import Message
from borderops.core.viewer import Viewer
from borderops.core.web import SessionDep
from borderops.markers.models import Feature
from borderops.oversight.asking import PAGE_SIZE, read_question
from borderops.oversight.rules import ACTION_TEXTS
from borderops.register.queries import find_feature_id
from borderops.ui.fields import ProblemsAt
from borderops.ui.frame import render

router = APIRouter(include_in_schema=False)


@router.get("/events", name="events", dependencies=[Depends(requires(Permission.READ_EVENTS))])
def events(request: Request, session: SessionDep, viewer: ViewerDep) -> Response:
    """What happened, narrowed as the address says; the head of the chain and its last verification."""
    question = read_question(request.query_params)
    found = list_events(
        session,
        viewer=viewer,
        asked=_by_id(session, viewer, question.asked),
        limit=PAGE_SIZE,
        offset=(question.page - 1) * PAGE_SIZE,
    )
    last = VerificationFile(request.app.state.home).read()
    return render(
        request,
        "oversight/events.html",
        events=found.events,
        total=found.total,
        page_number=question.page,
        page_size=PAGE_SIZE,
        given=question.given,
        problems=question.problems,
        wrong=ProblemsAt(question.problems),
        actions=list_actions(session, viewer=viewer),
        action_texts=ACTION_TEXTS,
        features=_features(session, found.events),
        head=find_head(session),
        verification=last,
        findings=[
            Message(HARM_TEXTS[one.harm], {"seq": one.seq, "detail": one.detail}) for one in last.findings
        ]
        if last
        else [],
        as_text=_as_text,
    )


def _by_id(session: Session, viewer: Viewer, asked: EventFilter) -> EventFilter:
    """The same question about a feature's id, where the subject was given by number or code."""
    if asked.subject_id is None:
        return asked
    found = find_feature_id(session, viewer=viewer, address=asked.subject_id)
    return replace(asked, subject_id=str(found)) if found else asked


def _features(session: Session, events: Sequence[Event]) -> Mapping[str, str]:
    """The codes of the features that these events are about, by id."""
    ids = {event.subject_id for event in events if event.subject_kind == "feature"}
    rows = session.execute(
        select(Feature.id, Feature.code).where(Feature.id.in_([UUID(one) for one in sorted(ids)]))
    )
    return {str(feature_id): code for feature_id, code in rows}


def _as_text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1)
