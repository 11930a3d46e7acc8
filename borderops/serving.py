"""Serving the application on this machine, for real and as a demonstration."""

from typing import Annotated

import typer
import uvicorn

from borderops.app import make_app
from borderops.core.clock import now
from borderops.core.console import Installation, console_viewer, open_installation, stderr
from borderops.core.memory import keep_memory, leave_alone
from borderops.core.reading import DirectReading
from borderops.register.founding import load_founding_data


def serve(
    port: Annotated[int | None, typer.Option(help="Port; BORDEROPS_PORT or 8000 if left out.")] = None,
) -> None:
    """Serve the register on this machine."""
    with open_installation(quiet=False) as installation:
        _serve(installation, port)


def demo(
    port: Annotated[int | None, typer.Option(help="Port; BORDEROPS_PORT or 8000 if left out.")] = None,
) -> None:
    """Load the Nghệ An data and serve it on this machine."""
    with open_installation(quiet=False) as installation:
        with (
            stderr.status("Loading the Nghệ An data") as status,
            installation.transaction() as session,
        ):
            loaded = load_founding_data(
                session,
                viewer=console_viewer(),
                now=now(),
                progress=lambda step: status.update(f"Loading the Nghệ An data: {step}"),
            )
        stderr.print(
            f"{loaded.total} rows of founding data added." if loaded.total else "The data is there already."
        )
        _serve(installation, port)


def _serve(installation: Installation, port: int | None) -> None:
    settings = installation.settings
    chosen = port or settings.port
    database = installation.database
    app = make_app(
        sessions=database.sessions,
        reading=DirectReading(database.engine),
        engine=database.engine,
        home=settings.home,
    )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    stderr.print(f"borderops is at http://{host}:{chosen}/", style="bold")
    stderr.print(
        "There is no signing in yet: it listens on this machine only, and whoever sits at it sees all."
    )
    keep_memory()
    leave_alone()
    uvicorn.run(app, host=settings.host, port=chosen, log_level="warning", access_log=False)
