"""Under row security PostgreSQL asks an index only by functions that are marked as leakproof."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from borderops.core.provision import LEAKPROOF, libpq_url
from tests.conftest import Databases

GUARDED = """
CREATE TABLE guarded (
    place geometry(Point, 4326), days daterange, known tstzrange, units varchar[], secret text
);
CREATE INDEX ON guarded USING gist (place, days) WHERE upper_inf(known);
CREATE INDEX ON guarded USING gin (units);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY whoever ON guarded USING (current_setting('borderops.sees', true) = 'all');
GRANT SELECT ON guarded TO borderops_app
"""

ASKED = [
    "upper_inf(known) AND place && ST_MakeEnvelope(104, 19, 105, 20, 4326)",
    "upper_inf(known) AND days @> DATE '2024-06-30'",
    "units && ARRAY['nghe-an']::varchar[]",
]


@pytest.fixture(scope="module")
def app(databases: Databases) -> Iterator[psycopg.Connection[Any]]:
    with databases.copy("migrated") as name:
        with psycopg.connect(libpq_url(databases.owner(name))) as owner:
            owner.execute(GUARDED)
        with psycopg.connect(libpq_url(databases.app(name))) as connection:
            connection.execute("SET enable_seqscan = off")
            yield connection


@pytest.mark.parametrize("condition", ASKED)
def test_indexes_are_asked(app: psycopg.Connection[Any], condition: str) -> None:
    plan = "\n".join(row[0] for row in app.execute(f"EXPLAIN SELECT secret FROM guarded WHERE {condition}"))
    asked = condition.removeprefix("upper_inf(known) AND ").split()[0]
    assert f"Index Cond: (({asked}" in plan or f"Index Cond: ({asked}" in plan, plan


@pytest.mark.parametrize("function", LEAKPROOF)
def test_marked_in_every_database(app: psycopg.Connection[Any], function: str) -> None:
    marked = app.execute("SELECT proleakproof FROM pg_proc WHERE oid = %s::regprocedure", (function,))
    assert marked.fetchone() == (True,)
