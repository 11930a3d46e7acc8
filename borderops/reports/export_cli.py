"""Signed exports at the console: `borderops export …`."""

from pathlib import Path
from typing import Annotated

import typer

from borderops.core.clock import now
from borderops.core.console import console_viewer, open_installation, parse_day, print_json
from borderops.core.signing import SigningKeys
from borderops.core.web import asked_dates
from borderops.maps.cli import write_file
from borderops.register.cli import AsJson, Day, Knowledge, Province
from borderops.register.filters import RegisterFilter
from borderops.reports.bundles import register_bundle

export_app = typer.Typer(no_args_is_help=True, help="Signed files for others: borderops verify checks them.")

Output = Annotated[Path, typer.Option("--output", "-o", help="The file to write, such as register.zip.")]


@export_app.callback()
def exports() -> None:
    """Signed files for others: borderops verify checks them."""


@export_app.command()
def register(
    output: Output,
    *,
    province: Annotated[list[Province] | None, typer.Option(help="Lao province.")] = None,
    as_of: Day = None,
    known_at: Knowledge = None,
    as_json: AsJson = False,
) -> None:
    """Write the register as of a day, as GeoJSON and as tables, into one signed file."""
    moment = now()
    at = asked_dates(
        as_of=parse_day(as_of, field="as-of"), known_at=parse_day(known_at, field="known-at"), moment=moment
    )
    with open_installation() as installation, installation.transaction() as session:
        bundle = register_bundle(
            session,
            viewer=console_viewer(),
            asked=RegisterFilter(at=at, province=tuple(province or ())),
            keys=SigningKeys(installation.settings.home / "keys"),
            now=moment,
        )
        size = write_file(output, bundle)
    if as_json:
        print_json({"file": str(output), "bytes": size, "as_of": at.as_of.isoformat()})
        return
    typer.echo(f"{output}: {size} bytes")
