"""Migrations go up and down, and say what the models say."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from alembic import command
from sqlalchemy import text

from borderops.core.database import alembic_config, downgrade, make_engine, upgrade
from borderops.core.provision import libpq_url
from tests.conftest import Databases


@pytest.fixture
def fresh(databases: Databases) -> Iterator[str]:
    """A database with its extensions and nothing else."""
    with databases.copy("template0") as name:
        yield name


def outline(address: str) -> list[tuple[Any, ...]]:
    """Columns, constraints, indexes, triggers, grants, policies and functions of the schema."""
    with psycopg.connect(libpq_url(address)) as connection:
        queries = (
            "SELECT table_name, column_name, data_type, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace",
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal",
            "SELECT table_name, grantee, privilege_type FROM information_schema.table_privileges"
            " WHERE table_schema = 'public'",
            "SELECT table_name, column_name, grantee, privilege_type"
            " FROM information_schema.column_privileges WHERE table_schema = 'public'",
            "SELECT tablename, policyname, cmd, roles, qual, with_check FROM pg_policies",
            "SELECT relname, relrowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace",
            "SELECT p.proname, pg_get_function_identity_arguments(p.oid), p.prosecdef FROM pg_proc p"
            " WHERE p.pronamespace = 'public'::regnamespace"
            " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')",
        )
        return sorted(
            (tuple(map(str, row)) for query in queries for row in connection.execute(query.encode())),
        )


def test_up_down_and_up_again(databases: Databases, fresh: str) -> None:
    address = databases.owner(fresh)
    bare = outline(address)
    upgrade(address)
    first = outline(address)
    assert len(first) > len(bare)
    downgrade(address, "base")
    left = [row for row in outline(address) if "alembic_version" not in row[0]]
    assert left == [row for row in bare if "alembic_version" not in row[0]]
    upgrade(address)
    assert outline(address) == first
    upgrade(address)
    assert outline(address) == first


def test_each_step_goes_down_alone(databases: Databases, fresh: str) -> None:
    address = databases.owner(fresh)
    upgrade(address, "0001")
    lower = outline(address)
    upgrade(address, "0002")
    downgrade(address, "0001")
    assert outline(address) == lower


def test_the_models_say_what_the_migrations_made(databases: Databases, fresh: str) -> None:
    address = databases.owner(fresh)
    upgrade(address)
    command.check(alembic_config(address))


@pytest.mark.parametrize("role", ["owner", "app"])
def test_connections_act_as_the_application_in_utc(databases: Databases, fresh: str, role: str) -> None:
    """Also on the owner's address: whoever configured only that does not work as the owner."""
    engine = make_engine(databases.owner(fresh) if role == "owner" else databases.app(fresh))
    if role == "owner":
        superuser = libpq_url(databases.cluster.url("superuser", fresh))
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute("GRANT borderops_app TO borderops_owner")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == "borderops_app"
        assert connection.scalar(text("SHOW timezone")) == "UTC"
    engine.dispose()
