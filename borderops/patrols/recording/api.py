"""What happened on a patrol, over HTTP: setting out, reports, tracks, visits, work, coming back."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile, status

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.web import FilesDep, NowDep, SessionDep
from borderops.patrols.recording import actions as recording
from borderops.patrols.recording.gpx import MOST_BYTES
from borderops.patrols.recording.queries import told
from borderops.patrols.recording.schemas import (
    PatrolEndIn,
    RadioIn,
    StartIn,
    VisitIn,
    WalkIn,
    WithdrawalIn,
    WorkIn,
)
from borderops.patrols.recording.tracks import bring_in_track
from borderops.patrols.recording.walks import record_walk, withdraw
from borderops.patrols.replies import BroughtOut, PatrolDetail
from borderops.ui.frame import request_translator
from borderops.ui.problems import problems_documented

router = APIRouter(
    prefix="/api/v1/patrols/{patrol_id}",
    tags=["patrols"],
    responses=problems_documented(403, 404, 409, 422),
)

RECORDS = [Depends(requires(Permission.RECORD_PATROL))]


@router.post("/start", dependencies=RECORDS)
def set_out(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: StartIn
) -> PatrolDetail:
    """The patrol has set out."""
    recording.start_patrol(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/end", dependencies=RECORDS)
def come_back(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: PatrolEndIn
) -> PatrolDetail:
    """The patrol is back, as planned or cut short; the next one that was agreed on becomes a draft."""
    recording.end_patrol(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/radio", dependencies=RECORDS)
def add_report(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: RadioIn
) -> PatrolDetail:
    """The patrol was heard of."""
    recording.record_radio(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/visits", dependencies=RECORDS)
def add_visit(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: VisitIn
) -> PatrolDetail:
    """Tie an inspection to the patrol on which it was made."""
    recording.record_visit(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/walks", dependencies=RECORDS)
def add_walk(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: WalkIn
) -> PatrolDetail:
    """Record a stretch that the leader states was walked, where no track shows it."""
    record_walk(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/work", dependencies=RECORDS)
def add_work(
    session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, sent: WorkIn
) -> PatrolDetail:
    """Record clearing, repainting or other work done on the way."""
    recording.record_work(session, viewer=viewer, patrol_id=patrol_id, sent=sent, now=now)
    return told(session, viewer=viewer, patrol_id=patrol_id)


@router.post("/tracks", status_code=status.HTTP_201_CREATED, dependencies=RECORDS)
def add_track(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    files: FilesDep,
    now: NowDep,
    patrol_id: UUID,
    id: Annotated[UUID, Form(description="Made by the sender, so that sending twice keeps it once.")],  # noqa: A002
    track: Annotated[UploadFile, File(description="GPX 1.0 or 1.1, at most 30 MB.")],
    sides: Annotated[list[Literal["VN", "LA"]], Form(min_length=1, description="Whose teams walked it.")],
) -> BroughtOut:
    """Bring in a recorded track: cleaned of jumps, laid on the line, counted as covered."""
    brought = bring_in_track(
        session,
        viewer=viewer,
        store=files,
        patrol_id=patrol_id,
        track_id=id,
        content=track.file.read(MOST_BYTES + 1),
        sides=list(sides),
        now=now,
    )
    translator = request_translator(request)
    return BroughtOut(
        track=brought.track_id,
        created=brought.created,
        covers=list(brought.covers),
        passed=list(brought.passed),
        left_out=brought.left_out,
        warnings=[translator.t(warning) for warning in brought.warnings],
    )


@router.post("/withdrawals", dependencies=RECORDS)
def take_out(session: SessionDep, viewer: ViewerDep, patrol_id: UUID, sent: WithdrawalIn) -> PatrolDetail:
    """Take out a track, a walk or work that was brought in wrongly; it stays, and no longer counts."""
    withdraw(session, viewer=viewer, patrol_id=patrol_id, sent=sent)
    return told(session, viewer=viewer, patrol_id=patrol_id)
