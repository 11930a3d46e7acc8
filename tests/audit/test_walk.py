"""The walk along a chain of any length, with any one harm: the first event it was done to is named."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from borderops.audit.rules import NO_PREVIOUS, EventFacts, Head, chain_hash
from borderops.audit.walk import Finding, Harm, StoredEvent, Walk, walk_chain

AT = datetime(2026, 5, 1, tzinfo=UTC)


def event(seq: int, previous: str, action: str = "try") -> StoredEvent:
    """An event that is whole in itself."""
    facts = EventFacts(
        seq, AT, "hoa", None, ("officer",), "console", action, "thing", "x", None, None, None, None
    )
    body = facts.body()
    return StoredEvent(facts, body, previous, chain_hash(previous, body))


def chain(length: int, *, action: str = "try") -> list[StoredEvent]:
    made: list[StoredEvent] = []
    for seq in range(1, length + 1):
        made.append(event(seq, made[-1].hash if made else NO_PREVIOUS, action))
    return made


def numbered(events: Sequence[StoredEvent]) -> list[StoredEvent]:
    """The events as somebody left them who set their numbers right, in the column and nowhere else."""
    return [replace(one, facts=replace(one.facts, seq=seq)) for seq, one in enumerate(events, start=1)]


class Listed:
    """The places of events in a list."""

    def __init__(self, events: Sequence[StoredEvent]) -> None:
        self._events = events

    def of_hash(self, value: str) -> int | None:
        return next((one.facts.seq for one in self._events if one.hash == value), None)

    def of_previous(self, value: str) -> int | None:
        return next((one.facts.seq for one in self._events if one.previous == value), None)


def walked(events: Sequence[StoredEvent], whole: Sequence[StoredEvent], *, signed: int | None = None) -> Walk:
    """The walk, with the head that was signed when the chain was `whole`, or had `signed` events."""
    last = whole[(signed or len(whole)) - 1]
    head = Head(last.facts.seq, last.hash, AT)
    return walk_chain(events, places=Listed(events), head=head)


LENGTHS = st.integers(2, 12)


@given(LENGTHS, st.data())
def test_a_whole_chain(length: int, data: st.DataObject) -> None:
    events = chain(length)
    signed = data.draw(st.integers(1, length))
    walk = walked(events, events, signed=signed)
    assert (walk.found, walk.events, walk.unsigned) == (None, length, length - signed)


@given(LENGTHS, st.booleans(), st.data())
def test_removed(length: int, closed_up: bool, data: st.DataObject) -> None:
    whole = chain(length)
    first = data.draw(st.integers(1, length))
    last = data.draw(st.integers(first, length))
    left = whole[: first - 1] + whole[last:]
    walk = walked(numbered(left) if closed_up else left, whole)
    assert walk.found == Finding(Harm.REMOVED, first, str(last))


@given(LENGTHS, st.data())
def test_altered_in_any_way(length: int, data: st.DataObject) -> None:
    whole = chain(length)
    place = data.draw(st.integers(1, length))
    was = whole[place - 1]
    forged = event(place, was.previous, "forged")
    altered = data.draw(
        st.sampled_from(
            [
                replace(was, facts=forged.facts),
                replace(was, body=forged.body),
                replace(was, facts=forged.facts, body=forged.body),
                replace(was, previous="7" * 64),
                replace(was, hash="7" * 64),
                replace(was, body=forged.body, hash=forged.hash),
                forged,
            ]
        )
    )
    walk = walked([*whole[: place - 1], altered, *whole[place:]], whole)
    assert walk.found is not None
    assert walk.found.seq == place
    assert walk.found.harm in ({Harm.ALTERED, Harm.REWRITTEN} if place == length else {Harm.ALTERED})


@given(LENGTHS, st.data())
def test_swapped(length: int, data: st.DataObject) -> None:
    whole = chain(length)
    one, other = sorted(
        data.draw(st.lists(st.integers(1, length), min_size=2, max_size=2, unique=True)),
    )
    events = list(whole)
    events[one - 1], events[other - 1] = events[other - 1], events[one - 1]
    assert walked(numbered(events), whole).found == Finding(Harm.REORDERED, one, str(other))


@given(LENGTHS, st.booleans(), st.data())
def test_inserted(length: int, chained: bool, data: st.DataObject) -> None:
    whole = chain(length)
    place = data.draw(st.integers(1, length))
    before = whole[place - 2].hash if place > 1 else NO_PREVIOUS
    forged = event(place, before if chained else "7" * 64, "forged")
    events = numbered([*whole[: place - 1], forged, *whole[place - 1 :]])
    assert walked(events, whole).found == Finding(Harm.INSERTED, place)


@given(LENGTHS, st.data())
def test_rewritten_from_any_event_on(length: int, data: st.DataObject) -> None:
    whole = chain(length)
    place = data.draw(st.integers(1, length))
    events = whole[: place - 1]
    for seq in range(place, length + 1):
        events = [*events, event(seq, events[-1].hash if events else NO_PREVIOUS, "forged")]
    signed = data.draw(st.integers(place, length))
    assert walked(events, whole, signed=signed).found == Finding(Harm.REWRITTEN, signed)
