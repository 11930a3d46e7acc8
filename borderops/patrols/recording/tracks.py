"""Bringing in a recorded track: read, cleaned, laid on the line, kept with the stretches that it covers."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from borderops.boundary.queries import get_line
from borderops.core.clock import today
from borderops.core.errors import InvalidInput
from borderops.core.files import FileStore
from borderops.core.messages import N_, Message
from borderops.core.viewer import Viewer
from borderops.patrols.actions import SentDifferently
from borderops.patrols.ground import list_placed
from borderops.patrols.intervals import Intervals
from borderops.patrols.models import PatrolTrack
from borderops.patrols.queries import HeldPatrol, started_at
from borderops.patrols.recording.gpx import read_gpx
from borderops.patrols.recording.track import CleanTrack, Fix, Matched, OnLine, clean, match
from borderops.patrols.recording.walks import Walked, add_walks, check_sides, check_walked
from borderops.patrols.steps import locked, tell

#: A receiver may have been switched on so long before, or left on so long after.
AROUND = timedelta(days=1)

LEAST_M = 20.0
"""A shorter stretch is a receiver resting."""


@dataclass(frozen=True)
class Brought:
    """A track as held, what of the line it covers, the features it passed, and what looks odd about it."""

    track_id: UUID
    created: bool
    covers: Intervals
    passed: tuple[str, ...]
    left_out: int
    warnings: tuple[Message, ...] = ()


def bring_in_track(
    session: Session,
    *,
    viewer: Viewer,
    store: FileStore,
    patrol_id: UUID,
    track_id: UUID,
    content: bytes,
    sides: Sequence[str],
    now: datetime,
) -> Brought:
    """Keep a GPX track with the patrol and count the stretches of the line that it covers.

    Sending the same one again changes nothing. Raises NotGpx, NotNow, SentDifferently, and InvalidInput
    for a track of other days, or one without two points that follow each other.
    """
    held = locked(session, viewer=viewer, patrol_id=patrol_id)
    check_walked(held)
    check_sides(held, sides)
    recorded = read_gpx(content)
    track = clean(recorded.segments)
    drawn = [part for part in track.parts if len(part) > 1]
    if not drawn:
        raise InvalidInput(
            N_("Of %(points)s points none follow each other: nothing of the track can be used."),
            field="track",
            points=recorded.points,
        )
    _check_days(session, held, track, now=now)
    digest = store.keep(content)
    _check_new(session, track_id=track_id, patrol_id=patrol_id, digest=digest)
    matched = match(track, get_line(session, viewer=viewer))
    times = [fix.at for fix in track.fixes if fix.at is not None]
    made = session.scalar(
        insert(PatrolTrack)
        .values(
            id=track_id,
            patrol_id=patrol_id,
            sha256=digest,
            name=recorded.name,
            sides=sorted(set(sides), reverse=True),
            points=recorded.points,
            left_out={"coarse": track.coarse, "jumps": track.jumps, "repeated": track.repeated},
            walked_m=track.walked_m,
            started_at=min(times, default=None),
            ended_at=max(times, default=None),
            geom=_drawn(drawn),
            recorded_by=viewer.name,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(PatrolTrack.id)
    )
    placed = list_placed(session, viewer=viewer, on=held.plan.starts_on)
    passages = matched.passages([(one.label, one.chainage_m) for one in placed])
    brought = Brought(
        track_id=track_id,
        created=made is not None,
        covers=matched.intervals.at_least(LEAST_M),
        passed=tuple(passage.key for passage in sorted(passages, key=lambda one: one.chainage_m)),
        left_out=track.left_out,
        warnings=_oddities(matched),
    )
    if brought.created:
        walks = _walks(matched, track_id=track_id, default=_first_day(session, held))
        add_walks(session, viewer, held, walks, sides=sides, track_id=track_id)
        tell(
            session,
            viewer,
            "bring_in_track",
            patrol_id,
            after={
                "track": str(track_id),
                "sha256": digest,
                "sides": sorted(sides),
                "points": recorded.points,
                "left_out": track.left_out,
                "covers": [[round(one.from_m), round(one.to_m)] for one in brought.covers],
            },
        )
    return brought


def _check_new(session: Session, *, track_id: UUID, patrol_id: UUID, digest: str) -> None:
    """That neither the id stands for another track, nor the track for another id."""
    held = session.get(PatrolTrack, track_id)
    if held is not None and (held.sha256, held.patrol_id) != (digest, patrol_id):
        raise SentDifferently(N_("Another track was received under this id."), field="id")
    if held is None and session.scalar(
        select(PatrolTrack.id).where(PatrolTrack.patrol_id == patrol_id, PatrolTrack.sha256 == digest)
    ):
        raise SentDifferently(N_("This patrol has this very track already."), field="track")


def _check_days(session: Session, held: HeldPatrol, track: CleanTrack, *, now: datetime) -> None:
    times = [fix.at for fix in track.fixes if fix.at is not None]
    started = started_at(session, patrol_id=held.id)
    if times and started is not None and (min(times) < started - AROUND or max(times) > now + AROUND):
        raise InvalidInput(
            N_("The track is of %(first)s to %(last)s, the patrol set out on %(started)s."),
            field="track",
            first=today(min(times)),
            last=today(max(times)),
            started=today(started),
        )


def _first_day(session: Session, held: HeldPatrol) -> datetime:
    started = started_at(session, patrol_id=held.id)
    assert started is not None, "nothing is brought in before the patrol set out"
    return started


def _walks(matched: Matched, *, track_id: UUID, default: datetime) -> list[Walked]:
    """The stretches that were covered, by the day at the border; without times by the first day."""
    days: dict[date, list[tuple[float, float]]] = {}
    for run in matched.runs:
        for day, places in groupby(run, key=lambda place: today(place.fix.at or default)):
            days.setdefault(day, []).append(_ends(list(places)))
    return [
        # The id follows from the track and the stretch: the same track again makes the same rows.
        Walked(uuid.uuid5(track_id, f"{day} {from_m:.1f} {to_m:.1f}"), day, from_m, to_m)
        for day, pairs in days.items()
        for from_m, to_m in Intervals.of(pairs).at_least(LEAST_M)
    ]


def _ends(places: Sequence[OnLine]) -> tuple[float, float]:
    chainages = [place.chainage_m for place in places]
    return min(chainages), max(chainages)


def _drawn(parts: Sequence[Sequence[Fix]]) -> str:
    lines = ", ".join("(" + ", ".join(f"{fix.lon!r} {fix.lat!r}" for fix in part) + ")" for part in parts)
    return f"SRID=4326;MULTILINESTRING({lines})"


def _oddities(matched: Matched) -> tuple[Message, ...]:
    if not matched.intervals:
        return (Message(N_("Nothing of the track is near the border line: it is kept and covers nothing.")),)
    return ()
