"""Patrols at the console: the programme, one patrol, drafting, having a plan proposed, tracks, documents."""

from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from borderops.audit.actions import record_read
from borderops.audit.rules import Read
from borderops.boundary.queries import list_units
from borderops.core.clock import now, today
from borderops.core.console import (
    console_language,
    console_session,
    console_viewer,
    open_installation,
    parse_day,
    print_json,
    stderr,
)
from borderops.core.errors import InvalidInput, Problems
from borderops.core.files import FileStore
from borderops.core.messages import N_
from borderops.patrols.actions import draft_patrol
from borderops.patrols.coverage.duty import list_under_way
from borderops.patrols.coverage.queries import Asked, coverage_out, get_coverage
from borderops.patrols.documents.handheld import plan_geopackage, plan_gpx, plan_kml
from borderops.patrols.documents.leader_sheet import leader_sheet
from borderops.patrols.documents.plan_geojson import planned_geojson
from borderops.patrols.ground import read_section
from borderops.patrols.limits.cli import limit_app
from borderops.patrols.proposals.cli import find_patrol, propose
from borderops.patrols.proposals.planned import lay_out
from borderops.patrols.queries import list_patrols, patrol_out
from borderops.patrols.recording.queries import told
from borderops.patrols.recording.tracks import bring_in_track
from borderops.patrols.schemas import PatrolIn
from borderops.ui.languages import get_translator

patrol_app = typer.Typer(no_args_is_help=True, help="Joint patrols: plans, tracks, coverage.")
patrol_app.add_typer(limit_app, name="limit")

Patrol = Annotated[str, typer.Argument(help="The patrol's code (2026-014) or its id.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@patrol_app.command("list")
def show_list(
    *,
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Overlapping this day or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Overlapping this day or earlier.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Id of a unit taking part.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the patrols that take place in a period."""
    with console_session() as session:
        found = list_patrols(
            session,
            viewer=console_viewer(),
            since=parse_day(since, field="since"),
            until=parse_day(until, field="until"),
            unit=unit,
        )
    if as_json:
        print_json([patrol_out(held).model_dump(mode="json") for held in found])
        return
    say = get_translator(console_language())
    table = Table("", say.t(N_("Dates")), say.t(N_("Section")), say.t(N_("Unit")), say.t(N_("State")))
    for held in found:
        table.add_row(
            held.code,
            f"{held.plan.starts_on} – {held.plan.ends_on}",
            held.sections,
            held.unit_id,
            say.label("patrol_state", held.state),
        )
    Console().print(table)


@patrol_app.command()
def show(patrol: Patrol, *, as_json: AsJson = False) -> None:
    """Show one patrol with its plan and history."""
    with console_session() as session:
        held = find_patrol(session, patrol)
        detail = told(session, viewer=console_viewer(), patrol_id=held.id)
    if as_json:
        print_json(detail.model_dump(mode="json"))
        return
    say = get_translator(console_language())
    Console().print(f"{held.code} · {held.sections} · {say.label('patrol_state', held.state)}", markup=False)
    for step in detail.steps:
        Console().print(
            f"  {say.moment(step.happened_at)}  {say.label('patrol_state', step.state)}  {step.reason or ''}",
            markup=False,
        )


@patrol_app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="JSON as the API takes it.")], *, as_json: AsJson = False
) -> None:
    """Draft a patrol. Drafting the same one again is safe and changes nothing."""
    sent = _read(file)
    with console_session() as session:
        held = draft_patrol(session, viewer=console_viewer(), sent=sent, now=now())
    if as_json:
        print_json(patrol_out(held).model_dump(mode="json"))
        return
    typer.echo(held.code)


patrol_app.command()(propose)


@patrol_app.command()
def track(
    patrol: Patrol,
    file: Annotated[Path, typer.Argument(help="GPX of the receiver.", exists=True, dir_okay=False)],
    *,
    side: Annotated[list[str] | None, typer.Option(help="VN, LA: whose teams walked it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring in a recorded track: cleaned of jumps, laid on the line, counted as covered."""
    sides = side or ["VN"]
    if set(sides) - {"VN", "LA"}:
        raise InvalidInput(N_("Choose one of these."), field="side")
    with open_installation() as installation, installation.transaction() as session:
        held = find_patrol(session, patrol)
        brought = bring_in_track(
            session,
            viewer=console_viewer(),
            store=FileStore(installation.settings.home / "files"),
            patrol_id=held.id,
            track_id=uuid4(),
            content=file.read_bytes(),
            sides=sides,
            now=now(),
        )
    told = {
        "track": str(brought.track_id),
        "covers": [list(stretch) for stretch in brought.covers],
        "passed": list(brought.passed),
        "left_out": brought.left_out,
        "warnings": [str(warning) for warning in brought.warnings],
    }
    if as_json:
        print_json(told)
        return
    typer.echo(f"{brought.covers.length_m / 1000:.1f} km  {', '.join(brought.passed)}")
    for warning in brought.warnings:
        typer.echo(str(warning), err=True)


@patrol_app.command()
def coverage(
    *,
    as_of: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Today if left out.")] = None,
    unit: Annotated[str | None, typer.Option(help="The part of one post or company.")] = None,
    section: Annotated[str | None, typer.Option(help="From marker to marker: 420-422.")] = None,
    side: Annotated[list[str] | None, typer.Option(help="Only walks at which these were present.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what of the line was walked, when last, and what was not for too long."""
    day: date = parse_day(as_of, field="as-of") or today(now())
    asked = Asked(
        as_of=day, sides=tuple(side or ()), unit=unit, section=read_section(section) if section else None
    )
    with console_session() as session:
        told = coverage_out(get_coverage(session, viewer=console_viewer(), asked=asked))
    if as_json:
        print_json(told.model_dump(mode="json"))
        return
    say = get_translator(console_language())
    typer.echo(f"{say.length(told.walked_m)} / {say.length(told.line_m)}")
    for from_m, to_m in told.gaps:
        typer.echo(f"  km {from_m / 1000:.1f}–{to_m / 1000:.1f}")


@patrol_app.command("under-way")
def under_way(*, as_json: AsJson = False) -> None:
    """Show the patrols under way, and which has not reported by its radio time."""
    with console_session() as session:
        found = list_under_way(session, viewer=console_viewer(), now=now())
    told = [
        {
            "code": one.held.code,
            "sections": one.held.sections,
            "last_heard_at": one.standing.last_heard_at,
            "due_at": one.standing.due_at,
            "late_minutes": one.late_minutes,
        }
        for one in found
    ]
    if as_json:
        print_json(told)
        return
    for one in told:
        typer.echo(f"{one['code']}  {one['sections']}  {one['due_at']}  {one['late_minutes'] or ''}")


@patrol_app.command()
def export(
    patrol: Patrol,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Its ending says the format: pdf, gpx, kml, gpkg, geojson.")
    ],
    *,
    lang: Annotated[str | None, typer.Option(help="vi, lo or en; the console's if left out.")] = None,
) -> None:
    """Write the leader's sheet, or the plan for a receiver or a desktop program."""
    say = get_translator(lang or console_language())
    moment = now()
    with console_session() as session:
        viewer = console_viewer()
        planned = lay_out(session, viewer=viewer, held=find_patrol(session, patrol))
        match output.suffix.lower():
            case ".pdf":
                units = list_units(session, viewer=viewer)
                content = leader_sheet(planned, units=units, translator=say, now=moment)
            case ".gpx":
                content = plan_gpx(planned, translator=say, made_at=moment)
            case ".kml":
                content = plan_kml(planned, translator=say)
            case ".gpkg":
                content = plan_geopackage(planned)
            case ".geojson":
                content = planned_geojson(planned)
            case _:
                raise InvalidInput(
                    N_("The file's name must end in pdf, gpx, kml, gpkg or geojson."), field="output"
                )
        record_read(
            session,
            viewer=viewer,
            read=Read.PATROL_FILE,
            subject_kind="patrol",
            subject_id=planned.held.id,
            question={"file": output.name},
        )
    output.write_bytes(content)
    stderr.print(str(output), markup=False)


def _read(file: Path) -> PatrolIn:
    if not file.is_file():
        raise InvalidInput(N_("There is no file %(file)s."), field="file", file=file)
    try:
        return PatrolIn.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise Problems(
            [
                InvalidInput("%(why)s", field=".".join(map(str, found["loc"])) or None, why=found["msg"])
                for found in error.errors()
            ]
        ) from None
