"""Every read of the register: features, lists, counts and GeoJSON, each as of a date and for a viewer."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Float, Select, Text, any_, bindparam, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from borderops.boundary.queries import list_units
from borderops.core.asof import AsOf
from borderops.core.database import Moment
from borderops.core.errors import NotFound
from borderops.core.geojson import collection
from borderops.core.lookups import Question
from borderops.core.messages import N_
from borderops.core.reading import Reading, as_question, fetch_texts
from borderops.core.viewer import Sees, Viewer
from borderops.markers.models import Feature, FeatureName
from borderops.markers.numbers import looks_like_number, parse_number
from borderops.markers.rules import Kind
from borderops.markers.scope import readable
from borderops.register.features import FeatureOnDay, feature_columns, feature_on_day
from borderops.register.filters import (
    AUDIENCE,
    READS,
    RegisterFilter,
    conditions,
    dates,
    holding,
    limits,
    seen_by,
    visibility_values,
    visible,
    within,
)
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


def gate_names(session: Session, *, viewer: Viewer) -> dict[str, tuple[str, ...]]:
    """The names and spellings of every gate that the viewer may see, by its code."""
    seen = readable(Feature.id, viewer=viewer)
    called: dict[str, list[str]] = {}
    names = (Feature.name_vi, Feature.name_en, Feature.name_lo)
    for code, *told in session.execute(select(Feature.code, *names).where(Feature.kind == Kind.GATE, *seen)):
        called[code] = [name for name in told if name]
    spellings = select(Feature.code, FeatureName.name).join(FeatureName, FeatureName.feature_id == Feature.id)
    for code, name in session.execute(spellings.where(*seen)):
        called.setdefault(code, []).append(name)
    if viewer.sees == Sees.SHARED:
        shared = select(FeaturePeriod.code, FeaturePeriod.geojson)
        for code, geojson in session.execute(
            shared.where(FeaturePeriod.kind == Kind.GATE, *visible(viewer)).distinct()
        ):
            called.setdefault(code, []).extend(json.loads(geojson)["properties"].get("names", {}).values())
    return {code: tuple(told) for code, told in called.items()}


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
    sorting = _sorting(order, descending)
    # Counting needs every feature of the list; its texts are fetched for this page of it alone.
    page = (
        select(FeaturePeriod.id, func.count().over().label("total"))
        .where(*wanted)
        .order_by(*sorting)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    query = (
        feature_columns()
        .add_columns(page.c.total)
        .join(page, page.c.id == FeaturePeriod.id)
        .order_by(*sorting)
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
        question = as_question(_texts().where(*_conditions(session, viewer=viewer, asked=asked)))
    else:
        shape = replace(asked, at=_ANY_DAY, bbox=None)
        question = _collection(
            shape, boxed=asked.bbox is not None, now_known=asked.at.known_at is None, sees=viewer.sees
        )
    values = {"as_of": asked.at.as_of, "known_at": asked.at.known_at, **visibility_values(viewer)}
    box = dict(zip(BOX, asked.bbox or (), strict=False))
    return collection(fetch_texts(session.connection(), question, {**values, **box}))


def _texts() -> Select[str]:
    # Gates have no number, so their code decides among them: the same question has the same answer.
    return select(FeaturePeriod.geojson).order_by(FeaturePeriod.line_order, FeaturePeriod.code)


@lru_cache(maxsize=256)
def _collection(asked: RegisterFilter, *, boxed: bool, now_known: bool, sees: Sees) -> Question:
    """The question for features like those `asked` for, on any day and in any box, of anybody; made once."""
    box = [within(*(bindparam(side, None, type_=Float) for side in BOX))] if boxed else []
    return as_question(
        _texts().where(
            *_on_any_day(now_known=now_known), *_seen_by(sees), *limits(asked, units={}, gates={}), *box
        )
    )


def _seen_by(sees: Sees) -> list[ColumnElement[bool]]:
    return seen_by(sees, reads=READS, audience=AUDIENCE)


def _on_any_day(*, now_known: bool) -> list[ColumnElement[bool]]:
    known_at = None if now_known else bindparam("known_at", None, type_=Moment)
    return holding(bindparam("as_of", None, type_=Date), known_at)


def feature_geojson(session: Session, *, viewer: Viewer, address: str, at: AsOf) -> bytes:
    """One feature as an RFC 7946 Feature. Raises NotFound."""
    column, key = _address(address)
    texts = fetch_texts(session.connection(), _features_by(column, at=at, viewer=viewer), {"keys": [key]})
    return _found(texts[0] if texts else None, address)


async def find_feature_geojson(reading: Reading, *, viewer: Viewer, address: str, at: AsOf) -> bytes:
    """As `feature_geojson`, by the event loop itself. Raises NotFound."""
    column, key = _address(address)
    question = _features_by(column, at=at, viewer=viewer)
    return _found(await reading.find(question, str(key), viewer=viewer), address)


def _found(text: bytes | None, address: str) -> bytes:
    if text is None:
        raise _no_feature(address)
    return text


@lru_cache(maxsize=1024)
def _features_by(column: Column, *, at: AsOf, viewer: Viewer) -> Question:
    """The question for features on that day, for that viewer, by what their addresses speak of."""
    question = _features_on_any_day(column, now_known=at.known_at is None, sees=viewer.sees)
    return question.about({"as_of": at.as_of, "known_at": at.known_at, **visibility_values(viewer)})


@lru_cache(maxsize=64)
def _features_on_any_day(column: Column, *, now_known: bool, sees: Sees) -> Question:
    keys = bindparam("keys", None, type_=ARRAY(column.type))
    return as_question(
        select(FeaturePeriod.geojson, cast(column, Text))
        .where(column == any_(keys))
        .where(*_on_any_day(now_known=now_known), *_seen_by(sees))
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


def find_feature_id(session: Session, *, viewer: Viewer, address: str) -> UUID | None:
    """The id of the feature that bears or ever bore what the address says, of those that the viewer sees."""
    return session.scalar(
        select(FeaturePeriod.feature_id)
        .where(_addressed(address), *visible(viewer))
        .order_by(func.upper_inf(FeaturePeriod.valid).desc(), func.upper_inf(FeaturePeriod.known).desc())
        .limit(1)
    )


def _conditions(session: Session, *, viewer: Viewer, asked: RegisterFilter) -> list[ColumnElement[bool]]:
    named = _is_named(asked)
    return conditions(
        asked,
        viewer=viewer,
        units=list_units(session, viewer=viewer) if named else {},
        gates=gate_names(session, viewer=viewer) if named else {},
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
