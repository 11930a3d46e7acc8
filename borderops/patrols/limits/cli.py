"""Seasons and closed stretches at the console."""

from typing import Annotated
from uuid import UUID, uuid4

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from borderops.core.clock import now, today
from borderops.core.console import console_language, console_session, console_viewer, parse_day, print_json
from borderops.core.errors import InvalidInput, Problems
from borderops.core.messages import N_
from borderops.patrols.ground import read_section
from borderops.patrols.limits.actions import add_limit, end_limit, limit_out, list_limits
from borderops.patrols.limits.rules import MonthDay
from borderops.patrols.limits.schemas import LimitEndIn, LimitIn, LimitOut
from borderops.ui.languages import get_translator

limit_app = typer.Typer(no_args_is_help=True, help="Seasons and closed stretches that every plan keeps to.")

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
DAY = "YYYY-MM-DD"


@limit_app.command("list")
def show(
    *,
    on: Annotated[str | None, typer.Option(metavar=DAY, help="Say what holds on this day.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show all seasons and closed stretches, those that were ended too."""
    day = parse_day(on, field="on") or today(now())
    with console_session() as session:
        told = [limit_out(limit, on=day) for limit in list_limits(session, viewer=console_viewer())]
    if as_json:
        print_json([one.model_dump(mode="json") for one in told])
        return
    say = get_translator(console_language())
    table = Table(
        "id", say.t(N_("Name")), say.t(N_("Dates")), say.t(N_("Every year")), "×", say.t(N_("Closed"))
    )
    for one in told:
        table.add_row(
            str(one.id),
            one.name + (" ●" if one.holds else ""),
            f"{one.starts_on} – {one.ends_on or ''}",
            f"{one.yearly_from} – {one.yearly_to}" if one.yearly_from else "",
            f"{one.pace:g}" if one.pace is not None else "",
            ", ".join(one.closed),
        )
    Console().print(table)


@limit_app.command()
def add(
    name: Annotated[str, typer.Argument(help="What people call it, or why the stretch is closed.")],
    *,
    unit: Annotated[str, typer.Option(help="Id of the unit that states it.")],
    basis: Annotated[str, typer.Option(help="The document, or who said so.")],
    starts_on: Annotated[str | None, typer.Option("--from", metavar=DAY, help="Today if left out.")] = None,
    ends_on: Annotated[str | None, typer.Option("--until", metavar=DAY, help="The last day.")] = None,
    yearly_from: Annotated[
        str | None, typer.Option(metavar="MM-DD", help="Every year from this day.")
    ] = None,
    yearly_to: Annotated[str | None, typer.Option(metavar="MM-DD", help="To this day.")] = None,
    pace: Annotated[float | None, typer.Option(help="How many times as long walking takes.")] = None,
    closed: Annotated[list[str] | None, typer.Option(help="A closed stretch: 420-421.")] = None,
    as_json: AsJson = False,
) -> None:
    """Enter a season (--yearly-from, --yearly-to) or a closed stretch; plans keep to it from now on."""
    given = {
        "id": uuid4(),
        "unit": unit,
        "name": name,
        "basis": basis,
        "starts_on": parse_day(starts_on, field="from") or today(now()),
        "ends_on": parse_day(ends_on, field="until"),
        "yearly_from": str(MonthDay.read(yearly_from, field="yearly_from")) if yearly_from else None,
        "yearly_to": str(MonthDay.read(yearly_to, field="yearly_to")) if yearly_to else None,
        "pace": pace,
        "closed": [read_section(one, field="closed") for one in closed or []],
    }
    try:
        sent = LimitIn.model_validate(given)
    except ValidationError as error:
        raise _problems(error) from None
    with console_session() as session:
        told = limit_out(add_limit(session, viewer=console_viewer(), sent=sent), on=today(now()))
    _say(told, as_json=as_json)


@limit_app.command()
def end(
    limit: Annotated[str, typer.Argument(help="Its id, as `patrol limit list` shows it.")],
    *,
    reason: Annotated[str, typer.Option(help="Why it holds no longer.")],
    on: Annotated[str | None, typer.Option(metavar=DAY, help="The last day; today if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say that a season or closed stretch holds no longer; it stays in the list."""
    try:
        limit_id = UUID(limit)
        sent = LimitEndIn(ends_on=parse_day(on, field="on") or today(now()), reason=reason)
    except ValidationError as error:
        raise _problems(error) from None
    except ValueError:
        raise InvalidInput(N_("There is no such season or closed stretch."), field="limit") from None
    with console_session() as session:
        held = end_limit(session, viewer=console_viewer(), limit_id=limit_id, sent=sent)
        told = limit_out(held, on=today(now()))
    _say(told, as_json=as_json)


def _say(told: LimitOut, *, as_json: bool) -> None:
    if as_json:
        print_json(told.model_dump(mode="json"))
    else:
        typer.echo(str(told.id))


def _problems(error: ValidationError) -> Problems:
    return Problems(
        [
            InvalidInput("%(why)s", field=".".join(map(str, found["loc"])) or None, why=found["msg"])
            for found in error.errors()
        ]
    )
