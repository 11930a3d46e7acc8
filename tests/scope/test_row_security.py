"""PostgreSQL's own hold on who sees and writes what, asked as the application role without any filter.

Each viewer is told to the connection as accounts tell it; then the tables are read whole, as a query would
that forgot its filter.
"""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql

from borderops.core.viewer import NOBODY, Sees, Viewer
from tests.scope.conftest import (
    ADMINISTRATOR,
    AUDITOR,
    COUNTERPART,
    OFFICER,
    OTHER_NUMBERS,
    OTHER_SPECIALIST,
    SPECIALIST,
    VIEWERS,
    tell,
)

#: Tables whose rows belong to a feature, and the column that names it.
OF_FEATURES = {
    "feature": "id",
    "feature_name": "feature_id",
    "feature_event": "feature_id",
    "feature_position": "feature_id",
    "gate_decision": "feature_id",
    "duty": "feature_id",
    "inspection": "feature_id",
    "feature_period": "feature_id",
}
FOR_ALL_WHO_SIGNED_IN = ("unit", "unit_name", "unit_section", "source", "border_line", "rule_setting")


def all_tables(connection: psycopg.Connection[Any]) -> dict[str, tuple[bool, int]]:
    """Every table of ours: whether its rows are secured, and by how many policies."""
    rows = connection.execute(
        "SELECT c.relname, c.relrowsecurity, (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)"
        "  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'm', 'f', 'v')"
        "   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    )
    return {name: (secured, policies) for name, secured, policies in rows}


def features_of(owner: psycopg.Connection[Any], viewer: Viewer) -> set[Any]:
    """The features that a viewer should see, by the sections of the units as they were written down."""
    if viewer.sees == Sees.ALL:
        wanted = "true"
    elif viewer.sees != Sees.UNITS:
        return set()
    elif viewer.reads == {"nghe-an"}:
        wanted = "code <> ALL (%(other)s)"
    else:
        wanted = (
            "EXISTS (SELECT FROM unit_section s JOIN unit u ON u.id = s.unit_id"
            " WHERE (s.unit_id = ANY (%(reads)s) OR u.parent_id = ANY (%(reads)s))"
            " AND feature.line_order BETWEEN s.from_order AND s.to_order)"
            " OR (code = 'nam-can' AND 'don-nam-can' = ANY (%(reads)s))"
        )
    question = f"SELECT id FROM feature WHERE {wanted}".encode()
    values = {"reads": sorted(viewer.reads), "other": list(OTHER_NUMBERS)}
    return {feature_id for (feature_id,) in owner.execute(question, values)}


def read(connection: psycopg.Connection[Any], table: str, column: str) -> list[Any]:
    question = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
    return [value for (value,) in connection.execute(question)]


def test_every_table_is_secured(owner: psycopg.Connection[Any]) -> None:
    """A new table needs its policy; whoever adds one decides who sees it."""
    tables = all_tables(owner)
    assert tables
    assert {name for name, (secured, policies) in tables.items() if not secured or not policies} == set()


def test_a_connection_that_was_told_nothing_sees_nothing(
    owner: psycopg.Connection[Any], app: psycopg.Connection[Any]
) -> None:
    for table in all_tables(owner).keys() - {"alembic_version"}:
        rows = app.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()
        assert rows == [], table


def test_whoever_has_not_signed_in_sees_nothing(
    owner: psycopg.Connection[Any], app: psycopg.Connection[Any]
) -> None:
    tell(app, NOBODY)
    for table in all_tables(owner).keys() - {"alembic_version"}:
        assert not app.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(sql.Identifier(table))).fetchall()


@pytest.mark.parametrize("name", VIEWERS)
def test_a_forgotten_filter_shows_no_feature_out_of_scope(
    owner: psycopg.Connection[Any], app: psycopg.Connection[Any], name: str
) -> None:
    viewer = VIEWERS[name]
    mine = features_of(owner, viewer)
    tell(app, viewer)
    for table, column in OF_FEATURES.items():
        wanted = sorted(str(value) for value in read(owner, table, column) if value in mine)
        assert sorted(map(str, read(app, table, column))) == wanted, table
    photos = app.execute("SELECT FROM photo").fetchall()
    assert bool(photos) == (viewer.sees == Sees.ALL and bool(owner.execute("SELECT FROM photo").fetchall()))


@pytest.mark.parametrize("name", VIEWERS)
def test_what_is_no_secret_is_read_by_all_who_signed_in(
    owner: psycopg.Connection[Any], app: psycopg.Connection[Any], name: str
) -> None:
    tell(app, VIEWERS[name])
    for table in FOR_ALL_WHO_SIGNED_IN:
        count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        assert app.execute(count).fetchone() == owner.execute(count).fetchone()


def test_events_are_for_those_who_may_read_them(app: psycopg.Connection[Any]) -> None:
    for name, viewer in VIEWERS.items():
        tell(app, viewer)
        seen = app.execute("SELECT FROM event").fetchall()
        assert bool(seen) == viewer.may("read_events"), name


def test_people_are_for_their_administrator_and_each_for_themselves(
    owner: psycopg.Connection[Any], app: psycopg.Connection[Any]
) -> None:
    everybody = set(read(owner, "account", "login"))
    assert {"officer", "specialist", "auditor"} <= everybody
    for viewer in (OFFICER, SPECIALIST, AUDITOR, COUNTERPART):
        tell(app, viewer)
        assert set(read(app, "account", "login")) == everybody & {viewer.name}
        for table in ("account_session", "credential", "recovery_code", "account_role"):
            assert set(map(str, read(app, table, "account_id"))) <= set(map(str, read(app, "account", "id")))
    tell(app, ADMINISTRATOR)
    assert set(read(app, "account", "login")) == everybody


def feature_id(owner: psycopg.Connection[Any], code: str) -> Any:
    row = owner.execute("SELECT id FROM feature WHERE code = %s", (code,)).fetchone()
    assert row is not None
    return row[0]


WRITES = {
    "inspection": (
        "INSERT INTO inspection (id, feature_id, observed_at, observed_on, precision, onset, occasion,"
        " finding, components, mark, payload) VALUES (gen_random_uuid(), %(feature)s, now(), now()::date,"
        " 'day', false, 'inspection', 'seen', '{}', 'sourced', '{}')"
    ),
    "feature_position": (
        "INSERT INTO feature_position (id, feature_id, geom, x, y, system, operation, operation_accuracy_m,"
        " method, accuracy_m, warnings, mark) VALUES (gen_random_uuid(), %(feature)s,"
        " 'SRID=4326;POINT(104 19)', '104', '19', 'wgs84', '-', 0, 'gnss', 3, '[]', 'sourced')"
    ),
    "duty": (
        "INSERT INTO duty (id, feature_id, side, precision, legal_basis, stated_by, mark, valid, known)"
        " VALUES (gen_random_uuid(), %(feature)s, 'VN', 'day', '-', '-', 'sourced',"
        " '[2001-01-01,2001-01-02)', tstzrange(now(), NULL))"
    ),
    "feature_event": (
        "INSERT INTO feature_event (id, feature_id, event, occurred_on, precision, mark) VALUES"
        " (gen_random_uuid(), %(feature)s, 'cleared', '2020-01-01', 'day', 'sourced')"
    ),
    "gate_decision": (
        "INSERT INTO gate_decision (id, feature_id, side, aspect, value, mark) VALUES"
        " (gen_random_uuid(), %(feature)s, 'VN', 'class', 'main', 'sourced')"
    ),
    "feature_name": (
        "INSERT INTO feature_name (feature_id, name) VALUES (%(feature)s, gen_random_uuid()::text)"
    ),
}

#: Which permission a row of the table needs.
NEEDS = {
    "inspection": "record_inspection",
    "feature_position": "state_position",
    "duty": "assign_duty",
    "feature_event": "tell_event",
    "gate_decision": "decide_gate",
}


@pytest.mark.parametrize("code", ["405(1)", "400", "385", *OTHER_NUMBERS[:1]])
@pytest.mark.parametrize("table", NEEDS)
@pytest.mark.parametrize("name", VIEWERS)
def test_the_database_itself_refuses_what_is_out_of_scope_or_not_permitted(
    owner: psycopg.Connection[Any], app: psycopg.Connection[Any], name: str, table: str, code: str
) -> None:
    """405(1) is the officer's own, 400 its neighbour's, 385 another post's, 470 another province's."""
    viewer = VIEWERS[name]
    mine = {
        "officer": {"405(1)"},
        "specialist": {"405(1)", "400", "385"},
        "other-specialist": {OTHER_NUMBERS[0]},
        "local-operator": {"405(1)", "400", "385", OTHER_NUMBERS[0]},
    }.get(name, set())
    tell(app, viewer)
    values = {"feature": feature_id(owner, code)}
    if code in mine and viewer.may(NEEDS[table]):
        app.execute(WRITES[table].encode(), values)
    else:
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            app.execute(WRITES[table].encode(), values)


def test_the_neighbours_features_are_seen_and_not_written(
    owner: psycopg.Connection[Any], app: psycopg.Connection[Any]
) -> None:
    tell(app, OFFICER)
    assert app.execute("SELECT FROM feature WHERE code = '400'").fetchall()
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(WRITES["inspection"].encode(), {"feature": feature_id(owner, "400")})


def test_a_duty_is_closed_by_whoever_may_assign_it_there(
    owner: psycopg.Connection[Any], app: psycopg.Connection[Any]
) -> None:
    close = "UPDATE duty SET known = tstzrange(lower(known), now()) WHERE upper_inf(known)"
    counts = {}
    for viewer in (OFFICER, AUDITOR, OTHER_SPECIALIST, COUNTERPART, SPECIALIST):
        tell(app, viewer)
        counts[viewer.name] = app.execute(close.encode()).rowcount
    assert counts.pop("specialist") == len(
        owner.execute("SELECT FROM duty WHERE upper_inf(known)").fetchall()
    )
    assert set(counts.values()) == {0}


@pytest.mark.parametrize("name", VIEWERS)
def test_what_is_derived_is_written_by_nobody_but_the_program(
    app: psycopg.Connection[Any], name: str
) -> None:
    tell(app, VIEWERS[name])
    for table in ("feature_period", "feature_scope"):
        assert app.execute(f"DELETE FROM {table}".encode()).rowcount == 0
    with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
        app.execute("INSERT INTO feature_scope VALUES (gen_random_uuid(), 'don-nam-can', 'empty')")


@pytest.mark.parametrize(
    ("statement", "needs"),
    [
        (
            "INSERT INTO rule_setting (key, value, legal_basis, mark, valid, known)"
            " VALUES ('x', '1', '-', 'sourced', '(,)', '(,)')",
            "manage_settings",
        ),
        (
            "INSERT INTO unit (id, kind, side, name_vi, valid, mark)"
            " VALUES ('x', 'border_post', 'VN', 'x', '(,)', 'sourced')",
            "manage_units",
        ),
        ("INSERT INTO source (id, title) VALUES ('x', 'x')", "manage_installation"),
        (
            "INSERT INTO account (id, login, name) VALUES (gen_random_uuid(), 'x', 'x')",
            "manage_people",
        ),
    ],
)
def test_the_installation_is_changed_by_its_administrator(
    app: psycopg.Connection[Any], statement: str, needs: str
) -> None:
    for name, viewer in VIEWERS.items():
        app.rollback()
        tell(app, viewer)
        if viewer.may(needs):
            app.execute(statement.encode())
        else:
            with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
                app.execute(statement.encode())
            assert name != "administrator" or needs == "manage_installation"


def test_a_new_feature_is_registered_by_whoever_has_a_part_of_the_line(app: psycopg.Connection[Any]) -> None:
    add = (
        "INSERT INTO feature (id, kind, code, number, line_order, mark, recorded_by)"
        " VALUES (%(id)s, 'marker', '437', '437', 437000000, 'sourced', %(name)s) RETURNING recorded_at"
    )
    for name, viewer in VIEWERS.items():
        app.rollback()
        tell(app, viewer)
        values = {"id": uuid4(), "name": name}
        if viewer.may("register_feature"):
            assert app.execute(add.encode(), values).fetchall()
        else:
            with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
                app.execute(add.encode(), values)


def test_the_program_itself_sees_all_and_rewrites_no_history(
    owner: psycopg.Connection[Any], app: psycopg.Connection[Any]
) -> None:
    tell(app, {"borderops.sees": "system"})
    assert len(read(app, "inspection", "id")) == len(read(owner, "inspection", "id"))
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(WRITES["inspection"].encode(), {"feature": feature_id(owner, "405(1)")})
