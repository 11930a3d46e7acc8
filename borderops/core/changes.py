"""Telling the derived tables what changed, without the lower slice knowing who derives.

An action touches the features whose history it added to. Before the transaction commits, everything that
was touched is handed to the functions that the composition root gave to the session (`derive`), so what
is derived changes in the same transaction as what it is derived from.
"""

from collections.abc import Callable, Iterable
from typing import Protocol
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session


class Derive(Protocol):
    """Brings what is derived from the given features up to date, within the session's transaction."""

    def __call__(self, session: Session, *, feature_ids: frozenset[UUID]) -> None:
        """Derive for these features."""


_TOUCHED = "touched_features"
_DERIVE = "derive"


def session_info(derive: Iterable[Derive]) -> dict[str, object]:
    """The `info` for a sessionmaker, so that its sessions derive by these functions."""
    return {_DERIVE: tuple(derive)}


def touch(session: Session, *, feature_ids: Iterable[UUID]) -> None:
    """Note that the history of these features has grown in this transaction."""
    touched: set[UUID] = session.info.setdefault(_TOUCHED, set())
    touched.update(feature_ids)


def lock_features(session: Session, *, feature_ids: Iterable[UUID]) -> None:
    """Wait until nobody else writes to these features, and let nobody until this transaction ends.

    What is read after it is what the last writer left.
    """
    for feature_id in sorted(feature_ids):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(feature_id), 0))))


def lock_name(session: Session, *, name: str) -> None:
    """Wait until nobody else gives this number or code to a feature, until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 1))))


def settle(session: Session) -> None:
    """Derive anew for everything touched so far; called before each commit, or earlier to read the result."""
    touched: set[UUID] = session.info.pop(_TOUCHED, set())
    if not touched:
        return
    session.flush()
    derivations: tuple[Callable[..., None], ...] = session.info.get(_DERIVE, ())
    for derive in derivations:
        derive(session, feature_ids=frozenset(touched))
