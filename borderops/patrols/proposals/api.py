"""The planner over HTTP: begin a run for a draft, watch it, stop it, take what it proposes into the plan."""

from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Request, status

from borderops.accounts.rules import Permission
from borderops.accounts.web import ViewerDep, requires
from borderops.core.web import FilesDep, NowDep, SessionDep
from borderops.patrols.proposals import runs
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.recording.queries import told
from borderops.patrols.replies import PatrolDetail, RunOut
from borderops.patrols.walking.brought import FOLDER
from borderops.ui.problems import problems_documented

router = APIRouter(
    prefix="/api/v1/patrols/{patrol_id}/runs",
    tags=["patrols"],
    responses=problems_documented(403, 404, 409, 422),
)

PLANS = [Depends(requires(Permission.PLAN_PATROL))]


@router.post("", status_code=status.HTTP_202_ACCEPTED, dependencies=PLANS)
def begin_run(
    request: Request,
    session: SessionDep,
    viewer: ViewerDep,
    now: NowDep,
    files: FilesDep,
    behind: BackgroundTasks,
    patrol_id: UUID,
    wish: Wish,
) -> RunOut:
    """Have a plan calculated; ask for the run until it has ended."""
    run = runs.begin_run(session, viewer=viewer, patrol_id=patrol_id, wish=wish, now=now)
    behind.add_task(
        runs.calculate,
        request.app.state.sessions,
        viewer=viewer,
        run_id=run.id,
        folder=files.folder.parent / FOLDER,
    )
    return runs.run_out(run, now=now)


@router.get("/{run_id}", dependencies=PLANS)
def read_run(session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, run_id: UUID) -> RunOut:
    """How far the run is, and what it proposes."""
    return runs.run_out(runs.get_run(session, viewer=viewer, patrol_id=patrol_id, run_id=run_id), now=now)


@router.post("/{run_id}/stop", dependencies=PLANS)
def end_run(session: SessionDep, viewer: ViewerDep, now: NowDep, patrol_id: UUID, run_id: UUID) -> RunOut:
    """Have the run end with the best plan found so far."""
    return runs.run_out(runs.stop_run(session, viewer=viewer, patrol_id=patrol_id, run_id=run_id), now=now)


@router.post("/{run_id}/adoption", dependencies=PLANS)
def take_run(session: SessionDep, viewer: ViewerDep, patrol_id: UUID, run_id: UUID) -> PatrolDetail:
    """Take what the run proposes into the plan, as a new version."""
    runs.adopt_run(session, viewer=viewer, patrol_id=patrol_id, run_id=run_id)
    return told(session, viewer=viewer, patrol_id=patrol_id)
