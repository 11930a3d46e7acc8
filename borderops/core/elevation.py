"""The program's own work within a person's transaction: deriving, signing in, looking whether a name is free.

PostgreSQL is told for as long as the block lasts that the program itself asks. Then it sees every row, and
writes what is derived; history it still may not write, which only people do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

#: The setting that says how far a transaction sees (see `core.viewer`), and its value for the program itself.
SEES = "borderops.sees"
SYSTEM = "system"


@contextmanager
def as_system(session: Session) -> Iterator[None]:
    """Let the session see everything until the block ends; what was said before holds again after it.

    What the session still has to write is written first, as the person whose work it is.
    """
    session.flush()
    connection = session.connection()
    before = connection.scalar(select(func.current_setting(SEES, True)))
    _tell(connection, SYSTEM)
    try:
        yield
        session.flush()
    finally:
        # A statement that failed takes its transaction's settings with it, and nothing can be said in it.
        if _status(connection) != TransactionStatus.INERROR:
            _tell(connection, before or "")


def _status(connection: Connection) -> TransactionStatus:
    driver: Any = connection.connection.dbapi_connection
    return TransactionStatus(driver.info.transaction_status)


def _tell(connection: Connection, sees: str) -> None:
    connection.execute(select(func.set_config(SEES, sees, True)))
