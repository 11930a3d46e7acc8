"""The chain of events and the installation's keys at the console."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from borderops.audit.actions import record_event
from borderops.audit.heads import HeadFile
from borderops.audit.queries import EventFilter, list_events
from borderops.audit.schemas import EventOut
from borderops.audit.verification import Verification, VerificationFile, verify_chain
from borderops.audit.walk import HARM_TEXTS, Finding
from borderops.core.clock import now
from borderops.core.console import (
    console_language,
    console_viewer,
    open_installation,
    parse_day,
    print_json,
    stderr,
)
from borderops.core.messages import N_, Message
from borderops.core.settings import load_settings
from borderops.core.signing import SigningKeys, key_id, public_pem
from borderops.ui.languages import Translator, get_translator

audit_app = typer.Typer(
    no_args_is_help=True, help="The chain of events: what happened, and whether it stands."
)
keys_app = typer.Typer(no_args_is_help=True, help="The keys that the installation signs with.")

#: The exit code where the chain, or a signed file, is not what was written.
TAMPERED = 10

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@audit_app.command()
def verify(
    head: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HASH", help="A hash from a printed report: is it in the chain? May be repeated."
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Walk the chain of events and name the first that was altered, inserted, moved or removed.

    Exit code 0: it is whole. 10: it is not.
    """
    say = get_translator(console_language())
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with (
        open_installation() as installation,
        Progress(*columns, console=stderr, transient=True, disable=as_json) as bar,
        installation.transaction() as session,
    ):
        task = bar.add_task(say.t(N_("Walking the chain")), total=None)
        home = installation.settings.home
        found = verify_chain(
            session,
            heads=HeadFile(home),
            now=now(),
            printed=head or (),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
        VerificationFile(home).keep(found)
    if as_json:
        print_json(found.values())
    else:
        _tell(found, say)
    if not found.is_whole:
        raise typer.Exit(TAMPERED)


def say_finding(finding: Finding, say: Translator) -> str:
    """A finding in the reader's language."""
    return say.t(Message(HARM_TEXTS[finding.harm], {"seq": finding.seq, "detail": finding.detail}))


def _tell(found: Verification, say: Translator) -> None:
    for finding in found.findings:
        stderr.print(say_finding(finding, say), style="bold red", markup=False)
    for text, place in found.printed.items():
        if place is not None:
            typer.echo(say.t(N_("%(hash)s is the hash of event %(seq)s."), hash=text, seq=place))
    if found.unsigned:
        typer.echo(
            say.t(
                N_("Events after the signed head: %(n)s. They are signed with the next one."),
                n=found.unsigned,
            ),
            err=True,
        )
    if found.is_whole:
        typer.echo(
            say.n("The chain is whole: %(n)s event.", "The chain is whole: %(n)s events.", found.events)
        )
        typer.echo(found.hash)


@audit_app.command()
def reseal(
    reason: Annotated[str, typer.Option(help="Why, for the record: a backup was restored, for example.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Sign the chain as it is now, after its head was lost or the database was set back. It is an event.

    The former head is put aside in the data folder; hashes that were printed still tell what it was.
    """
    with open_installation() as installation, installation.transaction() as session:
        aside = HeadFile(installation.settings.home).put_aside()
        record_event(
            session,
            viewer=console_viewer(),
            action="reseal_chain",
            subject_kind="installation",
            subject_id="signed_head",
            before={"head": aside.read_text(encoding="utf-8", errors="replace") if aside else None},
            reason=reason,
        )
    if as_json:
        print_json({"former": str(aside) if aside else None})
        return
    say = get_translator(console_language())
    if aside is not None:
        typer.echo(say.t(N_("The former head lies in %(file)s."), file=aside))
    typer.echo(say.t(N_("The chain is signed as it is now.")))


@audit_app.command("list")
def list_(
    *,
    actor: Annotated[str | None, typer.Option(help="Who did it.")] = None,
    action: Annotated[str | None, typer.Option(help="What was done, such as record_inspection.")] = None,
    subject: Annotated[str | None, typer.Option(help="The id of what it was done to.")] = None,
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="From this day on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="Up to this day.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """What happened, newest first."""
    asked = EventFilter(
        actor=actor,
        action=action,
        subject_id=subject,
        since=parse_day(since, field="since"),
        until=parse_day(until, field="until"),
    )
    with open_installation() as installation, installation.transaction() as session:
        page = list_events(session, viewer=console_viewer(), asked=asked, limit=limit)
    if as_json:
        print_json([EventOut.model_validate(event).model_dump(mode="json") for event in page.events])
        return
    say = get_translator(console_language())
    headings = (N_("No."), N_("When"), N_("Who"), N_("What"), N_("On what"))
    table = Table(*(say.t(heading) for heading in headings))
    for event in page.events:
        subject_text = f"{event.subject_kind} {event.subject_id}"
        table.add_row(str(event.seq), say.moment(event.at), event.actor, event.action, subject_text)
    Console().print(table)
    stderr.print(say.n("%(n)s event", "%(n)s events", page.total))


@keys_app.command()
def show(*, as_json: AsJson = False) -> None:
    """Print the public key that checks what this installation signs; give it to whoever receives files."""
    keys = SigningKeys(load_settings().home / "keys")
    key = keys.public()
    name = key_id(key)
    if as_json:
        former = [{"id": one, "public_key": public_pem(held)} for one, held in keys.known().items()]
        print_json(
            {"id": name, "public_key": public_pem(key), "file": str(keys.public_path(name)), "known": former}
        )
        return
    typer.echo(name)
    typer.echo(public_pem(key), nl=False)
    typer.echo(str(keys.public_path(name)), err=True)


@keys_app.command()
def rotate(
    reason: Annotated[str, typer.Option(help="Why, for the record.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Sign with a new key from now on; the old public key goes on checking what was signed before."""
    with open_installation() as installation, installation.transaction() as session:
        old, new = SigningKeys(installation.settings.home / "keys").rotate()
        record_event(
            session,
            viewer=console_viewer(),
            action="rotate_signing_key",
            subject_kind="installation",
            subject_id="signing_key",
            before={"key": old},
            after={"key": new},
            reason=reason,
        )
    if as_json:
        print_json({"old": old, "new": new})
        return
    typer.echo(new)
