"""Stretches of the line that were walked: shown by a track or stated by the leader, and taken out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from borderops.core.clock import today
from borderops.core.errors import InvalidInput, NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.patrols.actions import SentDifferently
from borderops.patrols.ground import list_placed, resolve_section
from borderops.patrols.models import PatrolRadio, PatrolTrack, PatrolWalk, PatrolWithdrawal, PatrolWork
from borderops.patrols.queries import HeldPatrol, started_at
from borderops.patrols.recording.schemas import WalkIn, WithdrawalIn
from borderops.patrols.rules import WALKED, NotNow, PatrolKind, Withdrawn
from borderops.patrols.steps import locked, tell

TABLES: Mapping[Withdrawn, type[PatrolTrack] | type[PatrolWalk] | type[PatrolWork]] = {
    Withdrawn.TRACK: PatrolTrack,
    Withdrawn.WALK: PatrolWalk,
    Withdrawn.WORK: PatrolWork,
}

R = TypeVar("R", PatrolRadio, PatrolWalk, PatrolWork)


@dataclass(frozen=True)
class Walked:
    """A stretch of chainage (metres) and the day on which it was walked."""

    id: UUID
    on: date
    from_m: float
    to_m: float


def record_walk(
    session: Session, *, viewer: Viewer, patrol_id: UUID, sent: WalkIn, now: datetime
) -> PatrolWalk:
    """Record a stretch that the leader states was walked, where no track shows it."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    check_walked(held)
    walked = prepare_walk(session, viewer, held, sent, now=now)
    if session.get(PatrolWalk, sent.id) is None:
        add_walks(session, viewer, held, [walked], sides=sent.sides, track_id=None)
        tell(session, viewer, "record_patrol_walk", patrol_id, after=sent.model_dump(mode="json"))
    return held_row(session, PatrolWalk, sent.id, patrol_id=patrol_id)


def held_row(session: Session, table: type[R], row_id: UUID, *, patrol_id: UUID) -> R:
    """What is held under the id that was sent. Raises SentDifferently where it is of another patrol."""
    row = session.get(table, row_id)
    if row is None or row.patrol_id != patrol_id:
        raise SentDifferently(N_("Something else was received under this id."), field="id")
    return row


def prepare_walk(
    session: Session, viewer: Viewer, held: HeldPatrol, sent: WalkIn, *, now: datetime
) -> Walked:
    """The stretch on the line. Raises InvalidInput for another day, a side that was not there, no stretch."""
    check_day(session, held, sent.walked_on, field="walked_on", now=now)
    check_sides(held, sent.sides)
    placed = list_placed(session, viewer=viewer, on=sent.walked_on)
    section = resolve_section(sent.section, placed, field="walked")
    if section.from_m is None or section.to_m is None or section.from_m == section.to_m:
        raise InvalidInput(N_("A stretch runs from one marker to another."), field="walked")
    return Walked(sent.id, sent.walked_on, section.from_m, section.to_m)


def check_sides(held: HeldPatrol, sides: Sequence[str]) -> None:
    """That the other side is only said to be present where it took part. Raises InvalidInput."""
    if held.kind == PatrolKind.OWN_SIDE and "LA" in sides:
        raise InvalidInput(N_("A patrol of our own side has no team of the other side."), field="sides")


def add_walks(
    session: Session,
    viewer: Viewer,
    held: HeldPatrol,
    walked: Sequence[Walked],
    *,
    sides: Sequence[str],
    track_id: UUID | None,
) -> None:
    """Add stretches that were walked; those whose id is held already stay as they are."""
    if walked:
        session.execute(
            insert(PatrolWalk)
            .values(
                [
                    {
                        "id": one.id,
                        "patrol_id": held.id,
                        "track_id": track_id,
                        "walked_on": one.on,
                        "from_m": one.from_m,
                        "to_m": one.to_m,
                        "sides": sorted(set(sides), reverse=True),
                        "recorded_by": viewer.name,
                    }
                    for one in walked
                ]
            )
            .on_conflict_do_nothing(index_elements=["id"])
        )


def withdraw(session: Session, *, viewer: Viewer, patrol_id: UUID, sent: WithdrawalIn) -> None:
    """Take out a track, a walk or work that was brought in wrongly; it stays, and no longer counts."""
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    table = TABLES[sent.subject_kind]
    owner = session.scalar(select(table.patrol_id).where(table.id == sent.subject_id))
    if owner != held.id:
        raise NotFound(N_("There is nothing of that kind in this patrol's record."), field="subject_id")
    made = session.scalar(
        insert(PatrolWithdrawal)
        .values(
            subject_id=sent.subject_id,
            subject_kind=sent.subject_kind,
            patrol_id=patrol_id,
            reason=sent.reason,
            recorded_by=viewer.name,
        )
        .on_conflict_do_nothing(index_elements=["subject_id"])
        .returning(PatrolWithdrawal.subject_id)
    )
    if made is not None:
        after = sent.model_dump(mode="json")
        tell(
            session,
            viewer,
            f"withdraw_patrol_{sent.subject_kind}",
            patrol_id,
            after=after,
            reason=sent.reason,
        )


def check_walked(held: HeldPatrol) -> None:
    """That the patrol has set out, so that there is something to record of it. Raises NotNow."""
    if held.given or held.state not in WALKED:
        raise NotNow(N_("The patrol has not set out: there is nothing to record of it yet."))


def check_day(session: Session, held: HeldPatrol, day: date, *, field: str, now: datetime) -> None:
    """That the day is neither before the patrol nor to come. Raises InvalidInput."""
    started = started_at(session, patrol_id=held.id)
    if day > today(now) or (started is not None and day < today(started)):
        raise InvalidInput(N_("That is not a day of this patrol."), field=field)
