"""Reading alone: ways to the database for questions that begin no transaction and change nothing.

At READ COMMITTED every statement sees what was committed before it, with or without a transaction around it.
So one question by itself needs none, which spares two journeys to the server.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
from fastapi import Request
from psycopg import sql
from psycopg.pq.abc import PGresult
from psycopg.types.string import ByteaBinaryLoader
from sqlalchemy import Connection, Engine, Select
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool

from borderops.core.database import CONNECTION, make_engine, work_for
from borderops.core.lookups import Lookups, Question
from borderops.core.provision import APP_ROLE, libpq_url
from borderops.core.viewer import NOBODY, Viewer, viewer_settings

Rows = list[tuple[Any, ...]]

_DIALECT = psycopg_dialect.dialect()  # type: ignore[no-untyped-call]


#: How the event loop's connections are set. They find some things by their numbers; for more than a few of
#: them the planner would rather go through everything of the day, which it takes for a tenth of what it is:
#: 900 ms for 0.1 (measured).
LOOKING_UP = f"{CONNECTION} -c enable_bitmapscan=off"

#: Connections that the event loop keeps for itself; more questions at once wait their turn.
MOST_CONNECTIONS = 8


class Reading(Protocol):
    """Ways to read. `connection` is for a thread, `ask` for the event loop; both see what the viewer may."""

    def connection(self, viewer: Viewer) -> AbstractContextManager[Connection]:
        """A connection that works for the viewer, for as long as the questions take."""

    async def ask(self, question: Question, values: Mapping[str, object], *, viewer: Viewer) -> Rows:
        """All rows, by the event loop itself: for questions that are asked thousands of times a second.

        Raises SQLAlchemy's OperationalError where the database cannot be reached.
        """

    async def find(self, question: Question, key: str, *, viewer: Viewer) -> bytes | None:
        """The text of one thing, as `ask` but together with all that are asked for at the same time.

        The question takes a list as `keys` and answers with rows of a text and its key, as text; the first
        row of a key counts. None where there is none.
        """

    async def close(self) -> None:
        """Give back what the event loop held."""


#: Tells PostgreSQL for whom a connection works until it is told otherwise: there is no transaction to end it.
_TELL = "SELECT " + ", ".join(f"set_config('{name}', %({name})s, false)" for name in viewer_settings(NOBODY))

_TOLD = "borderops.told"


@dataclass
class _Held:
    """A connection of the event loop's, and the viewer whom it was last told to work for."""

    connection: psycopg.AsyncConnection
    told: Viewer | None = None


class DirectReading:
    """Reads as the application role: by a pool in autocommit, or by connections of the loop's own.

    Its connections keep the viewer they were told between questions and are told only when it is another,
    which is why nobody else uses them.
    """

    def __init__(self, engine: Engine) -> None:
        address = engine.url.render_as_string(hide_password=False)
        self._engine = make_engine(address, autocommit=True)
        self._address = libpq_url(address)
        self._idle: list[_Held] = []
        self._turns = asyncio.Semaphore(MOST_CONNECTIONS)
        self._lookups = Lookups(self._texts)

    @contextmanager
    def connection(self, viewer: Viewer) -> Iterator[Connection]:
        """A connection of the pool; nothing is begun on it."""
        with self._engine.connect() as connection:
            if connection.info.get(_TOLD) != viewer:
                connection.info.pop(_TOLD, None)
                connection.exec_driver_sql(_TELL, viewer_settings(viewer))
                connection.info[_TOLD] = viewer
            yield connection

    async def ask(self, question: Question, values: Mapping[str, object], *, viewer: Viewer) -> Rows:
        """By a connection of the event loop's; one that fails is closed and not used again."""
        cursor = await self._asked(question, values, viewer)
        return await cursor.fetchall()

    async def find(self, question: Question, key: str, *, viewer: Viewer) -> bytes | None:
        """Together with all that wait at the same time for an answer to that question."""
        return await self._lookups.find(question, key, viewer)

    async def _texts(self, question: Question, keys: Sequence[str], viewer: Viewer) -> dict[str, bytes]:
        return _by_key((await self._asked(question, {"keys": keys}, viewer)).pgresult)

    async def _asked(
        self, question: Question, values: Mapping[str, object], viewer: Viewer
    ) -> psycopg.AsyncCursor:
        """A cursor that holds the whole answer, which the connection is no longer needed for."""
        async with self._turns:
            try:
                held = self._take(viewer) or await self._connect()
                cursor = await self._execute(held, question, values, viewer)
            except psycopg.OperationalError as error:
                raise OperationalError(question.sql, values, error) from error
            self._idle.append(held)
            return cursor

    def _take(self, viewer: Viewer) -> _Held | None:
        """An idle connection, one that works for the viewer already where there is one."""
        for place, held in enumerate(self._idle):
            if held.told == viewer:
                return self._idle.pop(place)
        return self._idle.pop() if self._idle else None

    async def _execute(
        self, held: _Held, question: Question, values: Mapping[str, object], viewer: Viewer
    ) -> psycopg.AsyncCursor:
        answered = False
        try:
            if held.told != viewer:
                held.told = None
                await held.connection.execute(_TELL.encode(), viewer_settings(viewer))
                held.told = viewer
            cursor = await held.connection.execute(question.sql.encode(), {**question.fixed, **values})
            answered = True
        finally:
            if not answered:
                await held.connection.close()
        return cursor

    async def close(self) -> None:
        """Close all connections."""
        while self._idle:
            await self._idle.pop().connection.close()
        self._engine.dispose()

    async def _connect(self) -> _Held:
        connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True, options=LOOKING_UP)
        if connection.info.user != APP_ROLE:
            await connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(APP_ROLE)))
        return _Held(connection)


class SessionReading:
    """Reads in sessions, and so within whatever transaction they are bound to; for tests."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    @contextmanager
    def connection(self, viewer: Viewer) -> Iterator[Connection]:
        """The connection of a session."""
        with self._sessions() as session:
            work_for(session, viewer)
            yield session.connection()

    async def ask(self, question: Question, values: Mapping[str, object], *, viewer: Viewer) -> Rows:
        """By the connection of a session, in a thread."""
        return await run_in_threadpool(self._ask, question, values, viewer)

    def _ask(self, question: Question, values: Mapping[str, object], viewer: Viewer) -> Rows:
        with self.connection(viewer) as connection:
            return fetch(connection, question, values)

    async def find(self, question: Question, key: str, *, viewer: Viewer) -> bytes | None:
        """By the connection of a session, in a thread."""
        return (await run_in_threadpool(self._texts, question, [key], viewer)).get(key)

    def _texts(self, question: Question, keys: Sequence[str], viewer: Viewer) -> dict[str, bytes]:
        with self.connection(viewer) as connection:
            return _texts_by_key(connection, question, keys)

    async def close(self) -> None:
        """Nothing is held."""


async def request_reading(request: Request) -> Reading:
    """How a request that only reads does so."""
    reading: Reading = request.app.state.reading
    return reading


def as_question(statement: Select[*tuple[Any, ...]]) -> Question:
    """The statement, made once to be asked often: putting one together takes longer than many an answer.

    What differs each time must be a parameter with a name and no value: `bindparam("day", None, type_=Date)`.
    """
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return Question(
        str(compiled), {name: value for name, value in compiled.params.items() if value is not None}
    )


def fetch(connection: Connection, question: Question, values: Mapping[str, object]) -> Rows:
    """All rows as the driver gives them."""
    asked = connection.exec_driver_sql(question.sql, {**question.fixed, **values})
    return list(asked.cursor.fetchall())


def fetch_texts(connection: Connection, question: Question, values: Mapping[str, object]) -> list[bytes]:
    """The question's first column, of text, in UTF-8 as the server sent it.

    A thousand texts that are only passed on need not be made into Python's own and back, and SQLAlchemy need
    not know of them: of a map's 5.5 ms both take 1 (measured). Raises OperationalError as SQLAlchemy does.
    """
    with _cursor(connection) as cursor:
        cursor.adapters.register_loader("text", ByteaBinaryLoader)
        _execute(connection, cursor, question, values)
        return [row[0] for row in cursor.fetchall()]


def _texts_by_key(connection: Connection, question: Question, keys: Sequence[str]) -> dict[str, bytes]:
    with _cursor(connection) as cursor:
        _execute(connection, cursor, question, {"keys": keys})
        return _by_key(cursor.pgresult)


def _cursor(connection: Connection) -> psycopg.Cursor[tuple[Any, ...]]:
    driver: Any = connection.connection.driver_connection
    cursor: psycopg.Cursor[tuple[Any, ...]] = driver.cursor(binary=True)
    return cursor


def _execute(
    connection: Connection,
    cursor: psycopg.Cursor[tuple[Any, ...]],
    question: Question,
    values: Mapping[str, object],
) -> None:
    try:
        cursor.execute(question.sql.encode(), {**question.fixed, **values})
    except psycopg.OperationalError as error:
        connection.invalidate(error)
        raise OperationalError(question.sql, values, error) from error


def _by_key(result: PGresult | None) -> dict[str, bytes]:
    told: dict[str, bytes] = {}
    if result is None:
        return told
    for row in range(result.ntuples):
        text, key = result.get_value(row, 0), result.get_value(row, 1)
        if key is not None and text is not None:
            told.setdefault(key.decode(), text)
    return told
