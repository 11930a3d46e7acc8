"""People at the console: adding, inviting, roles, ends. `borderops user …`."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from borderops.accounts.actions import (
    end_account,
    end_role,
    grant_role,
    make_account,
    remove_second_factor,
)
from borderops.accounts.credentials import end_credential
from borderops.accounts.invitations import make_link
from borderops.accounts.people import get_account, list_credentials, list_people, list_roles
from borderops.accounts.rules import Role
from borderops.accounts.sessions import end_sessions
from borderops.accounts.vocabulary import LinkPurpose
from borderops.boundary.queries import list_units
from borderops.core.clock import now, today
from borderops.core.console import console_session, console_viewer, open_installation, print_json, stderr
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.settings import Settings

user_app = typer.Typer(no_args_is_help=True, help="People who may sign in, and what they may do.")

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Login = Annotated[str, typer.Argument(help="The sign-in name.")]


@user_app.command("list")
def show(*, as_json: AsJson = False) -> None:
    """List people with their roles today."""
    day = today(now())
    with console_session() as session:
        people = list_people(session, viewer=console_viewer(), today=day)
        units = list_units(session, viewer=console_viewer())
        told = [
            {
                "login": person.account.login,
                "name": person.account.name,
                "roles": [{"role": row.role, "unit": row.unit_id} for row in person.roles],
                "has_password": person.account.password_hash is not None,
                "has_second_factor": person.account.totp_confirmed_at is not None,
                "demo": person.account.is_demo,
                "ended_at": person.account.ended_at,
            }
            for person in people
        ]
    if as_json:
        print_json(told)
        return
    table = Table("login", "name", "roles", "second factor", "ended")
    for person in people:
        table.add_row(
            person.account.login,
            person.account.name,
            "\n".join(f"{row.role}: {units[row.unit_id].name('en')}" for row in person.roles),
            "yes" if person.account.totp_confirmed_at else "no",
            str(person.account.ended_at.date()) if person.account.ended_at else "",
        )
    Console().print(table)


@user_app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Argument(help="The person's name.")],
    *,
    role: Annotated[Role | None, typer.Option(help="What the person is, from today.")] = None,
    unit: Annotated[str | None, typer.Option(help="For which unit.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a person, with a role where one is named, and print the link that invites them."""
    if (role is None) != (unit is None):
        raise InvalidInput(N_("Give both, or neither."), field="unit")
    moment = now()
    with open_installation() as installation, installation.transaction() as session:
        account = make_account(session, viewer=console_viewer(), login=login, name=name)
        if role is not None and unit is not None:
            grant_role(
                session,
                viewer=console_viewer(),
                account=account,
                role=role,
                unit_id=unit,
                valid_from=today(moment),
            )
        token = make_link(
            session, viewer=console_viewer(), account=account, purpose=LinkPurpose.INVITATION, now=moment
        )
        address = link_address(installation.settings, token)
    _print_link(account.login, address, as_json=as_json)


@user_app.command()
def invite(login: Login, *, as_json: AsJson = False) -> None:
    """Print a new link that invites a person; earlier ones end."""
    _link(login, LinkPurpose.INVITATION, as_json=as_json)


@user_app.command()
def reset(
    login: Login,
    *,
    second_factor: Annotated[bool, typer.Option(help="Remove a lost second factor as well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a link by which a person sets a new password."""
    _link(login, LinkPurpose.RESET, as_json=as_json, second_factor=second_factor)


def _link(login: str, purpose: LinkPurpose, *, as_json: bool, second_factor: bool = False) -> None:
    moment = now()
    with open_installation() as installation, installation.transaction() as session:
        account = get_account(session, viewer=console_viewer(), login=login)
        if second_factor:
            remove_second_factor(session, viewer=console_viewer(), account=account, now=moment)
        token = make_link(session, viewer=console_viewer(), account=account, purpose=purpose, now=moment)
        address = link_address(installation.settings, token)
    _print_link(account.login, address, as_json=as_json)


def link_address(settings: Settings, token: str) -> str:
    """A link's whole address, as people reach this installation."""
    return f"{installation_address(settings)}/links/{token}"


def installation_address(settings: Settings, port: int | None = None) -> str:
    """The address under which people reach this installation, without a stroke at its end."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.public_url or f"http://{host}:{port or settings.port}"


def _print_link(login: str, address: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"login": login, "link": address})
        return
    stderr.print(f"{login}: hand this link over yourself; it can be used once.", markup=False)
    typer.echo(address)


@user_app.command()
def roles(login: Login, *, as_json: AsJson = False) -> None:
    """Show every role that a person has or had."""
    with console_session() as session:
        account = get_account(session, viewer=console_viewer(), login=login)
        told = [
            {
                "role": row.role,
                "unit": row.unit_id,
                "from": row.valid.lower,
                "to": row.valid.upper,
                "ended_at": row.ended_at,
                "ended_by": row.ended_by,
            }
            for row in list_roles(session, account=account)
        ]
    if as_json:
        print_json(told)
        return
    table = Table("role", "unit", "from", "to", "ended")
    for one in told:
        table.add_row(*(str(one[name] or "") for name in ("role", "unit", "from", "to", "ended_at")))
    Console().print(table)


@user_app.command()
def grant(
    login: Login,
    role: Annotated[Role, typer.Argument(help="What the person is.")],
    unit: Annotated[str, typer.Argument(help="For which unit.")],
    *,
    valid_from: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="Today if left out.")
    ] = None,
    valid_to: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="First day on which it no longer holds.")
    ] = None,
) -> None:
    """Give a person a role for a unit."""
    with console_session() as session:
        grant_role(
            session,
            viewer=console_viewer(),
            account=get_account(session, viewer=console_viewer(), login=login),
            role=role,
            unit_id=unit,
            valid_from=_day(valid_from, field="from") or today(now()),
            valid_to=_day(valid_to, field="to"),
        )
    stderr.print(f"{login}: {role.value} of {unit}", markup=False)


@user_app.command()
def revoke(
    login: Login,
    *,
    role: Annotated[Role | None, typer.Option(help="End this role, at once.")] = None,
    unit: Annotated[str | None, typer.Option(help="Of this unit only.")] = None,
    sessions: Annotated[bool, typer.Option(help="End all sessions.")] = False,
    tokens: Annotated[bool, typer.Option(help="End all tokens and devices.")] = False,
) -> None:
    """End a person's role, sessions or tokens at once."""
    moment, ended = now(), 0
    with console_session() as session:
        account = get_account(session, viewer=console_viewer(), login=login)
        for row in list_roles(session, account=account):
            if row.ended_at is None and row.role == role and unit in {None, row.unit_id}:
                end_role(session, viewer=console_viewer(), account=account, role_id=row.id, now=moment)
                ended += 1
        if sessions:
            ended += end_sessions(session, account_id=account.id, by=console_viewer().name, now=moment)
        for held, _whose in list_credentials(session, account=account) if tokens else ():
            if held.ended_at is None:
                end_credential(session, viewer=console_viewer(), credential_id=held.id, now=moment)
                ended += 1
    stderr.print(f"{login}: {ended} ended", markup=False)


@user_app.command()
def end(
    login: Login, *, reason: Annotated[str, typer.Option(help="Why; it is kept with the event.")] = ""
) -> None:
    """End an account with its roles, sessions and tokens. What the person recorded stays theirs."""
    with console_session() as session:
        end_account(
            session,
            viewer=console_viewer(),
            account=get_account(session, viewer=console_viewer(), login=login),
            now=now(),
            reason=reason,
        )
    stderr.print(f"{login}: ended", markup=False)


def _day(text: str | None, *, field: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(N_("Give a date such as 2024-06-30."), field=field) from None
