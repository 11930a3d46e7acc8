"""What a reader asks the register for: the two dates, and which features."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, String, bindparam, false, func, literal_column, or_
from sqlalchemy.orm import InstrumentedAttribute

from borderops.boundary.queries import UnitFacts
from borderops.core.asof import AsOf
from borderops.core.viewer import OWN, Sees, Viewer
from borderops.core.words import find_meant
from borderops.inspections.rules import State
from borderops.markers.numbers import NotANumber, NumberRange, looks_like_number, parse_numbers, parse_range
from borderops.markers.rules import Kind, Standing
from borderops.markers.scope import in_scope_of, units_parameter
from borderops.register.models import FeaturePeriod

#: What a list shows unless asked otherwise: what stands, and what should stand and was lost.
PRESENT = (Standing.STANDING, Standing.LOST)


#: A longitude or latitude, or a parameter for one.
Degrees = float | BindParameter[float]


@dataclass(frozen=True)
class RegisterFilter:
    """Which features, at which dates. Empty fields do not limit; several values of one field are "any of".

    `province` is a Lao province's id; `unit` the id of any unit (commune, district, post, company);
    `section` a stretch from one number to another; `bbox` is west, south, east, north in degrees;
    `text` what a person typed: a number, numbers, or a place.
    """

    at: AsOf
    kind: tuple[Kind, ...] = ()
    province: tuple[str, ...] = ()
    state: tuple[State, ...] = ()
    responsible_side: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    section: NumberRange | None = None
    bbox: tuple[float, float, float, float] | None = None
    text: str | None = None
    damaged: bool | None = None
    overdue: bool | None = None
    standing: tuple[str, ...] = field(default=PRESENT)


def conditions(
    asked: RegisterFilter,
    *,
    viewer: Viewer,
    units: Mapping[str, UnitFacts],
    gates: Mapping[str, tuple[str, ...]],
) -> list[ColumnElement[bool]]:
    """The filter as SQL conditions on `FeaturePeriod`, and what the viewer may see.

    `gates` are the names of each gate by its feature's code, for the text search.
    """
    wanted = [*dates(asked.at), *visible(viewer), *limits(asked, units=units, gates=gates)]
    if asked.bbox is not None:
        wanted.append(within(*asked.bbox))
    return wanted


def limits(
    asked: RegisterFilter, *, units: Mapping[str, UnitFacts], gates: Mapping[str, tuple[str, ...]]
) -> list[ColumnElement[bool]]:
    """What the filter asks for besides its dates and its box."""
    period = FeaturePeriod
    wanted: list[ColumnElement[bool]] = []
    columns: list[tuple[tuple[str, ...], InstrumentedAttribute[str] | InstrumentedAttribute[str | None]]] = [
        (asked.kind, period.kind),
        (asked.province, period.lao_province),
        (asked.responsible_side, period.responsible_side),
        (asked.standing, period.standing),
    ]
    # One value as such: PostgreSQL reads an index of places or provinces for that, not for a list of one.
    wanted += [
        column == values[0] if len(values) == 1 else column.in_(values)
        for values, column in columns
        if values
    ]
    if asked.state:
        plain = [state for state in asked.state if state != State.OVERDUE]
        overdue = period.overdue if State.OVERDUE in asked.state else false()
        wanted.append(or_(period.state.in_(plain), overdue))
    if asked.unit:
        wanted.append(period.unit_ids.overlap(list(asked.unit)))
    if asked.section is not None:
        first, last = asked.section.line_orders
        wanted.append(period.line_order.between(first, last))
    if asked.damaged is not None:
        wanted.append(period.damaged.is_(asked.damaged))
    if asked.overdue is not None:
        wanted.append(period.overdue.is_(asked.overdue))
    if asked.text and asked.text.strip():
        wanted.append(_meant_by(asked.text.strip(), units=units, gates=gates))
    return wanted


def within(west: Degrees, south: Degrees, east: Degrees, north: Degrees) -> ColumnElement[bool]:
    """That a feature lies in a box, in degrees or as parameters of a statement that is made once."""
    return FeaturePeriod.geom.op("&&")(func.ST_MakeEnvelope(west, south, east, north, literal_column("4326")))


def visible(viewer: Viewer) -> list[ColumnElement[bool]]:
    """What limits the viewer: to the register's own rows, to some units' features, or to what was shared."""
    return seen_by(viewer.sees, reads=viewer.reads, audience=viewer.audience)


def seen_by(
    sees: Sees,
    *,
    reads: Iterable[str] | BindParameter[Sequence[str]],
    audience: str | BindParameter[str],
) -> list[ColumnElement[bool]]:
    """As `visible`, for how far somebody sees, or for the parameters of a statement that is made once.

    Of what was shared nobody sees a day to come: what is shared from then on is not known before.
    """
    own = FeaturePeriod.audience == literal_column(f"'{OWN}'")
    match sees:
        case Sees.ALL:
            return [own]
        case Sees.UNITS:
            return [own, in_scope_of(FeaturePeriod.feature_id, reads)]
        case Sees.SHARED:
            begun = func.lower(FeaturePeriod.valid) <= func.borderops_today()
            return [FeaturePeriod.audience == audience, ~own, begun]
        case _:
            return [false()]


#: The parameters of a statement that is made once for all who see alike (`visibility_values`).
READS = units_parameter("reads")
AUDIENCE = bindparam("audience", None, type_=String)


def visibility_values(viewer: Viewer) -> dict[str, object]:
    """The values of READS and AUDIENCE for a viewer."""
    return {"reads": sorted(viewer.reads), "audience": viewer.audience}


def dates(at: AsOf) -> list[ColumnElement[bool]]:
    """That a period holds the day and the moment asked for."""
    return holding(at.as_of, at.known_at)


def holding(
    as_of: date | BindParameter[date], known_at: datetime | BindParameter[datetime] | None
) -> list[ColumnElement[bool]]:
    """As `dates`, for the two by themselves or for the parameters of a statement that is made once."""
    known = (
        func.upper_inf(FeaturePeriod.known) if known_at is None else FeaturePeriod.known.contains(known_at)
    )
    return [FeaturePeriod.valid.contains(as_of), known]


def _meant_by(
    text: str, *, units: Mapping[str, UnitFacts], gates: Mapping[str, tuple[str, ...]]
) -> ColumnElement[bool]:
    period = FeaturePeriod
    if looks_like_number(text):
        section = _section(text)
        if section is not None:
            return period.line_order.between(*section.line_orders)
        return or_(*(_numbered(number.line_order) for number in parse_numbers(text, field="q")))
    called = {unit.id: (*unit.names.values(), *unit.spellings) for unit in units.values()}
    named = find_meant(text, {**called, **gates})
    return or_(
        period.unit_ids.overlap([name for name in named if name in units]),
        period.code.in_([name for name in named if name in gates]),
    )


def _section(text: str) -> NumberRange | None:
    """The stretch from one position to another that the text names, or None where it is not just that."""
    try:
        section = parse_range(text, field="q")
    except NotANumber:
        return None
    ends = (section.first, section.last)
    return section if section.first != section.last and all(end.marker is None for end in ends) else None


def _numbered(line_order: int) -> ColumnElement[bool]:
    """Features of that number; a position's number finds all its markers, but not the stakes after it."""
    if line_order % 1_000:
        return FeaturePeriod.line_order == line_order
    return FeaturePeriod.line_order.between(line_order, line_order + 999)


def is_past(at: AsOf, *, today: date) -> bool:
    """Whether the question is about another day or another knowledge than the present."""
    return at.as_of != today or at.known_at is not None
