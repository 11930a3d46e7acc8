"""The program at the console: where commands get their database, their settings and their errors told."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy.orm import Session, sessionmaker

from borderops.core.changes import Derive
from borderops.core.cluster import database_addresses
from borderops.core.database import Database, upgrade
from borderops.core.errors import InvalidInput
from borderops.core.messages import N_, Message
from borderops.core.settings import Settings, load_settings
from borderops.core.viewer import LOCAL_OPERATOR, Viewer

#: Progress and errors go here, so that what a command prints can be piped.
stderr = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Installation:
    """The installation that a command works on."""

    settings: Settings
    database: Database

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One transaction (see `Database.transaction`)."""
        with self.database.transaction() as session:
            yield session


#: What keeps derived tables true in every command's sessions; set once by the composition root (`cli`).
_derive: list[Derive] = []


def derive_by(functions: Sequence[Derive]) -> None:
    """Let the sessions of all commands derive by these functions."""
    _derive[:] = functions


#: For whom the command works: the person named by `--as`, else whoever has the machine and its data folder.
_viewer: ContextVar[Viewer] = ContextVar("console_viewer", default=LOCAL_OPERATOR)


def console_viewer() -> Viewer:
    """For whom the command works."""
    return _viewer.get()


@contextmanager
def working_for(viewer: Viewer) -> Iterator[None]:
    """Let what is done inside be done for this viewer."""
    token = _viewer.set(viewer)
    try:
        yield
    finally:
        _viewer.reset(token)


#: What else is done to every command's sessions, given the data folder; set once by the composition root.
_prepare: list[Callable[[sessionmaker[Session], Path], None]] = []


def prepare_by(functions: Sequence[Callable[[sessionmaker[Session], Path], None]]) -> None:
    """Let these functions prepare the sessions of all commands."""
    _prepare[:] = functions


def tell(message: Message | str) -> None:
    """Say what is being done, on the error stream."""
    stderr.print(str(message), style="dim")


@contextmanager
def open_installation(*, quiet: bool = True) -> Iterator[Installation]:
    """The installation that the settings name, its database running and migrated; given back at the end."""
    settings = load_settings()
    progress = (lambda _message: None) if quiet else tell
    with database_addresses(settings, progress) as addresses:
        upgrade(addresses.owner)
        database = Database(addresses.app, derive=tuple(_derive), viewer=console_viewer())
        for prepare in _prepare:
            prepare(database.sessions, settings.home)
        try:
            yield Installation(settings, database)
        finally:
            database.close()


@contextmanager
def console_session() -> Iterator[Session]:
    """A transaction on the installation's database, for a command that needs nothing else."""
    with open_installation() as installation, installation.transaction() as session:
        yield session


def parse_day(text: str | None, *, field: str) -> date | None:
    """The date that an option names. Raises InvalidInput."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(N_("Give a date such as 2024-06-30."), field=field) from None


def print_json(value: Any) -> None:
    """Print a JSON value for programs, as UTF-8 text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def console_language() -> str:
    """The language of the console: BORDEROPS_LANG, or the locale's where it is one of ours, else English."""
    names = ("BORDEROPS_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    asked = next((os.environ[name] for name in names if os.environ.get(name)), "en")
    language = asked.replace(".", "_").partition("_")[0]
    return language if language in {"vi", "lo", "en"} else "en"
