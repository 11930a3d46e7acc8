"""The application as `borderops serve` serves it, in a process of its own, on a free port of loopback."""

import multiprocessing
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from benchmarks.drawn import smallest_page
from borderops.app import DERIVE, make_app
from borderops.core.database import Database
from borderops.core.memory import keep_memory, leave_alone
from borderops.core.reading import DirectReading

#: Where the smallest folium page is served, beside the application's own pages.
SMALLEST = "/benchmark/smallest"

#: Folium writes its scripts and styles into its page, which the program's own policy forbids.
FOLIUMS = "default-src 'self' 'unsafe-inline'; img-src 'self' data:"


@contextmanager
def serving(address: str | None) -> Iterator[int]:
    """The port of the application on this database, or, without one, of an app with one empty route."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(address, listening), daemon=True
        )
        process.start()
        try:
            yield listening.getsockname()[1]
        finally:
            process.terminate()
            process.join()


def _serve(address: str | None, listening: socket.socket) -> None:
    with tempfile.TemporaryDirectory() as home:
        if address is None:
            app, database = _empty(), None
        else:
            database = Database(address, derive=DERIVE)
            app = make_app(
                sessions=database.sessions,
                reading=DirectReading(database.engine),
                engine=database.engine,
                home=Path(home),
            )
            _add_smallest(app)
        keep_memory()
        leave_alone()
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, timeout_keep_alive=600)
        )
        server.run(sockets=[listening])
        if database is not None:
            database.close()


def _empty() -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def empty() -> None:
        """Nothing, by the framework's fastest way."""

    return app


def _add_smallest(app: FastAPI) -> None:
    @app.get(SMALLEST, include_in_schema=False)
    def smallest(data_url: str) -> HTMLResponse:
        """The smallest folium page that draws the points at `data_url`."""
        return HTMLResponse(smallest_page(data_url), headers={"Content-Security-Policy": FOLIUMS})
