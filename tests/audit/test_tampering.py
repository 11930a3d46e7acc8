"""Whatever the database's owner does to the chain is found, and the first event it was done to is named."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, insert, select, text

from borderops.audit.models import Event
from borderops.audit.rules import NO_PREVIOUS, EventFacts, chain_hash
from borderops.audit.walk import Finding, Harm
from tests.audit.conftest import EVENTS, Chain

#: The hash anew from what hangs on what; what a tamperer with knowledge of the form would do.
REHASH = "UPDATE event SET hash = encode(sha256(convert_to(previous || chr(10) || body, 'UTF8')), 'hex')"

SWAP = "UPDATE event SET seq = {0} + {1} - seq WHERE seq IN ({0}, {1})"


def forge(connection: Connection, *, seq: int, previous: str) -> None:
    """Put in an event that is whole in itself and hangs on `previous`."""
    facts = EventFacts(
        seq=seq,
        at=datetime(2026, 5, 1, tzinfo=UTC),
        actor="local-operator",
        account_id=None,
        roles=("operator",),
        origin="console",
        action="forged",
        subject_kind="thing",
        subject_id="forged",
        before=None,
        after=None,
        reason=None,
        device_at=None,
    )
    body = facts.body()
    row = {
        **{name: getattr(facts, name) for name in facts.__dataclass_fields__},
        "roles": ["operator"],
        "body": body,
        "previous": previous,
        "hash": chain_hash(previous, body),
    }
    connection.execute(insert(Event), row)


def hash_of(connection: Connection, seq: int) -> str:
    return connection.scalar(select(Event.hash).where(Event.seq == seq)) or NO_PREVIOUS


def test_an_untouched_chain_is_whole(chain: Chain) -> None:
    with chain.tampered() as connection:
        found = chain.verify(connection)
    assert found.is_whole
    assert (found.events, found.signed, found.unsigned) == (EVENTS, EVENTS, 0)


@pytest.mark.parametrize("seq", [1, 5, EVENTS])
@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("actor = 'somebody'", "actor"),
        ("at = at + interval '1 microsecond'", "at"),
        ("account_id = '018f3c52-6f0e-7c1a-9a53-3f1f0c8e2b11'", "account_id"),
        ("roles = '{commander}'", "roles"),
        ("roles = roles || roles", "roles"),
        ("origin = NULL", "origin"),
        ("action = 'tried'", "action"),
        ("subject_kind = 'think'", "subject_kind"),
        ("subject_id = subject_id || ' '", "subject_id"),
        ("before = NULL", "before"),
        ("before = jsonb_set(before, '{b,0}', '0.10000000000000002')", "before"),
        ("after = after || '{\"more\": null}'", "after"),
        ("reason = 'thu'", "reason"),
        ("device_at = at", "device_at"),
    ],
)
def test_an_edited_column(chain: Chain, seq: int, change: str, column: str) -> None:
    with chain.tampered(
        f"UPDATE event SET {change.replace(':', chr(92) + ':')} WHERE seq = {seq}"
    ) as connection:
        assert chain.verify(connection).findings == (Finding(Harm.ALTERED, seq, column),)


@pytest.mark.parametrize("seq", [1, 5, EVENTS])
@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ("body = replace(body, 'thử', 'thu')", "reason"),
        ("body = body || ' '", "body"),
        ("body = 'nonsense'", "body"),
        ("body = replace(body, 'thử', 'thu'), reason = 'thu'", "hash"),
        ("previous = repeat('1', 64)", "hash"),
        ("hash = repeat('1', 64)", "hash"),
    ],
)
def test_an_edited_body_or_hash(chain: Chain, seq: int, change: str, detail: str) -> None:
    with chain.tampered(f"UPDATE event SET {change} WHERE seq = {seq}") as connection:
        assert chain.verify(connection).findings == (Finding(Harm.ALTERED, seq, detail),)


EDIT = "UPDATE event SET body = replace(body, 'thử', 'thu'), reason = 'thu' WHERE seq = {0}"


@pytest.mark.parametrize("seq", [1, 5, EVENTS - 1])
def test_an_event_edited_with_its_hash(chain: Chain, seq: int) -> None:
    """The next one still hangs on what stood there."""
    with chain.tampered(EDIT.format(seq), f"{REHASH} WHERE seq = {seq}") as connection:
        assert chain.verify(connection).findings == (Finding(Harm.ALTERED, seq, "body, hash"),)


def test_the_last_event_edited_with_its_hash(chain: Chain) -> None:
    """Nothing in the database tells; the signed head does."""
    with chain.tampered(EDIT.format(EVENTS), f"{REHASH} WHERE seq = {EVENTS}") as connection:
        assert chain.verify(connection).findings == (Finding(Harm.REWRITTEN, EVENTS),)


@pytest.mark.parametrize("seq", [1, 5, EVENTS])
def test_a_chain_rewritten_to_its_end(chain: Chain, seq: int) -> None:
    """All hashes fit each other again; a hash that was printed narrows down since when."""
    with chain.tampered(EDIT.format(seq)) as connection:
        hashes = connection.scalars(text("SELECT hash FROM event ORDER BY seq")).all()
        previous = "0" * 64
        for row in connection.execute(text("SELECT seq, body FROM event ORDER BY seq")).all():
            values = {"seq": row.seq, "previous": previous, "hash": chain_hash(previous, row.body)}
            connection.execute(
                text("UPDATE event SET previous = :previous, hash = :hash WHERE seq = :seq"), values
            )
            previous = values["hash"]
        found = chain.verify(connection, printed=tuple(hashes))
    assert found.findings[0] == Finding(Harm.REWRITTEN, EVENTS)
    lost = [one.detail for one in found.findings[1:]]
    assert lost == hashes[seq - 1 :]
    assert {one.harm for one in found.findings[1:]} == {Harm.NOT_IN_CHAIN}


@pytest.mark.parametrize(("first", "last"), [(1, 1), (5, 5), (5, 8), (1, EVENTS - 1)])
@pytest.mark.parametrize("closed_up", [False, True])
def test_events_removed_from_the_middle(chain: Chain, first: int, last: int, closed_up: bool) -> None:
    gone = last - first + 1
    statements = [f"DELETE FROM event WHERE seq BETWEEN {first} AND {last}"]
    if closed_up:
        statements.append(f"UPDATE event SET seq = seq - {gone} WHERE seq > {last}")
    with chain.tampered(*statements) as connection:
        assert chain.verify(connection).findings == (Finding(Harm.REMOVED, first, str(last)),)


@pytest.mark.parametrize("left", [0, 1, 5, EVENTS - 1])
def test_the_tail_cut_off(chain: Chain, left: int) -> None:
    with chain.tampered(f"DELETE FROM event WHERE seq > {left}") as connection:
        assert chain.verify(connection).findings == (Finding(Harm.REMOVED, left + 1, str(EVENTS)),)


def test_everything_gone(chain: Chain) -> None:
    with chain.tampered("TRUNCATE event") as connection:
        assert chain.verify(connection).findings == (Finding(Harm.REMOVED, 1, str(EVENTS)),)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (5, 6), (3, 9), (1, EVENTS), (EVENTS - 1, EVENTS)])
def test_two_events_swapped(chain: Chain, one: int, other: int) -> None:
    with chain.tampered(SWAP.format(one, other)) as connection:
        assert chain.verify(connection).findings == (Finding(Harm.REORDERED, one, str(other)),)


def test_an_event_moved_away(chain: Chain) -> None:
    with chain.tampered("UPDATE event SET seq = 500 WHERE seq = 4") as connection:
        assert chain.verify(connection).findings == (Finding(Harm.REORDERED, 4, "500"),)


@pytest.mark.parametrize("place", [1, 5, EVENTS])
@pytest.mark.parametrize("chained", [True, False])
def test_an_event_inserted_in_the_middle(chain: Chain, place: int, chained: bool) -> None:
    """Whether it hangs on the chain or not: another event hangs there rightly."""
    with chain.tampered(f"UPDATE event SET seq = seq + 1 WHERE seq >= {place}") as connection:
        previous = hash_of(connection, place - 1) if chained else "7" * 64
        forge(connection, seq=place, previous=previous)
        assert chain.verify(connection).findings == (Finding(Harm.INSERTED, place),)


def test_an_event_inserted_under_a_number_that_is_taken(chain: Chain) -> None:
    with chain.tampered() as connection:
        forge(connection, seq=5, previous=hash_of(connection, 4))
        (found,) = chain.verify(connection).findings
    assert found.seq == 5


def test_an_event_put_at_the_end_without_the_chain(chain: Chain) -> None:
    with chain.tampered() as connection:
        forge(connection, seq=EVENTS + 1, previous="7" * 64)
        assert chain.verify(connection).findings == (Finding(Harm.INSERTED, EVENTS + 1),)


def test_an_event_put_at_the_end_with_the_chain_is_not_signed(chain: Chain) -> None:
    """It cannot be told from one written just before the program was killed; but it is counted."""
    with chain.tampered() as connection:
        forge(connection, seq=EVENTS + 1, previous=hash_of(connection, EVENTS))
        found = chain.verify(connection)
    assert (found.is_whole, found.events, found.unsigned) == (True, EVENTS + 1, 1)


def test_a_head_that_was_taken_away(chain: Chain) -> None:
    path = chain.home / "audit" / "head.json"
    kept = path.read_bytes()
    path.unlink()
    try:
        with chain.tampered() as connection:
            assert chain.verify(connection).findings == (Finding(Harm.HEAD_MISSING),)
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"seq": 12', '"seq": 11'),
        ('"hash": "', '"hash": "0'),
        ('"key": "', '"key": "0'),
        ("{", "["),
        ("Z", "z"),
    ],
)
def test_a_head_that_was_changed(chain: Chain, old: str, new: str) -> None:
    path = chain.home / "audit" / "head.json"
    kept = path.read_text()
    assert old in kept
    path.write_text(kept.replace(old, new, 1))
    try:
        with chain.tampered() as connection:
            assert Finding(Harm.HEAD_DAMAGED) in chain.verify(connection).findings
    finally:
        path.write_text(kept)


def test_a_printed_hash(chain: Chain) -> None:
    with chain.tampered() as connection:
        seventh = connection.scalar(text("SELECT hash FROM event WHERE seq = 7"))
        assert isinstance(seventh, str)
        found = chain.verify(connection, printed=(seventh, seventh[:16].upper(), "f" * 64))
    assert found.printed == {seventh: 7, seventh[:16]: 7, "f" * 64: None}
    assert found.findings == (Finding(Harm.NOT_IN_CHAIN, None, "f" * 64),)
