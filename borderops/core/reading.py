"""Reading alone: ways to the database for questions that begin no transaction and change nothing.

At READ COMMITTED every statement sees what was committed before it, with or without a transaction around it.
So one question by itself needs none, which spares two journeys to the server.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import psycopg
from fastapi import Request
from psycopg import sql
from sqlalchemy import Connection, Engine, Select
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool

from borderops.core.database import CONNECTION
from borderops.core.provision import APP_ROLE, libpq_url

Rows = list[tuple[Any, ...]]

_DIALECT = psycopg_dialect.dialect()  # type: ignore[no-untyped-call]

#: Connections that the event loop keeps for itself; more questions at once wait their turn.
MOST_CONNECTIONS = 8


class Reading(Protocol):
    """Ways to read. `connection` is for a thread, `ask` for the event loop."""

    def connection(self) -> AbstractContextManager[Connection]:
        """A connection for as long as the question takes."""

    async def ask(self, statement: str, values: Mapping[str, object]) -> Rows:
        """All rows of a statement of `as_sql`: for questions that are asked thousands of times a second.

        Raises SQLAlchemy's OperationalError where the database cannot be reached.
        """

    async def close(self) -> None:
        """Give back what the event loop held."""


class DirectReading:
    """Reads as the application role: by the engine in autocommit, or by connections of the loop's own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._address = libpq_url(engine.url.render_as_string(hide_password=False))
        self._idle: list[psycopg.AsyncConnection] = []
        self._turns = asyncio.Semaphore(MOST_CONNECTIONS)

    def connection(self) -> AbstractContextManager[Connection]:
        """A connection of the engine; nothing is begun on it."""
        return self._engine.connect()

    async def ask(self, statement: str, values: Mapping[str, object]) -> Rows:
        """By a connection of the event loop's; one that fails is closed and not used again."""
        async with self._turns:
            try:
                connection = self._idle.pop() if self._idle else await self._connect()
                rows = await self._fetch(connection, statement, values)
            except psycopg.OperationalError as error:
                raise OperationalError(statement, values, error) from error
            self._idle.append(connection)
            return rows

    async def _fetch(
        self, connection: psycopg.AsyncConnection, statement: str, values: Mapping[str, object]
    ) -> Rows:
        answered = False
        try:
            cursor = await connection.execute(statement.encode(), values)
            rows = await cursor.fetchall()
            answered = True
        finally:
            if not answered:
                await connection.close()
        return rows

    async def close(self) -> None:
        """Close the event loop's connections."""
        while self._idle:
            await self._idle.pop().close()

    async def _connect(self) -> psycopg.AsyncConnection:
        connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True, options=CONNECTION)
        if connection.info.user != APP_ROLE:
            await connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(APP_ROLE)))
        return connection


class SessionReading:
    """Reads in sessions, and so within whatever transaction they are bound to; for tests."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """The connection of a session."""
        with self._sessions() as session:
            yield session.connection()

    async def ask(self, statement: str, values: Mapping[str, object]) -> Rows:
        """By the connection of a session, in a thread."""
        return await run_in_threadpool(self._ask, statement, values)

    def _ask(self, statement: str, values: Mapping[str, object]) -> Rows:
        with self.connection() as connection:
            return fetch_by_sql(connection, statement, values)

    async def close(self) -> None:
        """Nothing is held."""


async def request_reading(request: Request) -> Reading:
    """How a request that only reads does so."""
    reading: Reading = request.app.state.reading
    return reading


def as_sql(statement: Select[*tuple[Any, ...]]) -> str:
    """The statement in the driver's words, its parameters by name. Whatever it compares with must be one."""
    return str(statement.compile(dialect=_DIALECT))


def fetch_by_sql(connection: Connection, statement: str, values: Mapping[str, object]) -> Rows:
    """All rows of a statement of `as_sql`, by the driver alone."""
    return list(connection.exec_driver_sql(statement, dict(values)).cursor.fetchall())


def fetch_rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Rows:
    """All rows of a statement as the driver gives them: for plain columns, and many of them.

    A thousand rows cost SQLAlchemy's own result as long again as the question itself.
    """
    with session.connection().execute(statement) as result:
        return list(result.cursor.fetchall())
