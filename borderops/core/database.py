"""The one way to the database: engines, sessions, transactions, migrations.

Two roles work on it. The owner changes the schema and is used by `upgrade` alone; everything else runs as
`borderops_app`, which may read and write rows and nothing more. Where only one address is configured the
connection steps down to that role as soon as it is open.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from fastapi import Request
from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, sessionmaker

import borderops
from borderops.core.changes import Derive, session_info, settle
from borderops.core.pending import install_pending
from borderops.core.provision import APP_ROLE
from borderops.core.viewer import NOBODY, Viewer, viewer_in, viewer_settings

#: The checkout that the program runs from; migrations and founding data lie beside the package.
PROJECT = Path(borderops.__file__).resolve().parents[1]


class Base(DeclarativeBase):
    """The root of all tables. Moments are `timestamptz`; dictionaries are `jsonb`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own class-level contract
        dict[str, Any]: JSONB,
    }


Moment = DateTime(timezone=True)

#: How every connection is set. A question here takes milliseconds: workers to share it and code compiled for
#: it take longer to start than it takes to answer (measured: 3 ms alone, 24 ms with two workers).
#: Texts come in UTF-8 whatever the environment says: some are passed on as they are.
CONNECTION = (
    "-c timezone=UTC -c client_encoding=UTF8 -c max_parallel_workers_per_gather=0 -c jit=off"
    " -c plan_cache_mode=force_custom_plan"
)


def make_engine(address: str, *, pool_size: int = 10, autocommit: bool = False) -> Engine:
    """An engine whose connections act as the application role, in UTC.

    With `autocommit` every statement stands alone, and a connection that is given back needs no resetting.
    """
    alone: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
    engine = create_engine(
        address,
        pool_size=pool_size,
        max_overflow=20,
        pool_pre_ping=False,
        connect_args={"options": CONNECTION},
        **(alone if autocommit else {}),
    )

    @event.listens_for(engine, "connect")
    def step_down(connection: Any, _record: object) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            if cursor.fetchone()[0] != APP_ROLE:
                cursor.execute(f"SET ROLE {APP_ROLE}")
        connection.autocommit = autocommit

    return engine


def make_sessions(
    bind: Any, *, derive: Sequence[Derive], viewer: Viewer = NOBODY, **options: Any
) -> sessionmaker[Session]:
    """Sessions that settle what they touched before every commit, and then do what was left for the end.

    Each tells PostgreSQL at the beginning of its transaction for whom it works: for `viewer`, until
    `work_for` says another. One that works for nobody sees nothing.
    """
    info = {**session_info(derive), _VIEWER: viewer}
    sessions = sessionmaker(bind, expire_on_commit=False, info=info, **options)
    event.listen(sessions, "after_begin", _tell_viewer)
    event.listen(sessions, "before_commit", settle)
    install_pending(sessions)
    return sessions


_VIEWER = "viewer"


def work_for(session: Session, viewer: Viewer) -> None:
    """Let the session work for this viewer, also in a transaction that has begun."""
    session.info[_VIEWER] = viewer
    if session.in_transaction():
        tell_viewer(session.connection(), viewer)


def tell_viewer(connection: Connection, viewer: Viewer) -> None:
    """Tell PostgreSQL for whom the connection's transaction works; it forgets at the transaction's end."""
    settings = viewer_settings(viewer)
    connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))


def _tell_viewer(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        tell_viewer(connection, session.info[_VIEWER])


class Database:
    """The application's connection to its database; made once by the composition root.

    `derive` are the functions that keep derived tables true (see `core.changes`); `viewer` is for whom its
    transactions work where nothing else is said.
    """

    def __init__(
        self, address: str, *, derive: Sequence[Derive] = (), viewer: Viewer = NOBODY, pool_size: int = 10
    ) -> None:
        self.engine = make_engine(address, pool_size=pool_size)
        self.sessions = make_sessions(self.engine, derive=derive, viewer=viewer)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, undone whole when it raises."""
        with self.sessions.begin() as session:
            yield session

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def request_session(request: Request) -> Iterator[Session]:
    """The request's one transaction, for `Depends(request_session, scope="function")`.

    It works for the viewer that the request speaks for. With that scope FastAPI runs what follows `yield`
    before the reply is sent, so a failing commit can never follow a reply that said all was well.
    """
    sessions: sessionmaker[Session] = request.app.state.sessions
    with sessions() as session:
        work_for(session, viewer_in(request.state))
        with session.begin():
            yield session


def alembic_config(owner_address: str) -> Config:
    """Alembic's configuration from pyproject.toml, for the database at this address (percent-safe)."""
    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.set_main_option("sqlalchemy.url", owner_address.replace("%", "%%"))
    return config


def upgrade(owner_address: str, revision: str = "head") -> None:
    """Bring the schema to `revision`; does nothing where it is there already."""
    command.upgrade(alembic_config(owner_address), revision)


def downgrade(owner_address: str, revision: str) -> None:
    """Take the schema back to `revision`."""
    command.downgrade(alembic_config(owner_address), revision)
