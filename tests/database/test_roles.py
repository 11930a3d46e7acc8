"""Two roles: the application adds rows and cannot take any back; not even the owner may rewrite history."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from borderops.core.provision import libpq_url
from borderops.core.viewer import LOCAL_OPERATOR
from tests.conftest import Databases
from tests.scope.conftest import tell

WRITTEN_ONCE = {
    "event",
    "source",
    "border_line",
    "unit",
    "unit_name",
    "feature",
    "feature_name",
    "feature_event",
    "feature_position",
    "gate_decision",
    "inspection",
    "photo",
    "statement",
}
CLOSED_ONCE = {"unit_section", "rule_setting", "duty", "disclosure"}
HISTORY = sorted(WRITTEN_ONCE | CLOSED_ONCE)
DERIVED = {"feature_period", "feature_scope", "feature_share", "shared_photo"}
#: Accounts: what may change in a row, by column (migration 0004).
ACCOUNTS = {
    "account": {
        "name",
        "password_hash",
        "password_set_at",
        "totp_secret",
        "totp_confirmed_at",
        "totp_step",
        "issuer",
        "subject",
        "ended_at",
    },
    "account_role": {"ended_at", "ended_by"},
    "account_session": {"seen_at", "shown_at", "ended_at", "ended_by"},
    "credential": {"used_at", "used_from", "ended_at", "ended_by"},
    "account_link": {"used_at", "ended_at"},
    "recovery_code": {"used_at", "ended_at"},
    "sign_in_attempt": set(),
}
#: Patrols: the same (migrations 0006 and 0007).
PATROLS: dict[str, set[str]] = {
    "patrol": set(),
    "patrol_answer": set(),
    "patrol_disclosure": set(),
    "patrol_limit": set(),
    "patrol_limit_end": set(),
    "patrol_party": set(),
    "patrol_plan": set(),
    "patrol_radio": set(),
    "patrol_run": {"state", "stop", "progress", "result", "told_at"},
    "patrol_step": set(),
    "patrol_track": set(),
    "patrol_visit": set(),
    "patrol_walk": set(),
    "patrol_withdrawal": set(),
    "patrol_work": set(),
}
CHANGED = {**ACCOUNTS, **PATROLS}


@pytest.fixture(scope="module")
def founding_copy(databases: Databases) -> Iterator[str]:
    with databases.copy("founding") as name:
        yield name


@pytest.fixture
def app(databases: Databases, founding_copy: str) -> Iterator[psycopg.Connection[Any]]:
    """A plain connection as the application role, for one who may do everything; undone at the end."""
    with psycopg.connect(libpq_url(databases.app(founding_copy))) as connection:
        tell(connection, LOCAL_OPERATOR)
        yield connection
        connection.rollback()


@pytest.fixture
def owner(databases: Databases, founding_copy: str) -> Iterator[psycopg.Connection[Any]]:
    """A plain connection as the owner of the tables, undone at the end."""
    with psycopg.connect(libpq_url(databases.owner(founding_copy))) as connection:
        yield connection
        connection.rollback()


def tables(connection: psycopg.Connection[Any]) -> set[str]:
    found = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    )
    return {name for (name,) in found}


def test_every_table_is_one_of_these(owner: psycopg.Connection[Any]) -> None:
    """A new table must be put here, and with it the decision what may happen to its rows."""
    assert tables(owner) == WRITTEN_ONCE | CLOSED_ONCE | DERIVED | {"alembic_version"} | CHANGED.keys()


def test_grants_are_exactly_as_meant(owner: psycopg.Connection[Any]) -> None:
    meant = {name: {"SELECT", "INSERT"} for name in [*HISTORY, *CHANGED]}
    meant |= {name: {"SELECT", "INSERT", "UPDATE", "DELETE"} for name in DERIVED}
    meant["alembic_version"] = {"SELECT"}
    privileges = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    for table, allowed in meant.items():
        for privilege in privileges:
            row = owner.execute(
                "SELECT has_table_privilege('borderops_app', %s, %s)", (table, privilege)
            ).fetchone()
            assert row == (privilege in allowed,), f"{privilege} on {table}"
    columns = owner.execute(
        "SELECT table_name, column_name FROM information_schema.column_privileges"
        " WHERE grantee = 'borderops_app' AND privilege_type = 'UPDATE' AND table_name = ANY(%s)",
        ([*HISTORY, *CHANGED],),
    ).fetchall()
    assert set(columns) == {
        *((table, "known") for table in CLOSED_ONCE),
        *(("unit", column) for column in ("valid", "successor_id")),
        *((table, column) for table, changed in CHANGED.items() for column in changed),
    }


def test_nobody_else_may_anything(owner: psycopg.Connection[Any]) -> None:
    open_to_all = owner.execute(
        "SELECT table_name FROM information_schema.table_privileges"
        " WHERE grantee = 'PUBLIC' AND table_schema = 'public' AND table_name = ANY(%s)",
        ([*HISTORY, *DERIVED, *CHANGED],),
    ).fetchall()
    assert open_to_all == []


@pytest.mark.parametrize("table", [*HISTORY, "alembic_version"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "DROP TABLE {table} CASCADE",
        "ALTER TABLE {table} ADD COLUMN more text",
        "ALTER TABLE {table} DISABLE TRIGGER USER",
        "CREATE INDEX more ON {table} ({column})",
        "CREATE TRIGGER more BEFORE INSERT ON {table} EXECUTE FUNCTION refuse_change()",
        "CREATE RULE more AS ON INSERT TO {table} DO INSTEAD NOTHING",
    ],
)
def test_the_application_cannot_change_tables_or_history(
    app: psycopg.Connection[Any], table: str, statement: str
) -> None:
    first = app.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_identity = 'NO' AND column_name <> 'known' ORDER BY ordinal_position",
        (table,),
    ).fetchone()
    assert first is not None
    text = sql.SQL(statement).format(table=sql.Identifier(table), column=sql.Identifier(first[0]))
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(text)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (id int)",
        "CREATE VIEW more AS SELECT 1",
        "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA more",
        "CREATE EXTENSION hstore",
        "CREATE ROLE more",
        "CREATE DATABASE more",
        "SET ROLE borderops_owner",
        "SET session_replication_role = replica",
        "DROP FUNCTION refuse_change() CASCADE",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'",
        "TRUNCATE feature_period",
        "DROP TABLE feature_period",
    ],
)
def test_the_application_cannot_change_the_schema(app: psycopg.Connection[Any], statement: str) -> None:
    app.commit()
    app.autocommit = True
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement.encode())
    app.autocommit = False


def filled(connection: psycopg.Connection[Any], table: str) -> None:
    """Make sure that the table has a row to try on; the founding data has not of everything."""
    if table == "disclosure":
        connection.execute(
            "INSERT INTO disclosure (id, audience, unit_id, damaged_only, parts, decided_by, legal_basis,"
            " valid, known) VALUES (gen_random_uuid(), 'xiangkhouang', 'nghe-an', false, '{duty}', '-', '-',"
            " '[2024-01-01,)', '[2024-01-01,)')"
        )
    if table == "statement":
        connection.execute(
            "INSERT INTO statement (id, feature_id, audience, about, answer, stated_on, stated_by)"
            " SELECT gen_random_uuid(), id, 'xiangkhouang', 'duty', 'agrees', '2024-01-01', '-'"
            " FROM feature LIMIT 1"
        )
    if table == "photo":
        connection.execute(
            "INSERT INTO photo (id, inspection_id, sha256, media_type, size_bytes, width_px, height_px)"
            " SELECT gen_random_uuid(), id, 'x', 'image/jpeg', 1, 1, 1 FROM inspection LIMIT 1"
        )
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    assert row[0] > 0


@pytest.mark.parametrize("table", HISTORY)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_history_refuses_its_owner_too(owner: psycopg.Connection[Any], table: str, statement: str) -> None:
    filled(owner, table)
    with pytest.raises(errors.RestrictViolation, match="history"):
        owner.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.parametrize("table", sorted(WRITTEN_ONCE))
def test_what_is_written_once_is_never_rewritten(owner: psycopg.Connection[Any], table: str) -> None:
    filled(owner, table)
    column = owner.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_identity = 'NO' ORDER BY ordinal_position DESC",
        (table,),
    ).fetchone()
    assert column is not None
    name = sql.Identifier(column[0])
    with pytest.raises(errors.RestrictViolation, match="history"):
        owner.execute(sql.SQL("UPDATE {} SET {} = {}").format(sql.Identifier(table), name, name))


@pytest.mark.parametrize("table", sorted(CLOSED_ONCE))
def test_a_period_of_knowledge_is_closed_once_and_for_good(app: psycopg.Connection[Any], table: str) -> None:
    name = sql.Identifier(table)
    now = "timestamptz '2030-01-01'"
    filled(app, table)
    app.execute(f"UPDATE {table} SET known = tstzrange(lower(known), {now})".encode())
    with pytest.raises(errors.RestrictViolation):
        app.execute(f"UPDATE {table} SET known = tstzrange(lower(known), NULL)".encode())
    app.rollback()
    tell(app, LOCAL_OPERATOR)
    filled(app, table)
    app.execute(f"UPDATE {table} SET known = tstzrange(lower(known), {now})".encode())
    with pytest.raises(errors.RestrictViolation):
        app.execute(sql.SQL("UPDATE {} SET known = tstzrange(lower(known), '2031-01-01')").format(name))


@pytest.mark.parametrize("table", sorted(CLOSED_ONCE))
@pytest.mark.parametrize(
    "known",
    [
        "known",
        "tstzrange(timestamptz '1999-01-01', timestamptz '2030-01-01')",
        "tstzrange(timestamptz '1999-01-01', NULL)",
    ],
)
def test_nothing_but_the_end_of_knowledge_changes(
    app: psycopg.Connection[Any], table: str, known: str
) -> None:
    filled(app, table)
    with pytest.raises(errors.RestrictViolation):
        app.execute(f"UPDATE {table} SET known = {known}".encode())


@pytest.mark.parametrize("table", sorted(CLOSED_ONCE))
def test_the_owner_cannot_slip_another_change_in(owner: psycopg.Connection[Any], table: str) -> None:
    filled(owner, table)
    with pytest.raises(errors.RestrictViolation):
        owner.execute(
            f"UPDATE {table} SET known = tstzrange(lower(known), timestamptz '2030-01-01'),"
            " recorded_by = 'slipped in'".encode()
        )
