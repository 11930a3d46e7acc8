"""Serving the application, for real and as a demonstration."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn

from borderops.accounts.cli import installation_address
from borderops.accounts.demo import DemoAccount, list_open_demo_logins, make_demo_accounts
from borderops.accounts.links import has_administrator, make_first_link
from borderops.accounts.signing_in import signing_in_of
from borderops.accounts.vault import open_vault
from borderops.app import make_app
from borderops.core.clock import now
from borderops.core.console import Installation, console_viewer, open_installation, stderr
from borderops.core.errors import Unavailable
from borderops.core.memory import keep_memory, leave_alone
from borderops.core.messages import N_
from borderops.core.reading import DirectReading
from borderops.core.settings import Settings, is_loopback
from borderops.register.founding import load_founding_data


def serve(
    port: Annotated[int | None, typer.Option(help="Port; BORDEROPS_PORT or 8000 if left out.")] = None,
) -> None:
    """Serve the register: on this machine, or on the address that BORDEROPS_HOST names."""
    with open_installation(quiet=False) as installation:
        _serve(installation, port)


def demo(
    port: Annotated[int | None, typer.Option(help="Port; BORDEROPS_PORT or 8000 if left out.")] = None,
) -> None:
    """Load the Nghệ An data, make an account for each role, and serve it on this machine."""
    with open_installation(quiet=False) as installation:
        settings = installation.settings
        if not _stays_here(settings):
            raise Unavailable(N_("The demonstration listens on this machine only; unset BORDEROPS_HOST."))
        with (
            stderr.status("Loading the Nghệ An data") as status,
            installation.transaction() as session,
        ):
            loaded = load_founding_data(
                session,
                viewer=console_viewer(),
                now=now(),
                progress=lambda step: status.update(f"Loading the Nghệ An data: {step}"),
            )
        with installation.transaction() as session:
            accounts = make_demo_accounts(
                session,
                viewer=console_viewer(),
                vault=open_vault(settings.home),
                home=settings.home,
                now=now(),
            )
        stderr.print(
            f"{loaded.total} rows of founding data added." if loaded.total else "The data is there already."
        )
        _print_accounts(accounts)
        _serve(installation, port)


def _print_accounts(accounts: Sequence[DemoAccount]) -> None:
    """One paragraph for each, whole at any width: what is cut off cannot be typed."""
    stderr.print("Accounts of the demonstration", style="bold")
    for one in accounts:
        told = {
            "password": one.password,
            "second factor (TOTP secret)": one.totp_secret,
            "token for programs": one.token,
        }
        stderr.print(f"{one.login}  ({one.role}, {one.unit})", style="bold", markup=False, soft_wrap=True)
        for name, value in told.items():
            if value:
                stderr.print(f"    {name}: {value}", markup=False, soft_wrap=True)


def _serve(installation: Installation, port: int | None) -> None:
    settings = installation.settings
    chosen = port or settings.port
    database = installation.database
    address = installation_address(settings, chosen)
    with installation.transaction() as session:
        demo_logins = list_open_demo_logins(session)
        if demo_logins and not _stays_here(settings):
            raise Unavailable(
                N_(
                    "Accounts of the demonstration are open (%(logins)s): their passwords were printed. "
                    "End each with: borderops user end LOGIN"
                ),
                logins=", ".join(demo_logins),
            )
        first = None if has_administrator(session, now=now()) else make_first_link(session, now=now())
    app = make_app(
        sessions=database.sessions,
        reading=DirectReading(database.engine),
        engine=database.engine,
        home=settings.home,
        signing_in=signing_in_of(settings),
    )
    stderr.print(f"borderops is at {address}/", style="bold")
    if first is not None:
        stderr.print("Nobody is an administrator yet. This link makes the first one, within one hour:")
        stderr.print(f"{address}/links/{first}", style="bold", soft_wrap=True, markup=False)
    if not _stays_here(settings) and not settings.public_url:
        stderr.print(
            "It is reached without https: put a server with a certificate before it"
            " and set BORDEROPS_PUBLIC_URL.",
            style="bold red",
        )
    keep_memory()
    leave_alone()
    uvicorn.run(app, host=settings.host, port=chosen, log_level="warning", access_log=False)


def _stays_here(settings: Settings) -> bool:
    """Whether only this machine reaches the program, also by the address that people are told."""
    told = urlsplit(settings.public_url).hostname if settings.public_url else None
    return is_loopback(settings.host) and (told is None or is_loopback(told))
