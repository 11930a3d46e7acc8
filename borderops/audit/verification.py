"""Verifying the chain in the database against the signed head, and keeping what was found."""

import json
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from borderops.audit.canonical import parse
from borderops.audit.heads import DamagedHead, HeadFile
from borderops.audit.models import Event
from borderops.audit.rules import EventFacts, Head, write_moment
from borderops.audit.walk import Finding, Harm, StoredEvent, Walk, walk_chain
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.private_files import write_whole

#: Rows that are fetched at a time.
_BATCH = 2000

#: How many digits of a printed hash must be given.
FEWEST_DIGITS = 16


@dataclass(frozen=True)
class Verification:
    """What a verification found. `findings` is empty where the chain is whole.

    `events` were walked and are as they were written, the last of them with `hash`; `signed` of them up to
    the signed head. `printed` says at which event each given hash stands.
    """

    at: datetime
    events: int
    hash: str
    signed: int | None
    unsigned: int
    printed: dict[str, int | None]
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def values(self) -> dict[str, Any]:
        """For programs."""
        return {**asdict(self), "at": write_moment(self.at), "whole": self.is_whole}


def verify_chain(
    session: Session,
    *,
    heads: HeadFile,
    now: datetime,
    printed: Collection[str] = (),
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Verification:
    """Walk the whole chain. `printed` are hashes that stand on paper, or their first 16 digits or more.

    `progress` is told how many events of how many are walked. Raises InvalidInput for what is no hash.
    """
    wanted = [_as_hash(text) for text in printed]
    # The head before the events: what is committed in between makes the chain longer, never shorter.
    head: Head | None = None
    damaged = False
    try:
        signed = heads.read()
        head = signed.head if signed else None
    except DamagedHead:
        damaged = True
    places = _Places(session)
    total = session.scalar(select(func.count()).select_from(Event)) or 0
    with closing(_stored(session)) as stored:
        events = _counted(stored, total=total, progress=progress)
        walk = walk_chain(events, places=places, head=head, printed=wanted)
    if walk.found == NO_HEAD and (damaged or not heads.was_kept):
        # Damaged is not missing; and before the first commit no head is expected.
        walk.found = None
        walk.unsigned = walk.events
    return _verification(walk, now=now, head=head, damaged=damaged)


#: What a walk finds where it was given no head.
NO_HEAD = Finding(Harm.HEAD_MISSING)


def _verification(walk: Walk, *, now: datetime, head: Head | None, damaged: bool) -> Verification:
    findings = [Finding(Harm.HEAD_DAMAGED)] if damaged else []
    if walk.found is not None:
        findings.append(walk.found)
    findings += [
        Finding(Harm.NOT_IN_CHAIN, None, text) for text, place in walk.printed.items() if place is None
    ]
    return Verification(
        at=now,
        events=walk.events,
        hash=walk.hash,
        signed=head.seq if head else None,
        unsigned=walk.unsigned,
        printed=dict(walk.printed),
        findings=tuple(findings),
    )


def _as_hash(text: str) -> str:
    # Reports print the number of the event before the hash: 1204:9f86d0…
    digits = text.rpartition(":")[2].strip().lower().replace(" ", "")
    if not FEWEST_DIGITS <= len(digits) <= 64 or not set(digits) <= set("0123456789abcdef"):
        raise InvalidInput(
            N_("A hash is 64 digits and letters from a to f; give at least its first %(n)s."),
            field="head",
            n=FEWEST_DIGITS,
        )
    return digits


class _Places:
    """Finds events in the table; asked only where something is wrong."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_hash(self, value: str) -> int | None:
        return self._session.scalars(select(Event.seq).where(Event.hash == value).limit(1)).first()

    def of_previous(self, value: str) -> int | None:
        return self._session.scalars(select(Event.seq).where(Event.previous == value).limit(1)).first()


def _stored(session: Session) -> Generator[StoredEvent, None, None]:
    # JSON as text: the driver's reader would make numbers of it that the canonical form does not know.
    statement = select(
        Event.seq,
        Event.at,
        Event.actor,
        Event.account_id,
        Event.roles,
        Event.origin,
        Event.action,
        Event.subject_kind,
        Event.subject_id,
        cast(Event.before, Text),
        cast(Event.after, Text),
        Event.reason,
        Event.device_at,
        Event.body,
        Event.previous,
        Event.hash,
    ).order_by(Event.seq)
    with session.execute(statement, execution_options={"yield_per": _BATCH}) as rows:
        for row in rows:
            *facts, body, previous, hash_ = row
            facts[4] = tuple(facts[4])
            facts[9], facts[10] = _json(facts[9]), _json(facts[10])
            yield StoredEvent(EventFacts(*facts), body, previous, hash_)


def _json(text: str | None) -> Any:
    return None if text is None else parse(text)


def _counted(
    events: Iterator[StoredEvent], *, total: int, progress: Callable[[int, int], None]
) -> Iterator[StoredEvent]:
    for done, event in enumerate(events, start=1):
        yield event
        if done % _BATCH == 0:
            progress(done, max(total, done))
    progress(total, total)


class VerificationFile:
    """`audit/verified.json` in the data folder: what the last verification found, for auditors' pages."""

    def __init__(self, home: Path) -> None:
        self.path = home / "audit" / "verified.json"

    def keep(self, verification: Verification) -> None:
        """Keep what was found. Raises OSError where the folder refuses."""
        write_whole(self.path, json.dumps(verification.values(), indent=1).encode())

    def read(self) -> Verification | None:
        """What the last verification found; None where there was none or the file cannot be read."""
        try:
            told: dict[str, Any] = json.loads(self.path.read_bytes())
            told.pop("whole")
            return Verification(
                **{
                    **told,
                    "at": datetime.fromisoformat(told["at"]),
                    "findings": tuple(
                        Finding(Harm(one["harm"]), one["seq"], one["detail"]) for one in told["findings"]
                    ),
                }
            )
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
