"""Deriving the periods of a whole register, by the program's own rules, on all processors.

The rows are those of `register.derivation.period_rows`; only the way they are written is faster: by COPY,
with the table's indexes made at the end.
"""

import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from borderops.core.database import Database
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.register.derivation import period_rows
from borderops.register.histories import in_batches, list_histories
from borderops.register.models import FeaturePeriod

_BATCH = 250

_COLUMNS = tuple(column.name for column in FeaturePeriod.__table__.columns if column.name != "id")


class DerivedOtherwise(Exception):
    """The table does not hold what the rules derive."""


def derive_all(address: str, owner: str, *, progress: Callable[[int], None]) -> None:
    """Derive the periods of every feature at `address` (SQLAlchemy's); `owner` is the owner's, psycopg's."""
    with psycopg.connect(owner) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM feature ORDER BY line_order")]
    batches = list(in_batches(ids, _BATCH))
    done = 0
    with (
        _without_indexes(owner),
        ProcessPoolExecutor(os.cpu_count() or 1, mp_context=multiprocessing.get_context("spawn")) as pool,
    ):
        for batch in pool.map(_derive, [address] * len(batches), [owner] * len(batches), batches):
            done += batch
            progress(done)


def check_sample(address: str, *, size: int, seed: int) -> int:
    """Derive some features again and compare. Returns how many; raises DerivedOtherwise."""
    database = Database(address, pool_size=1, viewer=LOCAL_OPERATOR)
    try:
        with database.transaction() as session:
            held = select(FeaturePeriod.feature_id).distinct()
            ids = sorted(session.scalars(held))
            sample = random.Random(seed).sample(ids, min(size, len(ids)))
            for history in list_histories(session, feature_ids=sample):
                rows = session.execute(
                    select(*(getattr(FeaturePeriod, name) for name in _COLUMNS if name != "geom")).where(
                        FeaturePeriod.feature_id == history.feature.id
                    )
                )
                stored = {_comparable(dict(row._mapping)) for row in rows}
                derived = {_comparable(row) for row in period_rows(history)}
                if stored != derived:
                    raise DerivedOtherwise(f"the periods of {history.feature.code} are not what is derived")
    finally:
        database.close()
    return len(sample)


def _derive(address: str, owner: str, batch: list[UUID]) -> int:
    database = Database(address, pool_size=1, viewer=LOCAL_OPERATOR)
    try:
        with database.transaction() as session:
            histories = list_histories(session, feature_ids=batch)
        with (
            psycopg.connect(owner) as connection,  # COPY is not for those under row security
            connection.cursor() as cursor,
            cursor.copy(f"COPY feature_period ({', '.join(_COLUMNS)}) FROM STDIN") as copy,
        ):
            for history in histories:
                for row in period_rows(history):
                    copy.write_row([_text(row[name]) for name in _COLUMNS])
    finally:
        database.close()
    return len(batch)


def _text(value: Any) -> Any:
    if not isinstance(value, Range):
        return value
    begin = "(" if value.lower is None else f"[{value.lower}"
    return f"{begin},{value.upper or ''})"


def _comparable(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(
        tuple(value)
        if isinstance(value, list)
        else (value.lower, value.upper)
        if isinstance(value, Range)
        else value
        for name in _COLUMNS
        if name != "geom"
        for value in [row[name]]
    )


@contextmanager
def _without_indexes(owner: str) -> Iterator[None]:
    """The table without its indexes and its exclusion while the block lasts; both are made again after."""
    with psycopg.connect(owner) as connection:
        constraints = connection.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = 'feature_period'::regclass AND contype IN ('x', 'f')"
        ).fetchall()
        for name, _ in constraints:
            connection.execute(f"ALTER TABLE feature_period DROP CONSTRAINT {name}")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'feature_period' "
            "AND indexname <> 'pk_feature_period'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
    yield
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            connection.execute(definition)
        for name, definition in constraints:
            connection.execute(f"ALTER TABLE feature_period ADD CONSTRAINT {name} {definition}")
        connection.execute("VACUUM ANALYZE")
