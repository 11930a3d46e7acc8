"""Writing events: noted during the work, hung on the chain just before the commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, sessionmaker

from borderops.audit.canonical import canonical, parse
from borderops.audit.heads import HeadFile
from borderops.audit.models import Event
from borderops.audit.queries import find_hash, last_link
from borderops.audit.rules import READS, EventFacts, Head, Read, as_question, chain_hash
from borderops.core.pending import after_commit, leave
from borderops.core.viewer import Viewer


@dataclass(frozen=True)
class _Noted:
    """An event before it has its place in the chain."""

    viewer: Viewer
    action: str
    subject_kind: str
    subject_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | None
    device_at: datetime | None


def record_event(
    session: Session,
    *,
    viewer: Viewer,
    action: str,
    subject_kind: str,
    subject_id: object,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    device_at: datetime | None = None,
) -> None:
    """Tell of a change in the session's transaction; the event stands or falls with the change.

    It is written when the transaction is about to commit, and not to be found before. `before` and `after`
    hold JSON values; raises NotCanonical where they do not.
    """
    noted = _Noted(
        viewer=viewer,
        action=action,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        before=_settled(before),
        after=_settled(after),
        reason=reason,
        device_at=device_at,
    )
    leave(session, step=chain_events, item=noted)


def record_read(
    session: Session,
    *,
    viewer: Viewer,
    read: Read,
    subject_kind: str = "register",
    subject_id: object = "",
    question: Mapping[str, Any] | None = None,
    features: int | None = None,
    times: int | None = None,
) -> None:
    """Tell of a read, where `READS` says that it counts.

    `question` is what was asked (JSON values), `features` how many came back, `times` how often the same was
    asked where several reads are told as one.
    """
    if features is not None and features < READS[read].at_least:
        return
    told: dict[str, Any] = {"question": as_question(question or {})}
    if features is not None:
        told["features"] = features
    if times is not None:
        told["times"] = times
    record_event(
        session,
        viewer=viewer,
        action=f"read_{read.value}",
        subject_kind=subject_kind,
        subject_id=subject_id,
        after=told,
    )


_KEEP = "keep_head"


def keep_head(sessions: sessionmaker[Session], home: Path) -> None:
    """Let the sessions keep the signed head of the chain in the data folder `home` after their commits."""
    sessions.configure(info={**(sessions.kw.get("info") or {}), _KEEP: HeadFile(home)})


def chain_events(session: Session, noted: Sequence[_Noted]) -> None:
    """Hang the events on the chain. Only from here to the commit does one writer wait for another."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("event chain", 2))))
    # The next statement sees what the last holder of the lock committed.
    last, now = last_link(session), session.execute(select(func.clock_timestamp())).scalar_one()
    rows: list[dict[str, Any]] = []
    for seq, one in enumerate(noted, start=last.seq + 1):
        facts = _facts(one, seq=seq, now=now)
        previous = rows[-1]["hash"] if rows else last.hash
        body = facts.body()
        rows.append(
            {
                **{name: getattr(facts, name) for name in facts.__dataclass_fields__},
                "roles": list(facts.roles),
                "body": body,
                "previous": previous,
                "hash": chain_hash(previous, body),
            }
        )
    session.execute(insert(Event), rows)
    keep: HeadFile | None = session.info.get(_KEEP)
    if keep is not None:
        head = Head(rows[-1]["seq"], rows[-1]["hash"], now)
        links = {last.seq: last.hash, **{row["seq"]: row["hash"] for row in rows}}
        bind = session.get_bind()
        after_commit(
            session,
            call=lambda: keep.keep(head, hash_of=lambda seq: links.get(seq) or find_hash(bind, seq=seq)),
        )


def _facts(noted: _Noted, *, seq: int, now: datetime) -> EventFacts:
    return EventFacts(
        seq=seq,
        at=now,
        actor=noted.viewer.name,
        account_id=noted.viewer.account_id,
        roles=tuple(noted.viewer.roles),
        origin=noted.viewer.origin,
        action=noted.action,
        subject_kind=noted.subject_kind,
        subject_id=noted.subject_id,
        before=noted.before,
        after=noted.after,
        reason=noted.reason,
        device_at=noted.device_at,
    )


def _settled(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The values as they are now, whatever their holder does with them until the commit."""
    return None if values is None else dict(parse(canonical(dict(values))))
