"""Reading the founding files and adding what is not in the register yet."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from borderops.core.clock import start_of_day
from borderops.core.database import Base
from borderops.core.viewer import Viewer
from borderops.markers.models import Feature

#: Ids of founding rows are made from what identifies them, so that loading again finds them.
NAMESPACE = UUID("6f1d5a3e-3c55-5f0b-9a7e-0d0a8e6c2b10")

Row = dict[str, str]


def founding_id(*parts: str) -> UUID:
    """The id of the founding row with these identifying parts."""
    return uuid5(NAMESPACE, "\x1f".join(parts))


@dataclass
class Loaded:
    """How many rows of each table a load added."""

    added: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All rows together."""
        return sum(self.added.values())


class FoundingTables:
    """One load in progress: the files, the session, and what was added so far."""

    def __init__(self, session: Session, viewer: Viewer, now: datetime, folder: Path) -> None:
        self.session = session
        self.viewer = viewer
        self.now = now
        self.folder = folder
        self.loaded = Loaded()
        self.opening = session.scalar(select(func.count()).select_from(Feature)) == 0
        self.published: dict[str, date | None] = {}
        self.feature_ids: dict[str, UUID] = dict(session.execute(select(Feature.code, Feature.id)).all())

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a file; cells without text are left out."""
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {column: text for column, text in row.items() if text}

    def add(self, table: type[Base], values: Iterable[dict[str, Any]], *, by: tuple[str, ...] = ()) -> None:
        """Insert the rows that are not there, by primary key or, for serial keys, by these columns."""
        held: set[tuple[object, ...]] = set()
        if by:
            columns = [getattr(table, name) for name in by]
            held = {tuple(map(_identity, row)) for row in self.session.execute(select(*columns))}
        new = [row for row in values if not by or tuple(_identity(row[name]) for name in by) not in held]
        if not new:
            return
        made = self.session.execute(
            insert(table)
            .values([{**row, "recorded_by": self.viewer.name} for row in new])
            .on_conflict_do_nothing()
            .returning(literal(1))
        ).all()
        if made:
            self.loaded.added[str(table.__tablename__)] = self.loaded.added.get(
                str(table.__tablename__), 0
            ) + len(made)

    def always(self) -> datetime | None:
        """Since when the identity and place of things is known: always, or now once the register is open."""
        return None if self.opening else self.now

    def since(self, source: str | None) -> datetime:
        """Since when a statement is known: its document's date at the opening, else now."""
        published = self.published.get(source or "")
        return start_of_day(published) if self.opening and published else self.now


def _identity(value: object) -> object:
    """A value as it compares whether it comes from a file or from the database."""
    return (value.lower, value.upper) if isinstance(value, Range) else value
