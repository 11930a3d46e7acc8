"""Runs of the planner: begun by a person, calculated behind the page, watched, stopped, taken into the plan.

A run's state is in the database and not in the process, so any process can show and stop it. It is
calculated by the process that was asked (docs/decisions/0014): one that dies leaves a run that tells nothing
any more, and counts as failed.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from borderops.core.clock import now as present
from borderops.core.database import work_for
from borderops.core.errors import BorderopsError, NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.patrols.actions import revise_plan
from borderops.patrols.models import PatrolRun
from borderops.patrols.planning.explaining import MoreTime, another_day, another_hour
from borderops.patrols.planning.plan import Progress, Proposal
from borderops.patrols.planning.problem import Problem
from borderops.patrols.planning.proposing import propose
from borderops.patrols.proposals.day_stops import meetings_told, stops_of
from borderops.patrols.proposals.explained import explain
from borderops.patrols.proposals.posing import Posed, pose_problem
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.queries import HeldPatrol, get_patrol
from borderops.patrols.replies import RunOut
from borderops.patrols.rules import OPEN_TO_CHANGE, NotNow, RunState
from borderops.patrols.schemas import Plan, RevisionIn
from borderops.patrols.steps import locked, tell

log = logging.getLogger("borderops")

SILENT = timedelta(minutes=3)
"""A run that told nothing for so long is calculated by nobody any more. (Where the planner was not compiled
at set-up, its first run begins with a minute of that.)"""

TELL_EVERY_S = 0.5


def begin_run(session: Session, *, viewer: Viewer, patrol_id: UUID, wish: Wish, now: datetime) -> PatrolRun:
    """Note that a plan is wanted; it is calculated by `calculate`, after the transaction.

    Raises NotNow where the plan is closed to changes, and whatever is wrong with the problem.
    """
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    if held.given or held.state not in OPEN_TO_CHANGE:
        raise NotNow(N_("The plan is closed to changes now; take it back into a draft first."))
    pose_problem(session, viewer=viewer, held=held, wish=wish)
    run = PatrolRun(
        id=uuid4(),
        patrol_id=patrol_id,
        asked=wish.model_dump(mode="json"),
        state=RunState.RUNNING,
        stop=False,
        progress={},
        result=None,
        told_at=now,
        recorded_by=viewer.name,
    )
    session.add(run)
    session.flush()
    return run


def find_run(
    session: Session, *, viewer: Viewer, patrol_id: UUID, run_id: UUID | None = None
) -> PatrolRun | None:
    """The run, or the patrol's last one; None where there is none. Raises NotFound for a hidden patrol."""
    get_patrol(session, viewer=viewer, patrol_id=patrol_id)
    asked = select(PatrolRun).where(PatrolRun.patrol_id == patrol_id)
    if run_id is not None:
        asked = asked.where(PatrolRun.id == run_id)
    return session.scalar(asked.order_by(PatrolRun.recorded_at.desc()).limit(1))


def get_run(session: Session, *, viewer: Viewer, patrol_id: UUID, run_id: UUID) -> PatrolRun:
    """The run. Raises NotFound."""
    run = find_run(session, viewer=viewer, patrol_id=patrol_id, run_id=run_id)
    if run is None:
        raise NotFound(N_("There is no such run of the planner."), field="run")
    return run


def state_of(run: PatrolRun, *, now: datetime) -> RunState:
    """The run's state; one that fell silent has failed."""
    if run.state == RunState.RUNNING and now - run.told_at > SILENT:
        return RunState.FAILED
    return RunState(run.state)


def run_out(run: PatrolRun, *, now: datetime) -> RunOut:
    """The run as it goes over the wire."""
    return RunOut(
        id=run.id,
        patrol=run.patrol_id,
        state=state_of(run, now=now),
        progress=run.progress,
        result=run.result,
    )


def stop_run(session: Session, *, viewer: Viewer, patrol_id: UUID, run_id: UUID) -> PatrolRun:
    """Ask the run to stop; it ends with the best plan found so far."""
    run = get_run(session, viewer=viewer, patrol_id=patrol_id, run_id=run_id)
    session.execute(update(PatrolRun).where(PatrolRun.id == run.id).values(stop=True))
    session.refresh(run)
    return run


def adopt_run(
    session: Session,
    *,
    viewer: Viewer,
    patrol_id: UUID,
    run_id: UUID,
) -> HeldPatrol:
    """Take what a run proposes into the plan, as a new version."""
    run = get_run(session, viewer=viewer, patrol_id=patrol_id, run_id=run_id)
    if run.result is None:
        raise NotNow(N_("The planner has proposed nothing yet."))
    held = get_patrol(session, viewer=viewer, patrol_id=patrol_id)
    plan = Plan.model_validate(
        {
            **held.plan.model_dump(mode="json"),
            "stops": run.result["stops"],
            "reasons": run.result["reasons"],
            "hours": run.result["hours"],
            "walking_by": run.result["walking_by"],
        }
    )
    adopted = revise_plan(
        session, viewer=viewer, patrol_id=patrol_id, sent=RevisionIn(plan=plan, note=f"planner {run.id}")
    )
    tell(session, viewer, "adopt_proposed_plan", patrol_id, after={"run": str(run.id), "asked": run.asked})
    return adopted


@dataclass
class _Teller:
    """Tells the database how far a run is, at most twice a second, and hears whether it is to stop."""

    sessions: sessionmaker[Session]
    viewer: Viewer
    run_id: UUID
    told: float = 0.0
    stopped: bool = False

    def progress(self, at: Progress) -> None:
        """Tell how far it is."""
        if time.monotonic() - self.told < TELL_EVERY_S:
            return
        self.told = time.monotonic()
        with self.sessions() as session:
            work_for(session, self.viewer)
            with session.begin():
                session.execute(
                    update(PatrolRun)
                    .where(PatrolRun.id == self.run_id)
                    .values(progress=_progress(at), told_at=present())
                )
                stop = session.scalar(select(PatrolRun.stop).where(PatrolRun.id == self.run_id))
        self.stopped = bool(stop)

    def stop(self) -> bool:
        """Whether a person asked the run to stop."""
        return self.stopped


def calculate(
    sessions: sessionmaker[Session], *, viewer: Viewer, run_id: UUID, folder: Path | None = None
) -> None:
    """Calculate a run that was begun and keep what it proposes; for a thread of its own.

    `folder` holds what was brought of paths and heights (`patrols.brought`).
    """
    # Whatever goes wrong, also what is not expected here: the run has ended and must not be watched further.
    state, result = RunState.FAILED, None
    try:
        state, result = _calculated(sessions, viewer, run_id, folder)
    except BorderopsError as error:
        result = {"problem": {"text": error.message.text, "values": _texts(error)}}
        log.info("run %s of the planner: %s", run_id, error)
    finally:
        _end(sessions, viewer, run_id, state, result)


def _calculated(
    sessions: sessionmaker[Session], viewer: Viewer, run_id: UUID, folder: Path | None
) -> tuple[RunState, dict[str, Any]]:
    with sessions() as session:
        work_for(session, viewer)
        with session.begin():
            run = session.get_one(PatrolRun, run_id)
            wish = Wish.model_validate(run.asked)
            held = get_patrol(session, viewer=viewer, patrol_id=run.patrol_id)
            posed = pose_problem(session, viewer=viewer, held=held, wish=wish, folder=folder)
    teller = _Teller(sessions, viewer, run_id)
    proposal = propose(
        posed.problem, seed=wish.seed, seconds=wish.seconds, progress=teller.progress, stop=teller.stop
    )
    state = RunState.STOPPED if proposal.stopped else RunState.DONE
    return state, result_of(posed, held.plan, proposal)


def result_of(posed: Posed, plan: Plan, proposal: Proposal) -> dict[str, Any]:
    """What a run proposes, as JSON: places in order, the figures, why and why not, what more time would add.

    A search that a person stopped is not followed by others that ask what more time would add.
    """
    stops = [stop for day in proposal.plan.days for stop in stops_of(day, posed, plan)]
    reasons = explain(posed, proposal)
    return {
        "stops": [stop.model_dump(mode="json", exclude_none=True) for stop in stops],
        "reasons": [reason.model_dump(mode="json") for reason in reasons],
        "worth": proposal.worth,
        "bound": proposal.bound,
        "proven": proposal.proven,
        "stopped": proposal.stopped,
        "iterations": proposal.iterations,
        "seconds": round(proposal.seconds, 2),
        "seed": proposal.seed,
        "unmet": [pin.site for pin in proposal.unmet],
        "another_day": _more(posed, proposal, another_day),
        "another_hour": _more(posed, proposal, another_hour),
        "hours": [hours.model_dump(mode="json", exclude_none=True) for hours in posed.hours],
        "meetings": meetings_told(posed, plan),
        "walking_by": posed.walking_by.model_dump(mode="json"),
    }


def _more(
    posed: Posed, proposal: Proposal, asked: Callable[[Problem, Proposal], MoreTime]
) -> dict[str, Any] | None:
    return None if proposal.stopped else asdict(asked(posed.problem, proposal))


def _progress(at: Progress) -> dict[str, Any]:
    return {
        "iterations": at.iterations,
        "seconds": round(at.seconds, 1),
        "worth": at.worth,
        "bound": at.bound,
    }


def _texts(error: BorderopsError) -> Mapping[str, str]:
    return {name: str(value) for name, value in error.message.values.items()}


def _end(
    sessions: sessionmaker[Session],
    viewer: Viewer,
    run_id: UUID,
    state: RunState,
    result: dict[str, Any] | None,
) -> None:
    with sessions() as session:
        work_for(session, viewer)
        with session.begin():
            session.execute(
                update(PatrolRun)
                .where(PatrolRun.id == run_id)
                .values(state=state, result=result, told_at=present())
            )
