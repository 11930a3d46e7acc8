"""The register at the console: lists, single features, histories, and loading the founding data."""

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table
from sqlalchemy.orm import Session

from borderops.audit.actions import record_read
from borderops.audit.rules import Read
from borderops.boundary.queries import list_units
from borderops.core.clock import now
from borderops.core.console import console_session, console_viewer, parse_day, print_json, stderr
from borderops.core.web import asked_dates
from borderops.inspections.rules import State
from borderops.markers.numbers import parse_range
from borderops.markers.queries import get_feature as get_registered
from borderops.markers.rules import Kind, Side
from borderops.register import derivation, queries
from borderops.register.card import CardOut, gate_decisions_in_force
from borderops.register.elsewhen import UnitElsewhen, units_elsewhen
from borderops.register.filters import RegisterFilter
from borderops.register.founding import load_founding_data
from borderops.register.history import list_history
from borderops.register.schemas import EntryOut, UnitElsewhenOut

features_app = typer.Typer(no_args_is_help=True, help="Markers, stakes and gates, as of a date.")
import_app = typer.Typer(no_args_is_help=True, help="Bring data into the register.")

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Day = Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="The day asked about; by default today.")]
Knowledge = Annotated[
    str | None, typer.Option(metavar="YYYY-MM-DD", help="As known at the end of this day; now if left out.")
]


class Province(StrEnum):
    """The Lao provinces along Nghệ An."""

    XIANGKHOUANG = "xiangkhouang"
    HOUAPHANH = "houaphanh"
    BOLIKHAMXAY = "bolikhamxay"


@features_app.command("list")
def list_features(
    *,
    kind: Annotated[list[Kind] | None, typer.Option()] = None,
    province: Annotated[list[Province] | None, typer.Option(help="Lao province.")] = None,
    state: Annotated[list[State] | None, typer.Option()] = None,
    duty: Annotated[list[Side] | None, typer.Option(help="Whose duty repair is.")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="Post, company, commune or district.")] = None,
    section: Annotated[str | None, typer.Option(help="From one number to another: 385-397.")] = None,
    text: Annotated[str | None, typer.Option("--search", help="A number, numbers or a place.")] = None,
    damaged: Annotated[bool | None, typer.Option("--damaged/--not-damaged")] = None,
    as_of: Day = None,
    known_at: Knowledge = None,
    as_json: AsJson = False,
) -> None:
    """List features with their state and whose duty repair is. With --json as GeoJSON."""
    asked = RegisterFilter(
        at=asked_dates(
            as_of=parse_day(as_of, field="as-of"),
            known_at=parse_day(known_at, field="known-at"),
            moment=now(),
        ),
        kind=tuple(kind or ()),
        province=tuple(province or ()),
        state=tuple(state or ()),
        responsible_side=tuple(duty or ()),
        unit=tuple(unit or ()),
        section=parse_range(section, field="section") if section else None,
        text=text,
        damaged=damaged,
    )
    with console_session() as session:
        if as_json:
            collection = json.loads(queries.features_geojson(session, viewer=console_viewer(), asked=asked))
            if elsewhen := _elsewhen(session, asked, found=len(collection["features"])):
                told = [UnitElsewhenOut.of(one).model_dump(mode="json") for one in elsewhen]
                collection["units_elsewhen"] = told
            _record_list(session, asked=asked, features=len(collection["features"]))
            print_json(collection)
            return
        found = queries.list_features(session, viewer=console_viewer(), asked=asked)
        elsewhen = _elsewhen(session, asked, found=found.total)
        _record_list(session, asked=asked, features=found.total)
    table = Table("number", "kind", "state", "since", "duty", "province", "commune", "last visit")
    for feature in found.features:
        table.add_row(
            feature.label("vi"),
            feature.kind,
            feature.state + (" (overdue)" if feature.overdue and feature.damaged else ""),
            feature.since or "",
            feature.responsible_side,
            feature.province or "",
            feature.commune or "",
            feature.last_visit_on or "",
        )
    Console().print(table)
    stderr.print(f"{found.total} features as of {asked.at.as_of}.")
    for one in elsewhen:
        stderr.print(f"{one.said('vi')} --as-of {one.nearest_day}")


def _elsewhen(session: Session, asked: RegisterFilter, *, found: int) -> list[UnitElsewhen]:
    """Why a search finds nothing: units that it names and that exist on other days."""
    if found:
        return []
    units = list_units(session, viewer=console_viewer())
    return units_elsewhen(asked.text, units=units, on=asked.at.as_of)


def _record_list(session: Session, *, asked: RegisterFilter, features: int) -> None:
    record_read(
        session,
        viewer=console_viewer(),
        read=Read.FEATURES_LIST,
        question={
            "as_of": asked.at.as_of.isoformat(),
            "known_at": asked.at.known_at.isoformat() if asked.at.known_at else None,
            "kind": asked.kind,
            "province": asked.province,
            "state": asked.state,
            "responsible_side": asked.responsible_side,
            "unit": asked.unit,
            "section": str(asked.section) if asked.section else None,
            "text": asked.text,
            "damaged": asked.damaged,
        },
        features=features,
    )


@features_app.command()
def show(
    address: Annotated[str, typer.Argument(help="A number, a gate's code or an id.")],
    *,
    as_of: Day = None,
    known_at: Knowledge = None,
    as_json: AsJson = False,
) -> None:
    """Show one feature, with its card and a gate's decisions in force. With --json as GeoJSON."""
    at = asked_dates(
        as_of=parse_day(as_of, field="as-of"), known_at=parse_day(known_at, field="known-at"), moment=now()
    )
    with console_session() as session:
        feature = json.loads(
            queries.feature_geojson(session, viewer=console_viewer(), address=address, at=at)
        )
        registered = get_registered(session, viewer=console_viewer(), address=feature["id"])
        card = CardOut.model_validate(registered).model_dump(mode="json")
        history = list_history(session, viewer=console_viewer(), feature_id=registered.id, at=at)
        gate = [decision.model_dump(mode="json") for decision in gate_decisions_in_force(history)]
    feature |= {"card": card} | ({"gate": gate} if registered.kind == Kind.GATE else {})
    if as_json:
        print_json(feature)
        return
    table = Table(show_header=False)
    for name, value in feature["properties"].items():
        table.add_row(name, json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value))
    for name, value in card.items():
        if value is not None:
            table.add_row(name, str(value))
    for decision in gate:
        since = f" since {decision['since']}" if decision["since"] else ""
        table.add_row(f"{decision['aspect']} ({decision['side']})", decision["value"] + since)
    Console().print(table)


@features_app.command()
def history(
    address: Annotated[str, typer.Argument(help="A number, a gate's code or an id.")],
    *,
    as_of: Day = None,
    known_at: Knowledge = None,
    as_json: AsJson = False,
) -> None:
    """Show everything that happened to a feature, newest first."""
    at = asked_dates(
        as_of=parse_day(as_of, field="as-of"), known_at=parse_day(known_at, field="known-at"), moment=now()
    )
    with console_session() as session:
        feature = queries.get_feature(session, viewer=console_viewer(), address=address, at=at)
        entries = list_history(session, viewer=console_viewer(), feature_id=feature.id, at=at)
    if as_json:
        print_json([EntryOut.model_validate(entry).model_dump(mode="json") for entry in entries])
        return
    table = Table("on", "what", "says", "source")
    for entry in entries:
        says = ", ".join(f"{name}={value}" for name, value in entry.details.items() if value and name != "id")
        table.add_row(entry.on or "–", entry.what, says, entry.source or "")
    Console().print(table)


@import_app.command("founding")
def import_founding() -> None:
    """Load the founding data of data/geo. What is there already stays as it is."""
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=stderr) as progress:
        task = progress.add_task("")
        with console_session() as session:
            loaded = load_founding_data(
                session,
                viewer=console_viewer(),
                now=now(),
                progress=lambda step: progress.update(task, description=step),
            )
    for table, count in loaded.added.items():
        typer.echo(f"{table}: {count}")
    stderr.print(f"{loaded.total} rows added.")


@features_app.command()
def derive() -> None:
    """Derive the state of every feature anew from its history; nothing recorded is touched."""
    with Progress(console=stderr) as progress, console_session() as session:
        task = progress.add_task("features", total=None)
        done = derivation.rebuild(session, progress=lambda count: progress.update(task, completed=count))
    stderr.print(f"{done} features derived.")
