"""Disclosures at the console."""

from typing import Annotated
from uuid import UUID, uuid4

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from borderops.core.clock import now
from borderops.core.console import console_session, console_viewer, parse_day, print_json, stderr
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.markers.rules import Kind
from borderops.register.actions import add_disclosure, end_disclosure
from borderops.register.cli import AsJson, Province
from borderops.register.disclosure_rules import Part
from borderops.register.disclosure_schemas import DisclosureIn
from borderops.register.disclosures import disclosure_out, get_disclosure, list_disclosures

disclose_app = typer.Typer(no_args_is_help=True, help="What the other side may see.")


@disclose_app.command("list")
def list_shared(
    *,
    province: Annotated[Province | None, typer.Option(help="Lao province.")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Also what was taken back.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is shared with the Lao provinces, by which decision."""
    with console_session() as session:
        held = list_disclosures(session, viewer=console_viewer(), audience=province, ended=ended)
        shown = [disclosure_out(one) for one in held]
    if as_json:
        print_json([one.model_dump(mode="json") for one in shown])
        return
    table = Table("id", "with", "what", "parts", "metres", "from", "until before", "decided by", "ended")
    for one in shown:
        what = one.feature or " ".join(
            word for word in (one.kind or "all", "damaged" if one.damaged_only else "") if word
        )
        table.add_row(
            str(one.id),
            one.audience,
            what,
            ", ".join(one.parts),
            "" if one.fineness_m is None else str(one.fineness_m),
            str(one.valid_from),
            str(one.valid_to or ""),
            one.decided_by,
            one.ended_at.isoformat() if one.ended_at else "",
        )
    Console().print(table)


@disclose_app.command("add")
def add(
    *,
    province: Annotated[Province, typer.Option(help="The Lao province to share with.")],
    part: Annotated[list[Part], typer.Option(help="What is shared; may be repeated.")],
    decided_by: Annotated[str, typer.Option(help="Who decided.")],
    basis: Annotated[str, typer.Option(help="By which document.")],
    feature: Annotated[str | None, typer.Option(help="One feature; by a rule if left out.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only features of this kind.")] = None,
    damaged: Annotated[bool, typer.Option("--damaged", help="Only while they are damaged.")] = False,
    fineness: Annotated[
        int | None, typer.Option(help="Side in metres of the square that coordinates name; 0 is exact.")
    ] = None,
    valid_from: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD")] = None,
    valid_to: Annotated[str | None, typer.Option("--until-before", metavar="YYYY-MM-DD")] = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    as_json: AsJson = False,
) -> None:
    """Share with a Lao province. Prints the decision's id."""
    try:
        sent = DisclosureIn.model_validate(
            {
                "id": uuid4(),
                "audience": province.value,
                "feature": feature,
                "kind": kind,
                "damaged_only": damaged,
                "parts": part,
                "fineness_m": fineness,
                "valid_from": parse_day(valid_from, field="from"),
                "valid_to": parse_day(valid_to, field="until-before"),
                "decided_by": decided_by,
                "legal_basis": basis,
                "reason": reason,
            }
        )
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise InvalidInput(N_("%(name)s cannot be taken as it is."), field=name, name=name) from None
    with console_session() as session:
        made = add_disclosure(session, viewer=console_viewer(), sent=sent, now=now())
        shown = disclosure_out(get_disclosure(session, viewer=console_viewer(), disclosure_id=made.id))
    if as_json:
        print_json(shown.model_dump(mode="json"))
        return
    typer.echo(str(shown.id))


@disclose_app.command("end")
def end(
    disclosure_id: Annotated[UUID, typer.Argument(help="The decision's id.")],
    *,
    reason: Annotated[str, typer.Option(help="Why it is taken back.")],
) -> None:
    """Take back what was shared; that it was shared stays on record."""
    with console_session() as session:
        end_disclosure(
            session, viewer=console_viewer(), disclosure_id=disclosure_id, reason=reason, now=now()
        )
    stderr.print("Taken back.")
