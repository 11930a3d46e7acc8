"""Reading events and the head of the chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select, text
from sqlalchemy.orm import Session

from borderops.audit.models import Event
from borderops.audit.rules import NO_PREVIOUS, Head
from borderops.core.clock import end_of_day, start_of_day
from borderops.core.viewer import Viewer


@dataclass(frozen=True)
class Link:
    """What the next event hangs on."""

    seq: int
    hash: str


def last_link(session: Session) -> Link:
    """The last link of the chain, of whatever of the events the viewer may see."""
    row = session.execute(text("SELECT seq, hash FROM chain_head()")).one_or_none()
    return Link(row.seq, row.hash) if row else Link(0, NO_PREVIOUS)


def find_head(session: Session, *, known_at: datetime | None = None) -> Head | None:
    """The head of the chain now or at an earlier moment; anybody may print it. None before any event."""
    if known_at is None:
        found = session.execute(text("SELECT seq, hash, at FROM chain_head()"))
    else:
        found = session.execute(text("SELECT seq, hash, at FROM chain_head_at(:at)"), {"at": known_at})
    row = found.one_or_none()
    return Head(row.seq, row.hash, row.at) if row else None


def find_hash(bind: Engine | Connection, *, seq: int) -> str | None:
    """The hash of an event by its number, outside of any session."""
    question = text("SELECT chain_hash(:seq)").bindparams(seq=seq)
    if isinstance(bind, Connection):
        found: str | None = bind.scalar(question)
        return found
    with bind.connect() as connection:
        return find_hash(connection, seq=seq)


@dataclass(frozen=True)
class EventFilter:
    """Which events: who did what to what, and on which days at the border; all that are left out fit."""

    actor: str | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        found: list[ColumnElement[bool]] = []
        for name in ("actor", "action", "subject_kind", "subject_id"):
            value = getattr(self, name)
            if value is not None:
                found.append(getattr(Event, name) == value)
        if self.since is not None:
            found.append(Event.at >= start_of_day(self.since))
        if self.until is not None:
            found.append(Event.at <= end_of_day(self.until))
        return found


@dataclass(frozen=True)
class EventPage:
    """A part of the events, newest first, and how many there are in all."""

    events: Sequence[Event]
    total: int


def list_events(
    session: Session, *, viewer: Viewer, asked: EventFilter, limit: int | None = None, offset: int = 0
) -> EventPage:
    """The events that the filter asks for, newest first; none for whoever may not read events."""
    if not viewer.may("read_events"):
        return EventPage((), 0)
    conditions = asked.conditions()
    total = session.scalar(select(func.count()).select_from(Event).where(*conditions)) or 0
    rows = session.scalars(
        select(Event).where(*conditions).order_by(Event.seq.desc()).limit(limit).offset(offset)
    ).all()
    return EventPage(rows, total)


def list_actions(session: Session, *, viewer: Viewer) -> Sequence[str]:
    """What has ever been done, by name, for a reader to choose from."""
    return _distinct(session, viewer, Event.action)


def _distinct(session: Session, viewer: Viewer, column: Any) -> Sequence[str]:
    if not viewer.may("read_events"):
        return ()
    return session.scalars(select(column).distinct().order_by(column)).all()
