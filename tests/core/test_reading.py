"""Reading alone: the same answers as in a transaction, by a thread's connection and by the event loop's."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

import psycopg
import pytest
from sqlalchemy import Connection, Date, Engine, Text, bindparam, cast, func, literal, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from borderops.core.asof import AsOf
from borderops.core.database import make_engine, make_sessions
from borderops.core.errors import NotFound
from borderops.core.lookups import Question
from borderops.core.reading import (
    MOST_CONNECTIONS,
    DirectReading,
    Reading,
    SessionReading,
    as_question,
    fetch,
    fetch_texts,
)
from borderops.core.viewer import LOCAL_OPERATOR, NOBODY, Viewer
from borderops.markers.models import Feature
from borderops.register.queries import feature_geojson, find_feature_geojson
from tests.conftest import Databases
from tests.loop import in_a_loop

DAY = date(2026, 1, 1)
T = TypeVar("T")


def asked(engine: Engine, question: Callable[[DirectReading], Awaitable[T]]) -> T:
    async def ask() -> T:
        reading = DirectReading(engine)
        try:
            return await question(reading)
        finally:
            await reading.close()

    return in_a_loop(ask())


def test_rows_are_those_of_the_session(founded: Session) -> None:
    statement = select(Feature.code, Feature.line_order).order_by(Feature.code)
    rows = [tuple(row) for row in founded.execute(statement)]
    assert fetch(founded.connection(), as_question(statement), {}) == rows


def test_a_statement_keeps_its_parameters(founded: Session) -> None:
    statement = select(bindparam("day", None, type_=Date), func.length(bindparam("text", None)), literal(7))
    statement = statement.where(literal("a").in_(["a", "b"]))
    question = as_question(statement)
    assert fetch(founded.connection(), question, {"day": DAY, "text": "ngày"}) == [(DAY, 4, 7)]
    assert fetch(founded.connection(), question, {"day": DAY, "text": ""}) == [(DAY, 0, 7)]


@pytest.mark.parametrize("address", ["405(1)", "nam-can", "425/1"])
def test_the_event_loop_is_told_what_a_session_is(
    founded: Session, founded_engine: Engine, address: str
) -> None:
    at = AsOf(DAY)
    wanted = feature_geojson(founded, viewer=LOCAL_OPERATOR, address=address, at=at)

    def ask(reading: Reading) -> Awaitable[bytes]:
        return find_feature_geojson(reading, viewer=LOCAL_OPERATOR, address=address, at=at)

    assert asked(founded_engine, ask) == wanted
    sessions = make_sessions(founded.connection(), derive=())
    assert in_a_loop(_await(ask(SessionReading(sessions)))) == wanted


async def _await(awaitable: Awaitable[T]) -> T:
    return await awaitable


def test_a_feature_by_its_id(founded: Session, founded_engine: Engine) -> None:
    by_number = feature_geojson(founded, viewer=LOCAL_OPERATOR, address="405(1)", at=AsOf(DAY))
    address = json.loads(by_number)["id"]

    def ask(reading: Reading) -> Awaitable[bytes]:
        return find_feature_geojson(reading, viewer=LOCAL_OPERATOR, address=address, at=AsOf(DAY))

    assert asked(founded_engine, ask) == by_number


def test_texts_are_those_of_the_rows(founded: Session) -> None:
    question = as_question(select(cast(Feature.name_vi, Text)).where(Feature.kind == "gate"))
    rows = fetch(founded.connection(), question, {})
    assert [text.decode() for text in fetch_texts(founded.connection(), question, {})] == [
        row[0] for row in rows
    ]
    assert any(not row[0].isascii() for row in rows)


def test_who_may_see_nothing_is_told_nothing(founded_engine: Engine) -> None:
    def ask(reading: Reading) -> Awaitable[bytes]:
        return find_feature_geojson(reading, viewer=Viewer("someone"), address="405(1)", at=AsOf(DAY))

    with pytest.raises(NotFound):
        asked(founded_engine, ask)


def test_a_connection_works_for_whoever_asks(founded_engine: Engine) -> None:
    question = Question("SELECT current_setting('borderops.viewer')", {})
    viewers = [Viewer("first"), Viewer("second"), Viewer("first")]

    async def ask(reading: DirectReading) -> list[tuple[object, object]]:
        told: list[tuple[object, object]] = []
        for viewer in viewers:
            with reading.connection(viewer) as connection:
                [(by_pool,)] = fetch(connection, question, {})
            [(by_loop,)] = await reading.ask(question, {}, viewer=viewer)
            told.append((by_pool, by_loop))
        return told

    assert asked(founded_engine, ask) == [(viewer.name, viewer.name) for viewer in viewers]


def test_more_questions_than_connections_wait_their_turn(founded_engine: Engine) -> None:
    async def ask(reading: DirectReading) -> list[int]:
        questions = (
            reading.ask(Question("SELECT pg_backend_pid() FROM pg_sleep(0.01)", {}), {}, viewer=NOBODY)
            for _ in range(40)
        )
        return [rows[0][0] for rows in await asyncio.gather(*questions)]

    backends = asked(founded_engine, ask)
    assert len(backends) == 40
    assert len(set(backends)) <= MOST_CONNECTIONS


def test_a_failed_question_spoils_nothing(founded_engine: Engine) -> None:
    async def ask(reading: DirectReading) -> object:
        with pytest.raises(psycopg.errors.DivisionByZero):
            await reading.ask(Question("SELECT 1 / 0", {}), {}, viewer=NOBODY)
        return await reading.ask(Question("SELECT 1", {}), {}, viewer=NOBODY)

    assert asked(founded_engine, ask) == [(1,)]


def test_a_pooled_connection_that_was_ended_is_not_used_again(
    founded_engine: Engine, databases: Databases
) -> None:
    question = Question("SELECT pg_backend_pid()::text", {})

    async def ask(reading: DirectReading) -> object:
        with reading.connection(NOBODY) as connection:
            [backend] = fetch_texts(connection, question, {})
        with psycopg.connect(databases.cluster.psql_url("superuser", "postgres")) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s)", (int(backend),))
        with reading.connection(NOBODY) as connection, pytest.raises(OperationalError):
            _fetch_until_it_fails(connection, question)
        with reading.connection(NOBODY) as connection:
            return fetch_texts(connection, question, {}) != [backend]

    assert asked(founded_engine, ask)


def test_a_connection_that_was_ended_is_told_and_not_used_again(
    founded_engine: Engine, databases: Databases
) -> None:
    async def ask(reading: DirectReading) -> object:
        [(backend,)] = await reading.ask(Question("SELECT pg_backend_pid()", {}), {}, viewer=NOBODY)
        with psycopg.connect(databases.cluster.psql_url("superuser", "postgres")) as superuser:
            superuser.execute("SELECT pg_terminate_backend(%s)", (backend,))
        with pytest.raises(OperationalError):
            await _until_it_fails(reading)
        return await reading.ask(Question("SELECT 2", {}), {}, viewer=NOBODY)

    assert asked(founded_engine, ask) == [(2,)]


def _fetch_until_it_fails(connection: Connection, question: Question) -> None:
    while True:
        fetch_texts(connection, question, {})


async def _until_it_fails(reading: DirectReading) -> None:
    while True:
        await reading.ask(Question("SELECT 1", {}), {}, viewer=NOBODY)


def test_both_ways_act_as_the_application(databases: Databases) -> None:
    with databases.copy("migrated") as name:
        engine = make_engine(databases.cluster.url("superuser", name))

        async def ask(reading: DirectReading) -> tuple[object, object]:
            with reading.connection(NOBODY) as connection:
                by_engine = connection.execute(text("SELECT current_user")).scalar_one()
            return by_engine, await reading.ask(Question("SELECT current_user", {}), {}, viewer=NOBODY)

        assert asked(engine, ask) == ("borderops_app", [("borderops_app",)])
        engine.dispose()
