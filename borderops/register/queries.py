"""Every read of the register: features, lists, counts and GeoJSON, each as of a date and for a viewer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Float, Select, bindparam, func, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from borderops.boundary.queries import list_units
from borderops.core.asof import AsOf
from borderops.core.database import Moment
from borderops.core.errors import NotFound
from borderops.core.geojson import collection
from borderops.core.messages import N_
from borderops.core.reading import Question, Reading, Rows, as_question, fetch
from borderops.core.viewer import Viewer
from borderops.markers.models import Feature, FeatureName
from borderops.markers.numbers import looks_like_number, parse_number
from borderops.markers.rules import Kind
from borderops.register.features import FeatureOnDay, feature_columns, feature_on_day
from borderops.register.filters import RegisterFilter, conditions, dates, holding, limits, visible, within
from borderops.register.models import FeaturePeriod


class Order(StrEnum):
    """How a list is sorted; a leading minus turns it round."""

    NUMBER = "number"
    STATE = "state"
    SINCE = "since"
    LAST_VISIT = "last_visit_on"
    DUTY = "responsible_side"
    PROVINCE = "province"
    KIND = "kind"


#: The sides of a box, by the names that they have as parameters.
BOX = ("west", "south", "east", "north")

#: A number as the register prints it, which is how programs ask: nothing is to be read out of it.
_PRINTED = re.compile(r"[1-9][0-9]{0,2}(?:/[1-9][0-9]?)?(?:\([1-3]\))?")

#: What sorts after every number on the line, as SQL.
_LAST = str(2**62)

#: Stands in a filter for the days that a question is asked about.
_ANY_DAY = AsOf(date.min)

#: A column of the periods, whatever it holds.
Column = InstrumentedAttribute[Any]

#: From what calls for action first to what does not.
STATE_ORDER = (
    "destroyed",
    "reported_destroyed",
    "not_found",
    "severe",
    "poor",
    "overdue",
    "never_inspected",
    "seen",
    "fair",
    "good",
)


@dataclass(frozen=True)
class FeaturePage:
    """A part of a list, and how many features the whole list has."""

    features: Sequence[FeatureOnDay]
    total: int


def gate_names(session: Session) -> dict[str, tuple[str, ...]]:
    """The names and spellings of every gate, by its code."""
    spellings: dict[str, list[str]] = {}
    for code, name in session.execute(
        select(Feature.code, FeatureName.name).join(FeatureName, FeatureName.feature_id == Feature.id)
    ):
        spellings.setdefault(code, []).append(name)
    rows = session.execute(
        select(Feature.code, Feature.name_vi, Feature.name_en, Feature.name_lo).where(
            Feature.kind == Kind.GATE
        )
    )
    return {code: (*(name for name in names if name), *spellings.get(code, ())) for code, *names in rows}


def list_features(
    session: Session,
    *,
    viewer: Viewer,
    asked: RegisterFilter,
    order: Order = Order.NUMBER,
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> FeaturePage:
    """The features that the filter asks for, in order."""
    wanted = _conditions(session, viewer=viewer, asked=asked)
    query = (
        feature_columns()
        .add_columns(func.count().over().label("total"))
        .where(*wanted)
        .order_by(*_sorting(order, descending))
        .limit(limit)
        .offset(offset)
    )
    rows = session.execute(query).all()
    if rows:
        return FeaturePage([feature_on_day(row) for row in rows], rows[0].total)
    beyond = offset > 0  # a page past the end has no row that says how many there are
    total = session.scalar(select(func.count()).select_from(FeaturePeriod).where(*wanted)) if beyond else 0
    return FeaturePage([], total or 0)


def features_geojson(session: Session, *, viewer: Viewer, asked: RegisterFilter) -> bytes:
    """The features that the filter asks for as an RFC 7946 FeatureCollection, in the order of the line."""
    if _is_named(asked):
        question = as_question(_place_and_text().where(*_conditions(session, viewer=viewer, asked=asked)))
    else:
        shape = replace(asked, at=_ANY_DAY, bbox=None)
        question = _collection(
            shape, boxed=asked.bbox is not None, now_known=asked.at.known_at is None, viewer=viewer
        )
    values = {"as_of": asked.at.as_of, "known_at": asked.at.known_at}
    rows = fetch(session.connection(), question, {**values, **dict(zip(BOX, asked.bbox or (), strict=False))})
    # Sorted here: the database would carry every text through its sort. Gates have no number, so their text
    # decides among them: the same question has the same answer to the letter.
    rows.sort()
    return collection([row[1] for row in rows])


def _place_and_text() -> Select[int, str]:
    return select(func.coalesce(FeaturePeriod.line_order, literal_column(_LAST)), FeaturePeriod.geojson)


@lru_cache(maxsize=256)
def _collection(asked: RegisterFilter, *, boxed: bool, now_known: bool, viewer: Viewer) -> Question:
    """The question for features like those `asked` for, on any day and in any box; made once."""
    box = [within(*(bindparam(side, None, type_=Float) for side in BOX))] if boxed else []
    return as_question(
        _place_and_text().where(
            *_on_any_day(now_known=now_known), *visible(viewer), *limits(asked, units={}, gates={}), *box
        )
    )


def _on_any_day(*, now_known: bool) -> list[ColumnElement[bool]]:
    known_at = None if now_known else bindparam("known_at", None, type_=Moment)
    return holding(bindparam("as_of", None, type_=Date), known_at)


def feature_geojson(session: Session, *, viewer: Viewer, address: str, at: AsOf) -> bytes:
    """One feature as an RFC 7946 Feature. Raises NotFound."""
    question = _feature_question(viewer=viewer, address=address, at=at)
    return _only(fetch(session.connection(), *question), address)


async def ask_feature_geojson(reading: Reading, *, viewer: Viewer, address: str, at: AsOf) -> bytes:
    """As `feature_geojson`, by the event loop itself. Raises NotFound."""
    question = _feature_question(viewer=viewer, address=address, at=at)
    return _only(await reading.ask(*question, viewer=viewer), address)


def _feature_question(*, viewer: Viewer, address: str, at: AsOf) -> tuple[Question, Mapping[str, object]]:
    column, value = _address(address)
    statement = _one_feature(column, now_known=at.known_at is None, viewer=viewer)
    return statement, {"address": value, "as_of": at.as_of, "known_at": at.known_at}


def _only(rows: Rows, address: str) -> bytes:
    if not rows:
        raise _no_feature(address)
    return str(rows[0][0]).encode()


@lru_cache(maxsize=64)
def _one_feature(column: Column, *, now_known: bool, viewer: Viewer) -> Question:
    """The question for one feature on any day, by what an address speaks of; made once."""
    return as_question(
        select(FeaturePeriod.geojson)
        .where(column == bindparam("address", None, type_=column.type))
        .where(*_on_any_day(now_known=now_known), *visible(viewer))
        .limit(1)
    )


def get_feature(session: Session, *, viewer: Viewer, address: str, at: AsOf) -> FeatureOnDay:
    """One feature, by its number as people write it, a gate's code, or its id. Raises NotFound."""
    row = session.execute(
        feature_columns().where(_addressed(address), *dates(at), *visible(viewer)).limit(1)
    ).first()
    if row is None:
        raise _no_feature(address)
    return feature_on_day(row)


def list_neighbours(
    session: Session, *, viewer: Viewer, feature: FeatureOnDay, at: AsOf, each_way: int = 2
) -> tuple[list[FeatureOnDay], list[FeatureOnDay]]:
    """The features before and after this one on the line, nearest first, by number or else by chainage."""
    if feature.line_order is not None:
        place: Any = FeaturePeriod.line_order
        here: float = feature.line_order
    elif feature.chainage_km is not None:
        # A gate at its marker's place stands after the marker; the kilometre is rounded to the metre.
        place, here = FeaturePeriod.chainage_m, feature.chainage_km * 1000 + 1
    else:
        return [], []
    base = feature_columns().where(
        *dates(at),
        *visible(viewer),
        FeaturePeriod.standing == "standing",
        FeaturePeriod.line_order.is_not(None),
    )
    number = FeaturePeriod.line_order
    before = session.execute(base.where(place < here).order_by(place.desc(), number.desc()).limit(each_way))
    after = session.execute(base.where(place > here).order_by(place, number).limit(each_way))
    return [feature_on_day(row) for row in before], [feature_on_day(row) for row in after]


def count_by(
    session: Session, *, viewer: Viewer, asked: RegisterFilter, names: Sequence[str]
) -> dict[tuple[str | None, ...], int]:
    """How many features there are of each combination of these columns of `FeaturePeriod`."""
    columns = [getattr(FeaturePeriod, name) for name in names]
    rows = session.execute(
        select(*columns, func.count())
        .where(*_conditions(session, viewer=viewer, asked=asked))
        .group_by(*columns)
    )
    return {tuple(row[:-1]): row[-1] for row in rows}


def find_feature_id(session: Session, *, address: str) -> UUID | None:
    """The id of the feature so addressed, at any date; for writing to it."""
    return session.scalar(
        select(FeaturePeriod.feature_id)
        .where(_addressed(address))
        .order_by(func.upper_inf(FeaturePeriod.valid).desc(), func.upper_inf(FeaturePeriod.known).desc())
        .limit(1)
    )


def _conditions(session: Session, *, viewer: Viewer, asked: RegisterFilter) -> list[ColumnElement[bool]]:
    named = _is_named(asked)
    return conditions(
        asked,
        viewer=viewer,
        units=list_units(session, viewer=viewer) if named else {},
        gates=gate_names(session) if named else {},
    )


def _is_named(asked: RegisterFilter) -> bool:
    """Whether the filter has a text, whose meaning depends on what the register holds."""
    return bool(asked.text and asked.text.strip())


def _addressed(address: str) -> ColumnElement[bool]:
    column, value = _address(address)
    return column == value


@lru_cache(maxsize=4096)
def _address(address: str) -> tuple[Column, object]:
    """The column that an address speaks of, and the value it must have there. Raises NotANumber."""
    if _PRINTED.fullmatch(address):
        return FeaturePeriod.number, address
    try:
        return FeaturePeriod.feature_id, UUID(address)
    except ValueError:
        pass
    if looks_like_number(address):
        return FeaturePeriod.number, str(parse_number(address))
    return FeaturePeriod.code, address.strip().casefold()


def _no_feature(address: str) -> NotFound:
    return NotFound(N_("There is no feature %(address)s in the register at that date."), address=address)


def _sorting(order: Order, descending: bool) -> list[Any]:
    state_place: Mapping[str, int] = {state: place for place, state in enumerate(STATE_ORDER)}
    columns: dict[Order, Any] = {
        Order.NUMBER: FeaturePeriod.line_order,
        Order.STATE: func.array_position(list(state_place), FeaturePeriod.state),
        Order.SINCE: FeaturePeriod.since,
        Order.LAST_VISIT: FeaturePeriod.last_visit_on,
        Order.DUTY: FeaturePeriod.responsible_side,
        Order.PROVINCE: FeaturePeriod.lao_province,
        Order.KIND: FeaturePeriod.kind,
    }
    chosen = columns[order]
    first = chosen.desc().nulls_last() if descending else chosen.asc().nulls_last()
    return [first, FeaturePeriod.line_order.asc().nulls_last(), FeaturePeriod.code]
