"""What is recorded from a patrol's page: setting out, reports, tracks, visits, work, coming back."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Response
from starlette.datastructures import FormData, UploadFile

from borderops.accounts.rules import Permission
from borderops.accounts.web import requires
from borderops.core.clock import BORDER_TIME
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_, Message
from borderops.core.web import FilesDep
from borderops.patrols.forms import chosen, read, read_id
from borderops.patrols.ground import read_section
from borderops.patrols.pages import PatrolFormDep
from borderops.patrols.queries import get_patrol, list_steps
from borderops.patrols.recording import actions as recording
from borderops.patrols.recording.gpx import MOST_BYTES
from borderops.patrols.recording.schemas import (
    NextPatrol,
    PatrolEndIn,
    Present,
    RadioIn,
    StartIn,
    VisitIn,
    WalkIn,
    WithdrawalIn,
    WorkIn,
)
from borderops.patrols.recording.tracks import bring_in_track
from borderops.patrols.recording.walks import record_walk, withdraw
from borderops.patrols.rules import NotNow

router = APIRouter(prefix="/patrols/{patrol_id:uuid}", include_in_schema=False)

RECORDS = [Depends(requires(Permission.RECORD_PATROL))]


@router.post("/start", name="start_patrol", dependencies=RECORDS)
def start(asked: PatrolFormDep) -> Response:
    """The patrol has set out."""

    def act() -> list[Message]:
        sent = StartIn(happened_at=_moment(asked.values.get("happened_at", "")))
        recording.start_patrol(
            asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, sent=sent, now=asked.now
        )
        return [Message(N_("The patrol is under way. It stands on the duty officer's page."))]

    return asked.do(act)


@router.post("/end", name="end_patrol", dependencies=RECORDS)
def end(asked: PatrolFormDep) -> Response:
    """The patrol is back."""

    def act() -> list[Message]:
        held = get_patrol(asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id)
        present = [
            read(
                Present,
                {
                    "side": team.side,
                    "unit": team.unit,
                    "leader": team.leader,
                    "strength": asked.values.get(f"present_{team.key}", ""),
                },
                fields={"strength": f"present_{team.key}"},
            )
            for team in held.plan.teams
            if asked.values.get(f"present_{team.key}", "") not in {"", "0"}
        ]
        sent = PatrolEndIn(
            happened_at=_moment(asked.values.get("happened_at", "")),
            cut_short=asked.values.get("cut_short") == "yes",
            reason=asked.values.get("reason") or None,
            notes=asked.values.get("notes") or None,
            present=present,
            next=_next(asked.values),
        )
        recording.end_patrol(
            asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, sent=sent, now=asked.now
        )
        return [Message(N_("The patrol is ended. Tracks, visits and work can still be brought in."))]

    return asked.do(act)


@router.post("/radio", name="hear_patrol", dependencies=RECORDS)
def hear(asked: PatrolFormDep) -> Response:
    """The patrol was heard of."""

    def act() -> list[Message]:
        sent = RadioIn(
            id=read_id(asked.values),
            heard_at=_moment(asked.values.get("heard_at", ""), field="heard_at"),
            near=asked.values.get("near") or None,
            note=asked.values.get("note") or None,
        )
        recording.record_radio(
            asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, sent=sent, now=asked.now
        )
        return [Message(N_("The report is recorded."))]

    return asked.do(act)


@router.post("/track", name="bring_in_track", dependencies=RECORDS)
def bring_in(asked: PatrolFormDep, files: FilesDep) -> Response:
    """Bring in a GPX track."""

    def act() -> list[Message]:
        sides = [side for side in chosen(asked.form, "sides") if side in {"VN", "LA"}]
        if not sides:
            raise InvalidInput(N_("Say whose teams walked it."), field="sides")
        brought = bring_in_track(
            asked.session,
            viewer=asked.viewer,
            store=files,
            patrol_id=asked.patrol_id,
            track_id=read_id(asked.values),
            content=_file(asked.form),
            sides=sides,
            now=asked.now,
        )
        said = Message(
            N_("The track covers %(km)s km of the line; %(left)s points were left out as jumps."),
            {"km": round(brought.covers.length_m / 1000, 1), "left": brought.left_out},
        )
        passed = Message(N_("It passes %(features)s."), {"features": ", ".join(brought.passed[:40])})
        return [said, *([passed] if brought.passed else []), *brought.warnings]

    return asked.do(act)


@router.post("/visit", name="tie_inspection", dependencies=RECORDS)
def visit(asked: PatrolFormDep) -> Response:
    """Tie inspections that were made on the days of the patrol to it."""

    def act() -> list[Message]:
        taken = chosen(asked.form, "inspection")
        if not taken:
            raise InvalidInput(
                N_("Choose the inspections that were made on this patrol."), field="inspection"
            )
        visits = [
            read(VisitIn, {"id": _derived_id(asked.patrol_id, inspection), "inspection": inspection})
            for inspection in taken
        ]
        for sent in visits:
            recording.check_visit(
                asked.session, patrol_id=asked.patrol_id, inspection_id=sent.inspection, now=asked.now
            )
        for sent in visits:
            recording.record_visit(
                asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, sent=sent, now=asked.now
            )
        return [Message(N_("The inspections are tied to this patrol."))]

    return asked.do(act)


@router.post("/walk", name="state_walk", dependencies=RECORDS)
def walk(asked: PatrolFormDep) -> Response:
    """Record a stretch that no track shows."""

    def act() -> list[Message]:
        sent = read(
            WalkIn,
            {
                "id": read_id(asked.values),
                "walked_on": asked.values.get("walked_on", ""),
                "section": read_section(asked.values.get("walked", ""), field="walked"),
                "sides": chosen(asked.form, "sides"),
            },
        )
        record_walk(asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, sent=sent, now=asked.now)
        return [Message(N_("The stretch is recorded as stated."))]

    return asked.do(act)


@router.post("/work", name="record_patrol_work", dependencies=RECORDS)
def work(asked: PatrolFormDep) -> Response:
    """Record work that was done."""

    def act() -> list[Message]:
        given: dict[str, Any] = {name: asked.values.get(name, "") for name in ("task", "done_on", "note")}
        given["amount"] = asked.values.get("amount", "").replace(",", ".")
        where = asked.values.get("where", "")
        section = read_section(where, field="where") if where else None
        if section is not None and section.first != section.last:
            given["section"] = section
        else:
            given["feature"] = where
        sent = read(WorkIn, {**given, "id": read_id(asked.values)})
        recording.record_work(
            asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, sent=sent, now=asked.now
        )
        return [Message(N_("The work is recorded."))]

    return asked.do(act)


@router.post("/withdraw", name="withdraw_record", dependencies=RECORDS)
def take_out(asked: PatrolFormDep) -> Response:
    """Take out what was brought in wrongly."""

    def act() -> list[Message]:
        if not asked.values.get("reason"):
            raise InvalidInput(N_("Say why."), field=f"why-{asked.values.get('subject_id', '')}")
        sent = read(WithdrawalIn, asked.values)
        withdraw(asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id, sent=sent)
        return [Message(N_("It no longer counts; it stays in the record with your reason."))]

    return asked.do(act)


@router.post("/next", name="draft_next", dependencies=[Depends(requires(Permission.PLAN_PATROL))])
def next_one(asked: PatrolFormDep) -> Response:
    """Draft the next patrol as it was agreed on at the end of this one."""

    def act() -> list[Message]:
        held = get_patrol(asked.session, viewer=asked.viewer, patrol_id=asked.patrol_id)
        agreed = next(
            (
                one.details["next"]
                for one in list_steps(asked.session, patrol_id=asked.patrol_id)
                if "next" in one.details
            ),
            None,
        )
        if agreed is None:
            raise NotNow(N_("No next patrol was agreed on at this one."))
        recording.draft_next(
            asked.session,
            viewer=asked.viewer,
            held=held,
            agreed=NextPatrol.model_validate(agreed),
            now=asked.now,
        )
        return [Message(N_("The next patrol is drafted."))]

    return asked.do(act)


def _next(values: dict[str, str]) -> NextPatrol | None:
    if not values.get("next_starts_on"):
        return None
    return read(
        NextPatrol,
        {
            "id": read_id(values),
            "starts_on": values["next_starts_on"],
            "days": values.get("next_days", "") or 2,
            "strength": values.get("next_strength", ""),
        },
        fields={name: f"next_{name}" for name in ("starts_on", "days", "strength")},
    )


def _moment(text: str, *, field: str = "happened_at") -> datetime | None:
    """A time at the border as a form gives it, or None where it was left open. Raises InvalidInput."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(N_("Give a time such as 2024-05-15T09:30."), field=field) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BORDER_TIME)


def _file(form: FormData) -> bytes:
    sent = form.get("track")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise InvalidInput(N_("Choose the GPX file of the track."), field="track")
    return sent.file.read(MOST_BYTES + 1)


def _derived_id(patrol_id: UUID, inspection: str) -> UUID:
    """The id of a visit follows from the two: choosing it again records nothing anew."""
    return uuid5(patrol_id, inspection)
