"""Reports at the console."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from borderops.audit.actions import record_read
from borderops.audit.rules import Read
from borderops.boundary.queries import list_units
from borderops.core.clock import now
from borderops.core.console import (
    console_language,
    console_viewer,
    open_installation,
    parse_day,
    print_json,
    stderr,
)
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.core.signing import SigningKeys
from borderops.core.web import asked_dates
from borderops.maps.cli import write_file
from borderops.register.cli import Day, Knowledge, Province
from borderops.reports.bundles import report_bundle
from borderops.reports.queries import repair_status as make_repair_status
from borderops.reports.sheet import write_sheet
from borderops.ui.languages import get_translator

report_app = typer.Typer(no_args_is_help=True, help="Reports for each Lao province.")


@report_app.callback()
def reports() -> None:
    """Reports for each Lao province."""


@report_app.command("repair-status")
def repair_status(
    *,
    province: Annotated[Province, typer.Option(help="Lao province.")],
    as_of: Day = None,
    known_at: Knowledge = None,
    previous: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="The day to compare with; the half-year before if left out."),
    ] = None,
    lang: Annotated[str | None, typer.Option(help="vi, lo or en; the console's if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="For spreadsheets.")] = False,
    sign: Annotated[
        bool, typer.Option("--sign", help="A signed file with all formats; needs --output.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The signed file to write.")] = None,
) -> None:
    """What is damaged on a Lao province's part of the line, since when, why, and whose duty repair is."""
    if as_json and as_csv:
        raise InvalidInput(N_("Choose JSON or CSV, not both."), field="csv")
    if sign != (output is not None) or (sign and (as_json or as_csv)):
        raise InvalidInput(N_("A signed report holds all formats: give --sign and --output, no other."))
    moment = now()
    at = asked_dates(
        as_of=parse_day(as_of, field="as-of"), known_at=parse_day(known_at, field="known-at"), moment=moment
    )
    with open_installation() as installation, installation.transaction() as session:
        report = make_repair_status(
            session,
            viewer=console_viewer(),
            province=province,
            at=at,
            previous=parse_day(previous, field="previous"),
            now=moment,
        )
        units = list_units(session, viewer=console_viewer())
        if output is not None:
            bundle = report_bundle(
                session,
                viewer=console_viewer(),
                report=report,
                units=units,
                keys=SigningKeys(installation.settings.home / "keys"),
                now=moment,
            )
            typer.echo(f"{output}: {write_file(output, bundle)} bytes")
            return
        record_read(
            session,
            viewer=console_viewer(),
            read=Read.REPORT_SHEET if as_csv else Read.REPORT,
            subject_kind="report",
            subject_id=f"repair-status/{province}",
            question={"as_of": report.as_of.isoformat(), "known_at": report.known_at.isoformat()},
            features=len(report.items),
        )
    translator = get_translator(lang or console_language())
    if as_json:
        print_json(report.model_dump(mode="json"))
        return
    if as_csv:
        sys.stdout.buffer.write(write_sheet(report, units=units, translator=translator))
        return
    headings = (N_("Number"), N_("State"), N_("Damaged since"), N_("Duty to repair"), N_("Planned work"))
    table = Table(*(translator.t(heading) for heading in headings))
    for item in report.items:
        table.add_row(
            item.number,
            translator.label("state", item.state),
            item.since or "",
            translator.label("side", item.responsible_side),
            translator.label("action", item.planned) if item.planned else "",
        )
    Console().print(table)
    if report.audit_head:
        head = translator.t(N_("Head of the chain of events"))
        typer.echo(f"{head}: {report.audit_head.seq}:{report.audit_head.hash}")
    stderr.print(translator.n("%(n)s damaged", "%(n)s damaged", len(report.items)))
