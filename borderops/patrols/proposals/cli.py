"""Having a plan proposed at the console."""

from datetime import time
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from borderops.core.clock import now
from borderops.core.console import console_language, console_viewer, open_installation, print_json, stderr
from borderops.core.errors import InvalidInput, NotFound
from borderops.core.messages import N_
from borderops.patrols.proposals.runs import adopt_run, begin_run, calculate, get_run, run_out
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.queries import HeldPatrol, get_patrol, list_patrols
from borderops.patrols.walking.brought import FOLDER
from borderops.ui.languages import get_translator


def propose(
    patrol: Annotated[str, typer.Argument(help="The patrol's code (2026-014) or its id.")],
    *,
    seconds: Annotated[float, typer.Option(help="How long to calculate, 1 to 120.")] = 10,
    seed: Annotated[int, typer.Option(help="The same seed gives the same plan.")] = 1,
    pin: Annotated[list[str] | None, typer.Option(help="A feature that must be visited.")] = None,
    forbid: Annotated[list[str] | None, typer.Option(help="A feature that must not be visited.")] = None,
    sets_out: Annotated[
        str | None, typer.Option(metavar="HH:MM", help="From when one walks; by the sunrise if left out.")
    ] = None,
    back_by: Annotated[
        str | None, typer.Option(metavar="HH:MM", help="Until when one is back; by the sunset if left out.")
    ] = None,
    adopt: Annotated[bool, typer.Option("--adopt", help="Take the proposal into the plan.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Have a plan proposed for a draft: which features to visit, in which order."""
    out, back = _time(sets_out, field="sets_out"), _time(back_by, field="back_by")
    if out is not None and back is not None and not out < back:
        raise InvalidInput(N_("One sets out before one is back."), field="back_by")
    wish = Wish(
        seconds=seconds, seed=seed, pins=pin or [], forbidden=forbid or [], sets_out=out, back_by=back
    )
    with open_installation() as installation:
        sessions, viewer = installation.database.sessions, console_viewer()
        with installation.transaction() as session:
            held = find_patrol(session, patrol)
            run_id = begin_run(session, viewer=viewer, patrol_id=held.id, wish=wish, now=now()).id
        with stderr.status(get_translator(console_language()).t(N_("Calculating …"))):
            calculate(sessions, viewer=viewer, run_id=run_id, folder=installation.settings.home / FOLDER)
        with installation.transaction() as session:
            told = run_out(get_run(session, viewer=viewer, patrol_id=held.id, run_id=run_id), now=now())
            if adopt:
                adopt_run(session, viewer=viewer, patrol_id=held.id, run_id=run_id)
    if as_json:
        print_json(told.model_dump(mode="json"))
        return
    result = told.result or {}
    for stop in result.get("stops", []):
        where = stop.get("feature") or stop["place"]["name"]
        who = "+".join([stop["team"], *stop["together"]])
        typer.echo(f"{stop['day']}  {who}  {stop.get('at', '')[:5]}  {stop['kind']}  {where}")
    stderr.print(f"{result.get('worth', 0)} / {result.get('bound', 0)}", markup=False)


def find_patrol(session: Session, address: str) -> HeldPatrol:
    """The patrol by its code or its id. Raises NotFound."""
    viewer = console_viewer()
    try:
        return get_patrol(session, viewer=viewer, patrol_id=UUID(address))
    except ValueError:
        pass
    found = [held for held in list_patrols(session, viewer=viewer) if held.code == address.strip()]
    if not found:
        raise NotFound(N_("There is no such patrol among those you take part in."), field="patrol")
    return found[0]


def _time(text: str | None, *, field: str) -> time | None:
    """The time of day. Raises InvalidInput."""
    if text is None:
        return None
    try:
        given = time.fromisoformat(text)
    except ValueError:
        given = None
    if given is None or given.tzinfo is not None:
        raise InvalidInput(N_("Give a time of day such as 06:30."), field=field)
    return given
