"""Rules and figures at the console: what is set, by which basis, and setting them anew."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from borderops.boundary.queries import list_settings
from borderops.core.clock import now, today
from borderops.core.console import console_session, console_viewer, parse_day, print_json, stderr
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.register.cli import AsJson, Day
from borderops.register.settings import change_setting

settings_app = typer.Typer(no_args_is_help=True, help="Rules and figures with their legal basis.")


@settings_app.command("list")
def show(*, as_of: Day = None, as_json: AsJson = False) -> None:
    """Show every rule and figure in force on a day, with its basis and how well that is grounded."""
    day = parse_day(as_of, field="as-of") or today(now())
    with console_session() as session:
        held = list_settings(session, on=day)
        told = [
            {
                "key": setting.key,
                "value": setting.value,
                "valid_from": setting.valid.lower,
                "legal_basis": setting.legal_basis,
                "source": setting.source_id,
                "mark": setting.mark,
                "note": setting.note,
            }
            for setting in held
        ]
    if as_json:
        print_json(told)
        return
    table = Table(Column("key", overflow="fold"), "value", "from", "mark", "legal basis")
    for one in told:
        table.add_row(
            one["key"], str(one["value"]), str(one["valid_from"] or ""), one["mark"], one["legal_basis"]
        )
    Console().print(table)


@settings_app.command("set")
def change(
    key: Annotated[str, typer.Argument(help="As `settings list` shows it.")],
    value: Annotated[str, typer.Argument(help="A number, or a text such as even=VN,odd=LA.")],
    *,
    basis: Annotated[str, typer.Option(help="The document and article that sets it.")],
    valid_from: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="Today if left out.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What a reader should know.")] = None,
) -> None:
    """Set a rule or figure from a day on. What held before stays for the days before."""
    moment = now()
    with console_session() as session:
        change_setting(
            session,
            viewer=console_viewer(),
            key=key,
            value=_value(value),
            legal_basis=basis,
            valid_from=parse_day(valid_from, field="from") or today(moment),
            note=note,
            now=moment,
        )
    stderr.print(f"{key} = {value}", markup=False)


def _value(text: str) -> Any:
    """A figure as a number, anything else as the text it is. Raises InvalidInput for a figure below 0."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, bool) or not isinstance(value, int | float):
        return text
    if value < 0:
        raise InvalidInput(N_("Give a number of at least 0."), field="value")
    return value
