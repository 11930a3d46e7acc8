"""Commands that look after an installation: `borderops db …` and `borderops doctor`."""

import json
import os
import subprocess
from enum import StrEnum
from typing import Annotated

import typer
from psycopg.conninfo import conninfo_to_dict

from borderops.core import clock
from borderops.core.cluster import Cluster, database_addresses
from borderops.core.database import upgrade
from borderops.core.doctor import Finding, examine, examine_database
from borderops.core.errors import InvalidInput
from borderops.core.messages import Message
from borderops.core.provision import libpq_url
from borderops.core.settings import load_settings

_LIBPQ_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}

db_app = typer.Typer(no_args_is_help=True, help="The database: its address, its tables, its health.")


class AddressRole(StrEnum):
    """Whose address: the program's own role, or the one that owns the tables."""

    app = "app"
    owner = "owner"


def tell(message: Message) -> None:
    """Show progress to a person; data goes to standard output, this does not."""
    typer.echo(str(message), err=True)


@db_app.command()
def url(
    role: Annotated[AddressRole, typer.Option(help="Whose address.")] = AddressRole.app,
) -> None:
    """Print the address of the database as psql takes it. Starts nothing."""
    settings = load_settings()
    if settings.database_url is not None:
        owner = settings.owner_database_url or settings.database_url
        typer.echo(libpq_url(owner if role is AddressRole.owner else settings.database_url))
        return
    cluster = Cluster(settings.home)
    if not cluster.is_running:
        typer.echo(
            "The private database is not running: it runs while borderops serve or demo does,"
            " or for one command: borderops db run -- psql …",
            err=True,
        )
    typer.echo(cluster.psql_url(role.value))


@db_app.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="The state to bring the tables to.")] = "head",
) -> None:
    """Bring the tables to what this version of the program needs."""
    with database_addresses(load_settings(), tell) as addresses:
        upgrade(addresses.owner, revision)


@db_app.command()
def check(*, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Say whether the database is reachable, migrated and safe; the exit code is 1 if not."""
    _report(list(examine_database(load_settings(), now=clock.now())), as_json=as_json)


@db_app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(
    command: Annotated[list[str], typer.Argument(help="The command and its arguments.")],
    role: Annotated[
        AddressRole, typer.Option(help="Whom psql, pg_dump and pg_restore connect as.")
    ] = AddressRole.app,
) -> None:
    """Run a command while the database runs, and hand its exit code on.

    It finds the database by itself: psql by the PG… variables, this program by BORDEROPS_DATABASE_URL.
    """
    with database_addresses(load_settings(), tell) as addresses:
        variables = {
            "BORDEROPS_DATABASE_URL": addresses.app,
            "BORDEROPS_OWNER_DATABASE_URL": addresses.owner,
        }
        chosen = addresses.owner if role is AddressRole.owner else addresses.app
        parts = conninfo_to_dict(libpq_url(chosen))
        variables |= {name: str(parts[part]) for part, name in _LIBPQ_VARIABLES.items() if part in parts}
        finished = subprocess.run(command, check=False, env=os.environ | variables)  # noqa: S603 - the person's own
    raise typer.Exit(finished.returncode)


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Say what is wrong with this installation and how to mend it; the exit code is 1 if anything is."""
    try:
        settings = load_settings()
    except InvalidInput as error:
        _report([Finding("settings", "error", error.message)], as_json=as_json)
        return
    _report(list(examine(settings, now=clock.now())), as_json=as_json)


def _report(findings: list[Finding], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            typer.echo(f"{finding.level:8}{finding.subject:13}{finding.state}")
            if finding.mend is not None:
                typer.echo(f"{'':21}→ {finding.mend}")
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(1)
