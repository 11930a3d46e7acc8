"""The command line: a table of what there is. What a command needs is imported when it is run.

A command that draws a map brings folium, one that plans brings a compiler: neither is there for the others.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup


@dataclass(frozen=True)
class Place:
    """Where a command, or a group of commands, is defined; `help` is what the list of all says of it."""

    module: str
    name: str
    help: str


#: What one types after the program's name.
PLACES: Mapping[str, Place] = {
    "serve": Place(
        "serving",
        "serve",
        "Serve the register: on this machine, or on the address that BORDEROPS_HOST names.",
    ),
    "demo": Place(
        "serving",
        "demo",
        "Load the Nghệ An data, make an account for each role, and serve it on this machine.",
    ),
    "doctor": Place(
        "core.cli",
        "doctor",
        "Say what is wrong with this installation and how to mend it; the exit code is 1 if anything is.",
    ),
    "verify": Place(
        "audit.bundle_cli",
        "verify",
        "Check that a signed file is as the installation made it that signed it.",
    ),
    "db": Place("core.cli", "db_app", "The database: its address, its tables, its health."),
    "audit": Place("audit.cli", "audit_app", "The chain of events: what happened, and whether it stands."),
    "keys": Place("audit.cli", "keys_app", "The keys that the installation signs with."),
    "features": Place("register.cli", "features_app", "Markers, stakes and gates, as of a date."),
    "inspections": Place("inspections.cli", "inspections_app", "What was seen at markers, stakes and gates."),
    "disclose": Place("register.disclosure_cli", "disclose_app", "What the other side may see."),
    "import": Place("register.cli", "import_app", "Bring data into the register."),
    "map": Place("maps.cli", "app", "Maps of the register, as files."),
    "patrol": Place("patrols.cli", "patrol_app", "Joint patrols: plans, tracks, coverage."),
    "report": Place("reports.cli", "report_app", "Reports for each Lao province."),
    "export": Place(
        "reports.export_cli", "export_app", "Signed files for others: borderops verify checks them."
    ),
    "settings": Place("register.settings_cli", "settings_app", "Rules and figures with their legal basis."),
    "user": Place("accounts.cli", "user_app", "People who may sign in, and what they may do."),
}


@cache
def load(typed: str) -> Any:
    """The command, or group of commands, ready to run."""
    place = PLACES[typed]
    defined = getattr(import_module(f"borderops.{place.module}"), place.name)
    return import_module("borderops.running").ready(defined, name=typed)


class _Loaded(Mapping[str, Any]):
    """The commands by what one types; each is imported when it is asked for."""

    def __getitem__(self, typed: str) -> Any:
        return load(typed)

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


class Commands(TyperGroup):
    """All commands; the list of them imports none."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Loaded()  # type: ignore[assignment]  # nothing is added to it

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as the class it extends has it
        """What one may type."""
        return list(PLACES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """What the list of commands shows of one; None where there is none of the name."""
        place = PLACES.get(cmd_name)
        return None if place is None else TyperGroup(name=cmd_name, help=place.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that was typed, imported now. Raises the usage error of a name that is not known."""
        typed, _listed, rest = super().resolve_command(ctx, args)
        return typed, None if typed is None else load(typed), rest


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def begin(
    context: typer.Context,
    as_login: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="LOGIN",
            envvar="BORDEROPS_AS",
            help="Act as this person, with their duties and part of the line; or as the machine's operator.",
        ),
    ] = None,
) -> None:
    """The register of a land border's markers, stakes and gates."""
    context.obj = as_login


def main() -> None:
    """Run a command."""
    app()
