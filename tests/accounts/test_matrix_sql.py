"""The same matrix in SQL: what people read and write as the application role, with no filter at all.

Who they are is found as for a request (`accounts.viewers`); what they should read and write is worked out
from `accounts.rules` and from the places, as for routes. A table without a line fails.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from borderops.accounts.models import Account
from borderops.accounts.rules import SCOPES, Permission
from borderops.accounts.viewers import viewer_of
from borderops.core.clock import today
from borderops.core.database import tell_viewer
from borderops.core.viewer import LOCAL_OPERATOR, NOBODY, Sees, Viewer
from tests.accounts.conftest import World
from tests.accounts.places import EVERYBODY, NOW, has, role_of, writes
from tests.people import Person
from tests.scope.test_row_security import WRITES

#: Tables of the register's own history: how a row names its feature.
OF_FEATURES = {
    "feature": "id",
    "feature_name": "feature_id",
    "feature_event": "feature_id",
    "feature_position": "feature_id",
    "gate_decision": "feature_id",
    "duty": "feature_id",
    "inspection": "feature_id",
    "photo": "(SELECT i.feature_id FROM inspection i WHERE i.id = photo.inspection_id)",
}

#: What is made for the other side, by the column that says for whom.
OF_AUDIENCES = ("feature_period", "feature_share", "shared_photo", "statement")

#: No secret among those who signed in.
FOR_ALL = ("unit", "unit_name", "unit_section", "source", "border_line", "rule_setting")

#: Tables of accounts: for their administrator; and of one's own account, how a row names it.
OF_ACCOUNTS: Mapping[str, str | None] = {
    "account": "id",
    "account_role": "account_id",
    "account_session": "account_id",
    "credential": "account_id",
    "recovery_code": "account_id",
    "account_link": None,
    "sign_in_attempt": None,
}

#: Read by whoever has a permission, wherever it happened.
BY_PERMISSION = {"event": Permission.READ_EVENTS}

#: Held by tests of their own: what is derived of scope, what was decided to be shared (tests/scope), and the
#: patrols of one's units (tests/patrols).
ELSEWHERE = {"alembic_version", "feature_scope", "disclosure"}

#: What a row of a feature's history needs of whoever adds it.
NEEDS = {
    "inspection": Permission.RECORD_INSPECTION,
    "feature_position": Permission.STATE_POSITION,
    "duty": Permission.ASSIGN_DUTY,
    "feature_event": Permission.TELL_EVENT,
    "gate_decision": Permission.DECIDE_GATE,
}


@contextmanager
def told(world: World, viewer: Viewer) -> Iterator[Connection]:
    """The connection, told of the viewer until the block ends; what is written is undone."""
    with world.connection.begin_nested() as undone:
        tell_viewer(world.connection, viewer)
        yield world.connection
        undone.rollback()


def viewer_for(world: World, person: Person) -> Viewer:
    """The viewer that the program makes of the person's roles."""
    with told(world, LOCAL_OPERATOR) as connection, Session(connection) as session:
        account = session.scalars(select(Account).where(Account.login == person.login)).one()
        return viewer_of(session, account, today(NOW))


def rows(connection: Connection, table: str, column: str) -> list[str]:
    """A column of all rows that are shown."""
    return sorted(str(value) for (value,) in connection.execute(text(f"SELECT {column} FROM {table}")))


def list_tables(connection: Connection) -> set[str]:
    """Every table of ours."""
    return set(
        connection.scalars(
            text(
                "SELECT relname FROM pg_class c"
                " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
                " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
            )
        )
    )


def test_every_table_has_a_line(world: World) -> None:
    lines = {*OF_FEATURES, *OF_AUDIENCES, *FOR_ALL, *OF_ACCOUNTS, *BY_PERMISSION, *ELSEWHERE}
    patrols = {table for table in list_tables(world.connection) if table.startswith("patrol")}
    assert list_tables(world.connection) - patrols == lines


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.login)
def test_a_person_reads_the_history_of_their_part_of_the_line(world: World, person: Person) -> None:
    viewer = viewer_for(world, person)
    scope = SCOPES[role_of(person)[0]]
    own = world.visible[person.login] if scope in {Sees.ALL, Sees.UNITS} else frozenset[str]()
    for table, column in OF_FEATURES.items():
        with told(world, LOCAL_OPERATOR) as connection:
            wanted = [value for value in rows(connection, table, column) if value in own]
        with told(world, viewer) as connection:
            assert rows(connection, table, column) == wanted, table


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.login)
def test_the_other_side_reads_what_was_made_for_it_and_nothing_else(world: World, person: Person) -> None:
    role, unit = role_of(person)
    viewer = viewer_for(world, person)
    with told(world, viewer) as connection:
        for table in OF_AUDIENCES:
            audiences = set(rows(connection, table, "audience"))
            features = set(rows(connection, table, "feature_id"))
            match SCOPES[role]:
                case Sees.SHARED:
                    assert audiences <= {unit}, table
                    assert features <= world.visible[person.login], table
                case Sees.NOTHING:
                    assert audiences == set(), table
                case _:
                    assert features <= world.visible[person.login], table
        periods = set(rows(connection, "feature_period", "audience"))
    if SCOPES[role] is Sees.SHARED:
        assert bool(periods) == bool(world.visible[person.login])
    elif SCOPES[role] is Sees.UNITS:
        assert periods == {"own"}


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.login)
def test_what_is_no_secret_and_what_needs_a_permission(world: World, person: Person) -> None:
    viewer = viewer_for(world, person)
    for table in (*FOR_ALL, *BY_PERMISSION):
        with told(world, LOCAL_OPERATOR) as connection:
            everything = len(rows(connection, table, "1"))
        with told(world, viewer) as connection:
            shown = len(rows(connection, table, "1"))
        open_to = table not in BY_PERMISSION or has(person, BY_PERMISSION[table])
        assert shown == (everything if open_to else 0), table


@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.login)
def test_accounts_are_for_their_administrator_and_each_for_its_own(world: World, person: Person) -> None:
    viewer = viewer_for(world, person)
    for table, column in OF_ACCOUNTS.items():
        with told(world, LOCAL_OPERATOR) as connection:
            everything = rows(connection, table, column or "id")
        with told(world, viewer) as connection:
            shown = rows(connection, table, column or "id")
        if has(person, Permission.MANAGE_PEOPLE):
            assert shown == everything, table
        elif column is None:
            assert shown == [], table
        else:
            assert shown == [value for value in everything if value == str(person.id)], table


@pytest.mark.parametrize("table", NEEDS)
@pytest.mark.parametrize("person", EVERYBODY, ids=lambda person: person.login)
def test_a_person_adds_to_history_where_the_table_says(world: World, person: Person, table: str) -> None:
    viewer = viewer_for(world, person)
    for spot in world.spots.values():
        allowed = has(person, NEEDS[table]) and writes(person, spot.place)
        assert added(world, viewer, table, spot.feature_id) == allowed, spot.address


@pytest.mark.parametrize("table", NEEDS)
def test_nobody_adds_anything(world: World, table: str) -> None:
    for spot in world.spots.values():
        assert not added(world, NOBODY, table, spot.feature_id)


def added(world: World, viewer: Viewer, table: str, feature_id: Any) -> bool:
    """Whether the database takes a row of the feature's history from the viewer; it is undone."""
    statement = text(WRITES[table].replace("%(feature)s", ":feature"))
    with told(world, viewer) as connection:
        try:
            with connection.begin_nested():
                connection.execute(statement, {"feature": feature_id})
        except ProgrammingError as error:
            if "row-level security" not in str(error.orig):
                raise
            return False
        return True
