"""Commands that write maps: `borderops map …`."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from borderops.audit.actions import record_read
from borderops.audit.rules import Read
from borderops.boundary.queries import list_units
from borderops.boundary.rules import UnitKind
from borderops.core.clock import now
from borderops.core.console import console_language, console_session, console_viewer, print_json, stderr
from borderops.core.errors import InvalidInput, NotFound, Unavailable
from borderops.core.messages import N_
from borderops.core.web import asked_dates
from borderops.maps.actions import write_damaged_map
from borderops.register.filters import RegisterFilter
from borderops.ui.languages import DEFAULT_LANGUAGE, LANGUAGES, get_translator

app = typer.Typer(no_args_is_help=True, help="Maps of the register, as files.")


@app.callback()
def maps() -> None:
    """Maps of the register, as files."""


@app.command()
def damaged(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write, such as map.html.")],
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day asked about; today if left out.")
    ] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As known by the end of this day; now if left out."),
    ] = None,
    lang: Annotated[str, typer.Option(help="vi, lo or en.")] = DEFAULT_LANGUAGE,
    province: Annotated[
        list[str] | None, typer.Option(help="A Lao province, such as xiangkhouang; may be given again.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was written for programs.")] = False,
) -> None:
    """Write the map of what is damaged into one file that needs no network and no program.

    It opens in any browser, from a USB stick too: the data, the line, the styles and the scripts are inside.
    """
    if lang not in LANGUAGES:
        raise InvalidInput(
            N_("%(given)s is none of the languages %(known)s."), given=lang, known=", ".join(LANGUAGES)
        )
    moment = now()
    at = asked_dates(as_of=_day(as_of), known_at=_day(known_at), moment=moment)
    say = get_translator(console_language())
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        Progress(*columns, console=stderr, transient=True, disable=as_json) as progress,
        console_session() as session,
    ):
        task = progress.add_task("…", total=None)
        known = {
            unit.id
            for unit in list_units(session, viewer=console_viewer()).values()
            if unit.kind == UnitKind.LAO_PROVINCE
        }
        for name in province or ():
            if name not in known:
                raise NotFound(
                    N_("There is no Lao province %(given)s; there are %(known)s."),
                    given=name,
                    known=", ".join(sorted(known)),
                )
        written = write_damaged_map(
            session,
            viewer=console_viewer(),
            asked=RegisterFilter(at=at, province=tuple(province or ()), damaged=True),
            translator=get_translator(lang),
            now=moment,
            progress=lambda step: progress.update(task, description=say.t(step)),
        )
        size = write_file(output, written.html.encode())
        record_read(
            session,
            viewer=console_viewer(),
            read=Read.MAP_FILE,
            question={
                "as_of": at.as_of.isoformat(),
                "known_at": at.known_at.isoformat() if at.known_at else None,
                "province": province or [],
            },
            features=written.features,
        )
    if as_json:
        print_json(
            {
                "file": str(output),
                "bytes": size,
                "features": written.features,
                "without_position": written.unplaced,
                "as_of": at.as_of.isoformat(),
                "known_at": at.known_at.isoformat() if at.known_at else None,
                "language": lang,
            }
        )
        return
    told = N_("%(file)s: features: %(n)s, size: %(size)s MB")
    typer.echo(say.t(told, file=output, n=written.features, size=say.number(size / 1e6, 1)))
    if written.unplaced:
        unplaced = N_("Of these, %(n)s have no position and are not on the map.")
        typer.echo(say.t(unplaced, n=written.unplaced), err=True)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def write_file(path: Path, content: bytes) -> int:
    """Write the file whole, or not at all; its size in bytes. Raises Unavailable."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Unavailable(
            N_("%(file)s cannot be written: %(reason)s"), file=path, reason=error.strerror or error
        ) from error
    return len(content)
