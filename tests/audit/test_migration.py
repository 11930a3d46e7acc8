"""Events from before the chain are hung on it in the order they were written in, and taken off again."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from borderops.audit.actions import record_event
from borderops.audit.heads import HeadFile
from borderops.audit.models import Event
from borderops.audit.verification import verify_chain
from borderops.core.clock import now
from borderops.core.database import Database, downgrade, upgrade
from borderops.core.provision import libpq_url
from borderops.core.viewer import LOCAL_OPERATOR
from tests.conftest import Databases

OLD = """
INSERT INTO event (actor, action, subject_kind, subject_id, before, after, reason, device_at) VALUES
    ('hoa', 'try', 'thing', '1', 'null', '{"n": 1.50, "big": 12345678901234567890, "một": [1e3]}', 'thử',
     '2024-06-01T09:00:00+07'),
    ('hoa', 'try', 'thing', '2', NULL, NULL, NULL, NULL),
    ('hoa', 'try', 'thing', '3', '{}', 'null', NULL, NULL)
"""


@pytest.fixture
def before(databases: Databases) -> Iterator[str]:
    """A database as it was before the chain, with events."""
    with databases.copy("template0") as name:
        upgrade(databases.owner(name), "0002")
        with psycopg.connect(libpq_url(databases.owner(name)), autocommit=True) as connection:
            connection.execute(OLD.encode())
        yield name


def test_old_events_come_into_the_chain(databases: Databases, before: str, tmp_path: Path) -> None:
    upgrade(databases.owner(before))
    database = Database(databases.app(before), viewer=LOCAL_OPERATOR)
    with database.transaction() as session:
        found = verify_chain(session, heads=HeadFile(tmp_path), now=now())
        assert (found.is_whole, found.events, found.unsigned) == (True, 3, 3)
        record_event(session, viewer=LOCAL_OPERATOR, action="try", subject_kind="thing", subject_id="4")
    with database.transaction() as session:
        assert verify_chain(session, heads=HeadFile(tmp_path), now=now()).events == 4
        first = session.get_one(Event, 1)
        assert (first.subject_id, first.roles, first.origin, first.before) == ("1", [], None, None)
        assert first.after == {"n": 1.5, "big": 12345678901234567890, "một": [1000]}
    database.close()


def test_the_chain_is_taken_off_and_put_on_again(databases: Databases, before: str, tmp_path: Path) -> None:
    owner = databases.owner(before)
    upgrade(owner, "0003")
    downgrade(owner, "0002")
    with psycopg.connect(libpq_url(owner), autocommit=True) as connection:
        assert connection.execute("SELECT id, subject_id FROM event ORDER BY id").fetchall() == [
            (1, "1"),
            (2, "2"),
            (3, "3"),
        ]
        connection.execute(
            "INSERT INTO event (actor, action, subject_kind, subject_id) VALUES ('x','x','x','4')"
        )
    upgrade(owner)
    database = Database(databases.app(before), viewer=LOCAL_OPERATOR)
    with database.transaction() as session:
        assert verify_chain(session, heads=HeadFile(tmp_path), now=now()).events == 4
    database.close()
