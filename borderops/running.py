"""What every command is run with: what derives and keeps the head, whom it is for, and errors told once."""

import sys
from collections.abc import Callable
from typing import Any

import typer
from sqlalchemy.exc import OperationalError

from borderops.accounts.console import CheckedCommand, check_commands
from borderops.audit.actions import keep_head
from borderops.core.console import console_language, derive_by, prepare_by, stderr
from borderops.core.errors import BorderopsError, Problems, Unavailable
from borderops.core.messages import N_
from borderops.register.derivation import refresh
from borderops.ui.languages import get_translator
from borderops.ui.problems import treatment


class ToldCommand(CheckedCommand):
    """A command that says in a sentence what a person can mend, with an exit code that means something."""

    def make_context(self, *given: Any, **named: Any) -> Any:
        """Read what was typed. Raises the usage error of what cannot be read, as a sentence."""
        try:
            return super().make_context(*given, **named)
        except typer.BadParameter as error:
            # Typer has pydantic read the values, which says what kind of exception it met.
            error.message = error.message.removeprefix("Value error, ")
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run it. Raises SystemExit."""
        try:
            return super().invoke(ctx)
        except BorderopsError as error:
            sys.exit(tell(error))
        except OperationalError as error:
            stderr.print(str(error.orig), style="dim", markup=False)
            unreachable = N_("The database cannot be reached; nothing was recorded. Try again.")
            sys.exit(tell(Unavailable(unreachable)))


def ready(defined: typer.Typer | Callable[..., None], *, name: str) -> Any:
    """The group of commands, or the one command, that a slice defines, as the program runs it."""
    derive_by((refresh,))
    prepare_by((keep_head,))
    if isinstance(defined, typer.Typer):
        check_commands(defined, by=ToldCommand)
        return typer.main.get_group(defined)
    alone = typer.Typer(add_completion=False)
    alone.command(name, cls=ToldCommand)(defined)
    return typer.main.get_command(alone)


def tell(error: BorderopsError) -> int:
    """Say on the error stream what cannot be done; returns the exit code."""
    translator = get_translator(console_language())
    told = error.problems if isinstance(error, Problems) else (error,)
    for one in told:
        where = "".join(f"{name}: " for name in (one.field,) if name)
        row = f"[{one.row}] " if one.row is not None else ""
        stderr.print(f"{row}{where}{translator.t(one.message)}", style="bold red", markup=False)
    return treatment(error).exit_code
