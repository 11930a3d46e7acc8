"""The command line: slices' commands put together, and errors told once."""

import sys

import typer
from sqlalchemy.exc import OperationalError

from borderops.accounts.cli import user_app
from borderops.accounts.console import check_commands
from borderops.audit.actions import keep_head
from borderops.audit.bundle_cli import verify
from borderops.audit.cli import audit_app, keys_app
from borderops.core.cli import db_app, doctor
from borderops.core.console import console_language, derive_by, prepare_by, stderr
from borderops.core.errors import BorderopsError, Problems, Unavailable
from borderops.core.messages import N_
from borderops.inspections.cli import inspections_app
from borderops.maps.cli import app as map_app
from borderops.patrols.cli import patrol_app
from borderops.register.cli import features_app, import_app
from borderops.register.derivation import refresh
from borderops.register.disclosure_cli import disclose_app
from borderops.register.settings_cli import settings_app
from borderops.reports.cli import report_app
from borderops.reports.export_cli import export_app
from borderops.serving import demo, serve
from borderops.ui.languages import get_translator
from borderops.ui.problems import treatment

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(demo)
app.command()(doctor)
app.command()(verify)
app.add_typer(db_app, name="db")
app.add_typer(audit_app, name="audit")
app.add_typer(keys_app, name="keys")
app.add_typer(features_app, name="features")
app.add_typer(inspections_app, name="inspections")
app.add_typer(disclose_app, name="disclose")
app.add_typer(import_app, name="import")
app.add_typer(map_app, name="map")
app.add_typer(patrol_app, name="patrol")
app.add_typer(report_app, name="report")
app.add_typer(export_app, name="export")
app.add_typer(settings_app, name="settings")
app.add_typer(user_app, name="user")
check_commands(app)


def main() -> None:
    """Run a command; what a person can mend is told in a sentence, with an exit code that means something."""
    derive_by((refresh,))
    prepare_by((keep_head,))
    try:
        app()
    except BorderopsError as error:
        sys.exit(tell(error))
    except OperationalError as error:
        stderr.print(str(error.orig), style="dim", markup=False)
        sys.exit(tell(Unavailable(N_("The database cannot be reached; nothing was recorded. Try again."))))


def tell(error: BorderopsError) -> int:
    """Say on the error stream what cannot be done; returns the exit code."""
    translator = get_translator(console_language())
    told = error.problems if isinstance(error, Problems) else (error,)
    for one in told:
        where = "".join(f"{name}: " for name in (one.field,) if name)
        row = f"[{one.row}] " if one.row is not None else ""
        stderr.print(f"{row}{where}{translator.t(one.message)}", style="bold red", markup=False)
    return treatment(error).exit_code
