"""Walking the chain: the first event that is not what was written, and what happened to it.

Every event is held against three things: its columns against its body, its hash against its body, its place
against the event before. An installation's signed head and hashes that were printed hold the end.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from borderops.audit.canonical import NotCanonical, parse
from borderops.audit.rules import NO_PREVIOUS, EventFacts, Head, chain_hash
from borderops.core.messages import N_


class Harm(StrEnum):
    """What was done to the chain."""

    ALTERED = "altered"
    INSERTED = "inserted"
    REORDERED = "reordered"
    REMOVED = "removed"
    REWRITTEN = "rewritten"
    HEAD_MISSING = "head_missing"
    HEAD_DAMAGED = "head_damaged"
    NOT_IN_CHAIN = "not_in_chain"


#: What is said of each; `seq` is the place in the chain, counted from 1.
HARM_TEXTS: Mapping[Harm, str] = {
    Harm.ALTERED: N_("Event %(seq)s was altered: %(detail)s."),
    Harm.INSERTED: N_("Event %(seq)s was inserted; it does not belong to the chain."),
    Harm.REORDERED: N_("Event %(seq)s is not in its place: it stands at %(detail)s."),
    Harm.REMOVED: N_("Events are missing from %(seq)s to %(detail)s."),
    Harm.REWRITTEN: N_(
        "The chain was rewritten at event %(seq)s or before: it does not lead to the signed head."
    ),
    Harm.HEAD_MISSING: N_("There is no signed head: whether events are missing at the end cannot be said."),
    Harm.HEAD_DAMAGED: N_("The signed head in the data folder was changed or damaged."),
    Harm.NOT_IN_CHAIN: N_("The printed hash %(detail)s is not in the chain."),
}


@dataclass(frozen=True)
class Finding:
    """One harm: at which place of the chain, and in what (the columns, other events, the hash)."""

    harm: Harm
    seq: int | None = None
    detail: str = ""


@dataclass(frozen=True)
class StoredEvent:
    """An event as the table holds it."""

    facts: EventFacts
    body: str
    previous: str
    hash: str

    @property
    def is_sealed(self) -> bool:
        """Whether its hash is the hash of its body and of what it hangs on."""
        return self.hash == chain_hash(self.previous, self.body)

    def altered_columns(self) -> list[str]:
        """The columns that do not say what the body says."""
        try:
            held = self.facts.body()
        except NotCanonical:
            return ["before", "after"]
        if held == self.body:
            return []
        try:
            told = parse(self.body)
        except ValueError:
            return ["body"]
        values = parse(held)
        if not isinstance(told, dict) or set(told) != set(values):
            return ["body"]
        return [name for name in self.facts.values() if told[name] != values[name]] or ["body"]

    def told_seq(self) -> int | None:
        """The place that the body says."""
        try:
            told = parse(self.body)
        except ValueError:
            return None
        seq = told.get("seq") if isinstance(told, dict) else None
        return seq if isinstance(seq, int) else None


class Places(Protocol):
    """Finds events by how they hang together, for naming what happened."""

    def of_hash(self, value: str) -> int | None:
        """Where the event with this hash stands."""

    def of_previous(self, value: str) -> int | None:
        """Where an event stands that hangs on this hash."""


@dataclass
class Walk:
    """What a walk along the chain found."""

    events: int = 0
    hash: str = NO_PREVIOUS
    found: Finding | None = None
    #: The hashes that were looked for, and at which event each stands.
    printed: dict[str, int | None] = field(default_factory=dict)
    #: Events that came after the signed head: none, unless the program was killed after a commit.
    unsigned: int = 0


def walk_chain(
    events: Iterable[StoredEvent], *, places: Places, head: Head | None, printed: Collection[str] = ()
) -> Walk:
    """Walk the events in the order of their numbers up to the first that is not as it was written.

    `head` is the signed head, read before the events; None where there is none. `printed` are hashes, or
    beginnings of them, that stand on paper.
    """
    walk = Walk(printed=dict.fromkeys(printed))
    at_head: str | None = None
    suspect: StoredEvent | None = None
    for event in events:
        if suspect is not None:
            walk.found = _out_of_chain(suspect, walk, places=places, head=head, after=event)
            return walk
        place = walk.events + 1
        walk.found = _wrong_place(event, walk, places=places) or _wrong_seal(event)
        if walk.found is not None:
            return walk
        if event.previous != walk.hash:
            suspect = event  # what comes after it tells whether it or the one before was touched
            continue
        if columns := event.altered_columns():
            walk.found = Finding(Harm.ALTERED, place, ", ".join(columns))
            return walk
        walk.events, walk.hash = place, event.hash
        if head is not None and place == head.seq:
            at_head = event.hash
        for wanted in walk.printed:
            if event.hash.startswith(wanted):
                walk.printed[wanted] = place
    if suspect is not None:
        walk.found = _out_of_chain(suspect, walk, places=places, head=head, after=None)
        return walk
    walk.found = _wrong_end(walk, head=head, at_head=at_head)
    return walk


def _wrong_place(event: StoredEvent, walk: Walk, *, places: Places) -> Finding | None:
    seq, place = event.facts.seq, walk.events + 1
    if seq < place:
        return Finding(Harm.INSERTED, seq)
    if seq == place:
        return None
    elsewhere = places.of_previous(walk.hash)
    if elsewhere is not None:
        return Finding(Harm.REORDERED, place, str(elsewhere))
    return Finding(Harm.REMOVED, place, str(seq - 1))


def _wrong_seal(event: StoredEvent) -> Finding | None:
    if event.is_sealed:
        return None
    return Finding(Harm.ALTERED, event.facts.seq, ", ".join(event.altered_columns()) or "hash")


def _out_of_chain(
    event: StoredEvent, walk: Walk, *, places: Places, head: Head | None, after: StoredEvent | None
) -> Finding:
    """What happened where an event, whole in itself, does not hang on the one before."""
    place = walk.events + 1
    rightful = places.of_previous(walk.hash)
    hangs_on = 0 if event.previous == NO_PREVIOUS else places.of_hash(event.previous)
    if rightful is not None and hangs_on is not None and hangs_on >= place:
        return Finding(Harm.REORDERED, place, str(rightful))
    if rightful is not None:
        return Finding(Harm.INSERTED, place)
    if hangs_on is not None and hangs_on < place - 1:
        return Finding(Harm.INSERTED, hangs_on + 1)
    told = event.told_seq()
    if told is not None and told > place:
        return Finding(Harm.REMOVED, place, str(told - 1 if hangs_on is None else place))
    if head is not None and (head.seq, head.hash) == (place - 1, walk.hash):
        return Finding(Harm.INSERTED, place)
    return _altered(event, place=place, head=head, after=after)


def _altered(event: StoredEvent, *, place: int, head: Head | None, after: StoredEvent | None) -> Finding:
    """Whether the event was altered, or the one before: it is the one whose hash nothing else holds."""
    if after is not None:
        is_held = after.previous == event.hash
    else:
        is_held = head is None or head.seq != place or head.hash == event.hash
    if place == 1 or not is_held:
        return Finding(Harm.ALTERED, place, "previous")
    return Finding(Harm.ALTERED, place - 1, "body, hash")


def _wrong_end(walk: Walk, *, head: Head | None, at_head: str | None) -> Finding | None:
    if head is None:
        return Finding(Harm.HEAD_MISSING) if walk.events else None
    if walk.events < head.seq:
        return Finding(Harm.REMOVED, walk.events + 1, str(head.seq))
    if at_head != head.hash:
        return Finding(Harm.REWRITTEN, head.seq)
    walk.unsigned = walk.events - head.seq
    return None
