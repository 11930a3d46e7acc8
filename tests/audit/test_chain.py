"""The chain on a real database: it grows without fork or gap, and follows the transaction."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import errors
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from borderops.audit.actions import keep_head, record_event
from borderops.audit.canonical import LARGEST_WHOLE, NotCanonical
from borderops.audit.heads import HeadFile
from borderops.audit.models import Event
from borderops.audit.queries import find_head
from borderops.audit.rules import NO_PREVIOUS
from borderops.audit.verification import verify_chain
from borderops.audit.walk import Finding, Harm
from borderops.core.changes import settle
from borderops.core.clock import now
from borderops.core.database import Database
from borderops.core.provision import libpq_url
from borderops.core.viewer import LOCAL_OPERATOR, Sees, Viewer
from tests.conftest import Databases

OFFICER = Viewer(
    name="hoa",
    sees=Sees.UNITS,
    roles=("officer", "commander"),
    origin="192.0.2.7",
    permissions=frozenset({"record_inspection"}),
)


def tell(session: Session, name: str, *, viewer: Viewer = LOCAL_OPERATOR) -> None:
    record_event(session, viewer=viewer, action="try", subject_kind="thing", subject_id=name)


def told(session: Session) -> list[str]:
    return list(session.scalars(select(Event.subject_id).order_by(Event.seq)))


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    """A database of its own, without data."""
    with databases.copy("migrated") as name:
        database = Database(databases.app(name), viewer=LOCAL_OPERATOR)
        yield database
        database.close()


def test_an_event_hangs_on_the_one_before(session: Session) -> None:
    tell(session, "a")
    tell(session, "b", viewer=OFFICER)
    assert told(session) == []
    session.commit()
    tell(session, "c")
    session.commit()
    first, second, third = session.scalars(select(Event).order_by(Event.seq)).all()
    assert (first.seq, second.seq, third.seq) == (1, 2, 3)
    assert (first.previous, second.previous, third.previous) == (NO_PREVIOUS, first.hash, second.hash)
    assert (second.actor, second.roles, second.origin) == ("hoa", ["officer", "commander"], "192.0.2.7")
    assert first.before is None
    head = find_head(session)
    assert head is not None
    assert (head.seq, head.hash, head.at) == (3, third.hash, third.at)


def test_events_fall_with_their_transaction(session: Session) -> None:
    tell(session, "lost")
    session.rollback()
    tell(session, "kept")
    session.commit()
    session.commit()
    assert told(session) == ["kept"]


def test_events_fall_with_their_savepoint(session: Session) -> None:
    tell(session, "before")
    with session.begin_nested():
        tell(session, "inside")
    undone = session.begin_nested()
    tell(session, "lost")
    with session.begin_nested():
        tell(session, "lost too")
    undone.rollback()
    tell(session, "after")
    assert told(session) == []
    session.commit()
    assert told(session) == ["before", "inside", "after"]


def test_settling_early_writes_no_event(session: Session) -> None:
    tell(session, "a")
    settle(session)
    assert told(session) == []
    tell(session, "b")
    session.commit()
    assert told(session) == ["a", "b"]


def test_what_an_event_says_is_what_was_so_when_it_was_told(session: Session) -> None:
    values = {"list": [1]}
    record_event(
        session, viewer=LOCAL_OPERATOR, action="try", subject_kind="thing", subject_id="x", after=values
    )
    values["list"].append(2)
    session.commit()
    assert session.scalars(select(Event.after)).one() == {"list": [1]}


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
NUMBERS = st.integers(-LARGEST_WHOLE, LARGEST_WHOLE) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.dictionaries(
    TEXTS,
    st.recursive(st.none() | st.booleans() | NUMBERS | TEXTS, st.lists, max_leaves=5),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(VALUES, TEXTS), min_size=1, max_size=10))
def test_whatever_is_told_is_found_as_it_was(
    session: Session, tmp_path: Path, events: list[tuple[dict[str, Any], str]]
) -> None:
    """The database keeps values in a writing of its own; they still say what the body says."""
    for values, reason in events:
        record_event(
            session,
            viewer=OFFICER,
            action="try",
            subject_kind="thing",
            subject_id="x",
            before=values,
            after=values,
            reason=reason,
            device_at=now(),
        )
    session.commit()
    assert verify_chain(session, heads=HeadFile(tmp_path), now=now()).is_whole


def test_what_is_no_json_is_refused_where_it_is_told(session: Session) -> None:
    with pytest.raises(NotCanonical):
        record_event(
            session,
            viewer=LOCAL_OPERATOR,
            action="try",
            subject_kind="thing",
            subject_id="x",
            after={"on": now()},
        )


WRITERS, ROUNDS = 8, 20


def test_many_writers_make_one_chain(database: Database, tmp_path: Path) -> None:
    keep_head(database.sessions, tmp_path)
    start = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        start.wait(30)
        for number in range(ROUNDS):
            with database.transaction() as session:
                tell(session, f"{writer}-{number}-a")
                tell(session, f"{writer}-{number}-b")

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, writer) for writer in range(WRITERS)]:
            done.result(120)
    with database.transaction() as session:
        found = verify_chain(session, heads=HeadFile(tmp_path), now=now())
        names = told(session)
    assert found.is_whole
    assert (found.events, found.signed) == (WRITERS * ROUNDS * 2, WRITERS * ROUNDS * 2)
    for first, second in zip(names[::2], names[1::2], strict=True):
        assert (first[:-1], first[-1], second[-1]) == (second[:-1], "a", "b")


def test_a_long_transaction_holds_nobody_up(database: Database) -> None:
    """It has told its event and written to the database; only its last moment is alone."""
    with database.sessions() as long:
        tell(long, "long")
        long.execute(text("SELECT txid_current()"))
        settle(long)
        with database.sessions() as short:
            short.execute(text("SET LOCAL lock_timeout = '5s'"))
            tell(short, "short")
            short.commit()
        long.commit()
        assert told(long) == ["short", "long"]


def test_the_head_is_told_only_of_what_is_committed(database: Database, tmp_path: Path) -> None:
    keep_head(database.sessions, tmp_path)
    heads = HeadFile(tmp_path)
    with database.sessions() as session:
        tell(session, "lost")
        session.rollback()
        assert heads.read() is None
        tell(session, "kept")
        with session.begin_nested():
            tell(session, "inside")
        assert heads.read() is None
        session.commit()
        held = heads.read()
        assert held is not None
        assert held.head == find_head(session)


def test_a_head_that_cannot_be_kept_undoes_nothing(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The database is ahead of the head then, and the next commit signs for both."""
    (tmp_path / "audit").write_text("in the way")
    keep_head(database.sessions, tmp_path)
    with database.transaction() as session:
        tell(session, "a")
    assert "cannot be kept" in caplog.text
    (tmp_path / "audit").unlink()
    with database.transaction() as session:
        tell(session, "b")
    with database.transaction() as session:
        assert verify_chain(session, heads=HeadFile(tmp_path), now=now()).signed == 2


def test_a_chain_that_was_cut_and_has_grown_again_does_not_fit_its_head(
    databases: Databases, database: Database, tmp_path: Path
) -> None:
    keep_head(database.sessions, tmp_path)
    for name in ("a", "b", "c"):
        with database.transaction() as session:
            tell(session, name)
    owner = database.engine.url.set(username="borderops_owner").render_as_string(hide_password=False)
    with psycopg.connect(libpq_url(owner), autocommit=True) as connection:
        connection.execute("ALTER TABLE event DISABLE TRIGGER USER")
        connection.execute("DELETE FROM event WHERE seq > 1")
        connection.execute("ALTER TABLE event ENABLE TRIGGER USER")
    for name in ("d", "e", "f", "g"):
        with database.transaction() as session:
            tell(session, name)
    with database.transaction() as session:
        found = verify_chain(session, heads=HeadFile(tmp_path), now=now())
    assert found.findings == (Finding(Harm.REWRITTEN, 3),)


def test_the_chain_goes_on_for_a_viewer_who_sees_no_events(database: Database) -> None:
    with database.transaction() as session:
        tell(session, "a")
    with database.sessions() as session:
        session.info["viewer"] = OFFICER
        tell(session, "b", viewer=OFFICER)
        session.commit()
    with database.transaction() as session:
        assert told(session) == ["a", "b"]


@pytest.mark.parametrize(
    ("seq", "previous"), [(3, "(SELECT hash FROM event)"), (2, "repeat('0', 64)"), (1, "repeat('0', 64)")]
)
def test_the_database_takes_nothing_that_does_not_follow(
    databases: Databases, database: Database, seq: int, previous: str
) -> None:
    with database.transaction() as session:
        tell(session, "a")
    for address in (database.engine.url, database.engine.url.set(username="borderops_owner")):
        with psycopg.connect(libpq_url(address.render_as_string(hide_password=False))) as connection:
            with pytest.raises((errors.RestrictViolation, errors.UniqueViolation)):
                connection.execute(
                    "INSERT INTO event (seq, at, actor, roles, action, subject_kind, subject_id, body,"
                    f" previous, hash) SELECT {seq}, now(), 'x', '{{}}', 'x', 'x', 'x', '{{}}', {previous},"
                    f" encode(sha256(convert_to({previous} || chr(10) || '{{}}', 'UTF8')), 'hex')".encode()
                )
            connection.rollback()


def test_the_database_takes_no_wrong_hash(database: Database) -> None:
    address = libpq_url(database.engine.url.render_as_string(hide_password=False))
    with psycopg.connect(address) as connection:
        connection.execute("SELECT set_config('borderops.viewer', 'x', false)")
        with pytest.raises(errors.CheckViolation):
            connection.execute(
                "INSERT INTO event (seq, at, actor, roles, action, subject_kind, subject_id, body, previous,"
                " hash) SELECT 1, now(), 'x', '{}', 'x', 'x', 'x', '{}', repeat('0', 64), repeat('1', 64)"
            )


def test_no_column_of_an_event_can_be_changed(databases: Databases, database: Database) -> None:
    """Neither by the application nor by the owner of the table."""
    with database.transaction() as session:
        tell(session, "a")
    refusals = {"borderops_app": errors.InsufficientPrivilege, "borderops_owner": errors.RestrictViolation}
    changes = [f"UPDATE event SET {name} = {name}" for name in Event.__table__.columns.keys()]  # noqa: SIM118
    for user, refusal in refusals.items():
        address = database.engine.url.set(username=user).render_as_string(hide_password=False)
        with psycopg.connect(libpq_url(address)) as connection:
            for change in (*changes, "DELETE FROM event", "TRUNCATE event"):
                connection.execute("SELECT set_config('borderops.sees', 'system', true)")
                with pytest.raises(refusal):
                    connection.execute(change.encode())
                connection.rollback()
