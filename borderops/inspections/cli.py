"""Inspections at the console."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from borderops.core.clock import now
from borderops.core.console import console_session, console_viewer, print_json
from borderops.core.errors import InvalidInput, Problems
from borderops.core.messages import N_
from borderops.inspections.actions import record_inspection
from borderops.inspections.queries import get_inspection, inspection_out
from borderops.inspections.schemas import InspectionIn

inspections_app = typer.Typer(no_args_is_help=True, help="What was seen at markers, stakes and gates.")


@inspections_app.command()
def record(
    file: Annotated[Path, typer.Argument(help="JSON as the API takes it; - for standard input.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Record an inspection. Recording the same one again is safe and changes nothing."""
    if str(file) != "-" and not file.is_file():
        raise InvalidInput(N_("There is no file %(file)s."), field="file", file=file)
    text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        sent = InspectionIn.model_validate_json(text)
    except ValidationError as error:
        raise Problems(
            [
                InvalidInput("%(why)s", field=".".join(map(str, found["loc"])) or None, why=found["msg"])
                for found in error.errors()
            ]
        ) from None
    with console_session() as session:
        recorded = record_inspection(session, viewer=console_viewer(), sent=sent, now=now())
        session.flush()
        held = get_inspection(session, viewer=console_viewer(), inspection_id=recorded.inspection.id)
        out = inspection_out(held)
    if as_json:
        warnings = [str(warning) for warning in recorded.warnings]
        print_json(
            {"inspection": out.model_dump(mode="json"), "created": recorded.created, "warnings": warnings}
        )
        return
    typer.echo(str(N_("Recorded.")) if recorded.created else str(N_("It had been recorded before.")))
    for warning in recorded.warnings:
        typer.echo(str(warning), err=True)
