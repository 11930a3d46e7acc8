"""Under row security PostgreSQL asks an index only by functions that are marked as leakproof."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from borderops.core.provision import LEAKPROOF, libpq_url
from borderops.core.viewer import LOCAL_OPERATOR, Viewer
from tests.conftest import Databases
from tests.scope.conftest import COUNTERPART, OFFICER, SPECIALIST, tell

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


@pytest.fixture(scope="module")
def register(databases: Databases) -> Iterator[psycopg.Connection[Any]]:
    """The register with 20,000 features along the line, asked as the application role."""
    with databases.copy("founding") as name:
        with psycopg.connect(libpq_url(databases.owner(name)), autocommit=True) as owner:
            owner.execute(MANY_FEATURES)
            owner.execute("ANALYZE feature_period")
            owner.execute("ANALYZE feature_scope")
        with psycopg.connect(libpq_url(databases.app(name))) as connection:
            yield connection


MANY_FEATURES = """
WITH made AS (
    INSERT INTO feature (id, kind, code, number, line_order, mark)
    SELECT gen_random_uuid(), 'stake', n::text || '/x', n::text || '/x', n * 1000000::bigint, 'unknown'
      FROM generate_series(1000, 20999) n RETURNING id, code, number, line_order
), scoped AS (
    INSERT INTO feature_scope SELECT id, 'nghe-an', daterange(NULL, NULL) FROM made
    UNION ALL SELECT id, 'don-nam-can', daterange(NULL, NULL) FROM made WHERE line_order < 1020000000
)
INSERT INTO feature_period (feature_id, valid, known, kind, code, number, line_order, standing, state,
    damaged, overdue, responsible_side, unit_ids, lao_province, geom, geojson)
SELECT id, daterange(NULL, NULL), tstzrange(NULL, NULL), 'stake', code, number, line_order, 'standing',
    'good', false, false, 'VN', '{}', 'xiangkhouang',
    ST_SetSRID(ST_MakePoint(103.9 + random(), 19 + random()), 4326), repeat('x', 500)
  FROM made
"""

BOX = "geom && ST_MakeEnvelope(104.1, 19.1, 104.12, 19.12, 4326)"

#: What is asked most, and the index that must answer it whoever asks.
HOT = [
    (f"upper_inf(known) AND valid @> DATE '2026-01-01' AND {BOX}", "ix_feature_period_map"),
    ("number = '1500/x' AND upper_inf(known) AND valid @> DATE '2026-01-01'", "ix_feature_period_number"),
    ("code = '1500/x' AND upper_inf(known) AND valid @> DATE '2026-01-01'", "ix_feature_period_code"),
]


@pytest.mark.parametrize("viewer", [LOCAL_OPERATOR, SPECIALIST, OFFICER, COUNTERPART], ids=lambda v: v.name)
@pytest.mark.parametrize(("condition", "index"), HOT)
def test_what_is_asked_most_is_answered_by_its_index(
    register: psycopg.Connection[Any], viewer: Viewer, condition: str, index: str
) -> None:
    """By the policies alone, with the filter that every query says for whom it asks."""
    own = "audience = 'xiangkhouang'" if viewer is COUNTERPART else "audience = 'own'"
    tell(register, viewer)
    question = f"EXPLAIN SELECT geojson FROM feature_period WHERE {own} AND {condition}"
    plan = "\n".join(row[0] for row in register.execute(question.encode()))
    register.rollback()
    assert "Seq Scan" not in plan, plan
    assert index in plan or viewer is COUNTERPART, plan  # who may ask by the few rows that are theirs
