"""In whose scope a feature lies: what a viewer reads of the register's own history, and may write to.

PostgreSQL holds the same by row security (migration 0005); a query says it as well, so that neither rests on
the other.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    String,
    any_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from borderops.core.database import Base
from borderops.core.elevation import as_system
from borderops.core.errors import NotAllowed
from borderops.core.messages import N_
from borderops.core.viewer import EVERYTHING, Sees, Viewer
from borderops.markers.models import FeatureScope, FeatureShare
from borderops.markers.numbers import looks_like_number, parse_number

T = TypeVar("T", bound=Base)

#: A column that names a feature.
FeatureColumn = InstrumentedAttribute[UUID]


def in_scope_of(
    feature: FeatureColumn | UUID, units: Iterable[str] | BindParameter[Sequence[str]]
) -> ColumnElement[bool]:
    """That the feature lies today in the scope of any of these units, or of those of a parameter.

    `IS true` keeps it a question about each row: joined, PostgreSQL begins with the scope, whose size it
    guesses as one row, and asks for every feature of a province one by one (measured: 740 ms for 5).
    """
    held = units if isinstance(units, BindParameter) else literal(sorted(units), ARRAY(String))
    return (
        select(FeatureScope.feature_id)
        .where(
            FeatureScope.feature_id == feature,
            FeatureScope.unit_id == any_(held),
            FeatureScope.valid.contains(func.borderops_today()),
        )
        .exists()
        .is_(True)
    )


def units_parameter(name: str) -> BindParameter[Sequence[str]]:
    """The parameter of a statement that is made once, for the units of whoever asks."""
    return bindparam(name, None, type_=ARRAY(String))


def readable(column: FeatureColumn, *, viewer: Viewer) -> list[ColumnElement[bool]]:
    """What limits a viewer among rows of the register's own history; the other side reads none of them."""
    match viewer.sees:
        case Sees.ALL:
            return []
        case Sees.UNITS:
            return [in_scope_of(column, viewer.reads)]
        case _:
            return [false()]


def find_shared(session: Session, *, viewer: Viewer, address: str) -> FeatureShare | None:
    """What is shared today of the feature so addressed with the province that the viewer speaks for.

    Of its number, a gate's code or its id; None where nothing of it is.
    """
    if viewer.sees != Sees.SHARED:
        return None
    try:
        meant: ColumnElement[bool] = FeatureShare.feature_id == UUID(address)
    except ValueError:
        named = str(parse_number(address)) if looks_like_number(address) else address.strip().casefold()
        meant = or_(FeatureShare.number == named, FeatureShare.code == named)
    return session.scalar(
        select(FeatureShare)
        .where(
            meant,
            FeatureShare.audience == viewer.audience,
            FeatureShare.valid.contains(func.borderops_today()),
        )
        .order_by(FeatureShare.number.is_(None), FeatureShare.feature_id)
        .limit(1)
    )


def find_anywhere(session: Session, model: type[T], row_id: UUID) -> T | None:
    """The row of the id, in whoever's part of the line: ids are made by clients, and none is used twice."""
    with as_system(session):
        return session.get(model, row_id)


def is_readable(session: Session, *, viewer: Viewer, feature_id: UUID) -> bool:
    """Whether the feature's own history is open to the viewer."""
    if viewer.sees_all:
        return True
    return viewer.sees == Sees.UNITS and _has(session, viewer.reads, feature_id)


def is_writable(session: Session, *, viewer: Viewer, feature_id: UUID) -> bool:
    """Whether the feature lies where the viewer may write; what they may write is another question.

    Who reads the whole register for one duty writes only where another gives them a part of the line.
    """
    return EVERYTHING in viewer.permissions or _has(session, viewer.writes, feature_id)


def _has(session: Session, units: Iterable[str], feature_id: UUID) -> bool:
    return session.scalar(select(in_scope_of(feature_id, units))) or False


def check_writable(session: Session, *, viewer: Viewer, feature_id: UUID) -> None:
    """Raise NotAllowed where the feature lies in another unit's part of the line."""
    if not is_writable(session, viewer=viewer, feature_id=feature_id):
        raise NotAllowed(
            N_("This lies outside your unit's part of the line; you may read it, not write to it.")
        )
