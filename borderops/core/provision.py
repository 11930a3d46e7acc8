"""Roles and databases, made by a superuser before the first migration.

Two roles share the work: the owner creates and changes tables, the application reads and writes rows and
cannot change the schema. PostGIS may only be installed by a superuser, so it is done here as well.
"""

import psycopg
from psycopg import sql
from sqlalchemy import make_url

OWNER_ROLE = "borderops_owner"
APP_ROLE = "borderops_app"

#: postgis for positions; btree_gist for "no two at once" over a feature and a period.
EXTENSIONS = ("postgis", "btree_gist")

#: What an index of places or periods is asked by. These say nothing of their arguments but the answer and
#: fail for none, but are not marked so. Under row security PostgreSQL asks an index only by what is marked:
#: without it a map of 1,000 of 100,000 features reads all 4,400,000 periods, in 2 s for 2 ms (measured).
LEAKPROOF = (
    "geometry_overlaps(geometry, geometry)",
    "range_contains_elem(anyrange, anyelement)",
    "upper_inf(anyrange)",
    "arrayoverlap(anyarray, anyarray)",
)


def libpq_url(url: str) -> str:
    """The SQLAlchemy address `url` in the form that psql and psycopg take."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def prepare_roles(superuser_url: str) -> None:
    """Make the two roles where they do not exist. Neither may make roles or databases."""
    with psycopg.connect(libpq_url(superuser_url), autocommit=True) as connection:
        existing = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER_ROLE, APP_ROLE):
            if role not in existing:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
                        sql.Identifier(role)
                    )
                )


def prepare_database(superuser_url: str, name: str, *, template: str = "template0") -> str:
    """Make the database `name` ready to be migrated, where it is not; return its superuser address.

    The owner's role owns it and may create in its public schema; the application's role may connect; others
    may not. With `template` it starts as a copy of that (unused) database, which is the fast way to many.
    Safe to run again, also after it was interrupted. The roles must exist (`prepare_roles`).
    """
    database = sql.Identifier(name)
    owner, app = sql.Identifier(OWNER_ROLE), sql.Identifier(APP_ROLE)
    with psycopg.connect(libpq_url(superuser_url), autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} ENCODING 'UTF8'").format(
                    database, owner, sql.Identifier(template)
                )
            )
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, app))
    address = make_url(superuser_url).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(libpq_url(address), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
        for function in LEAKPROOF:
            connection.execute(sql.SQL("ALTER FUNCTION {} LEAKPROOF").format(sql.SQL(function)))
        # PostgreSQL 14 lets everybody create in public; from 15 on only the database's owner.
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        connection.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(owner))
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app))
    return address


def drop_database(superuser_url: str, name: str) -> None:
    """Drop the database `name` with whoever is connected to it; nothing happens where there is none."""
    with psycopg.connect(libpq_url(superuser_url), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
