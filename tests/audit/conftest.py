"""A chain of events on a database of its own, with its signed head, to be tampered with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import Session

from borderops.audit.actions import keep_head, record_event
from borderops.audit.heads import HeadFile
from borderops.audit.verification import Verification, verify_chain
from borderops.core.clock import now
from borderops.core.database import Database
from borderops.core.viewer import LOCAL_OPERATOR
from tests.conftest import Databases

#: How many events the chain has.
EVENTS = 12


@dataclass(frozen=True)
class Chain:
    """The chain as its database's owner can reach it, and the data folder with its head."""

    owner: Engine
    home: Path

    @contextmanager
    def tampered(self, *statements: str) -> Iterator[Connection]:
        """The owner's transaction in which all guards are down and the statements are done; undone."""
        with self.owner.connect() as connection, connection.begin() as outer:
            for guard in (
                "ALTER TABLE event DISABLE TRIGGER USER",
                "ALTER TABLE event DROP CONSTRAINT ck_event_hash",
                "ALTER TABLE event DROP CONSTRAINT uq_event_previous",
                "ALTER TABLE event DROP CONSTRAINT uq_event_hash",
                "ALTER TABLE event DROP CONSTRAINT pk_event",
                *statements,
            ):
                connection.execute(text(guard))
            yield connection
            outer.rollback()

    def verify(self, connection: Connection, *, printed: tuple[str, ...] = ()) -> Verification:
        """What `audit verify` finds in this transaction."""
        with Session(connection) as session:
            return verify_chain(session, heads=HeadFile(self.home), now=now(), printed=printed)


def tell(session: Session, name: str) -> None:
    """One event, with values whose writing is not obvious."""
    record_event(
        session,
        viewer=LOCAL_OPERATOR,
        action="try",
        subject_kind="thing",
        subject_id=name,
        before={"một": 1, "b": [0.1, 1e21, 1e-7, None, True]},
        after={"ນ": "ໜຶ່ງ", "": {}, "n": -0.0},
        reason="thử",
    )


@pytest.fixture(scope="module")
def chain(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    home = tmp_path_factory.mktemp("home")
    with databases.copy("migrated") as name:
        database = Database(databases.app(name), viewer=LOCAL_OPERATOR)
        keep_head(database.sessions, home)
        for batch in range(EVENTS // 3):
            with database.transaction() as session:
                for number in range(3):
                    tell(session, f"{batch}-{number}")
        database.close()
        owner = create_engine(databases.owner(name), connect_args={"options": "-c timezone=UTC"})
        yield Chain(owner, home)
        owner.dispose()
