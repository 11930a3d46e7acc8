"""Random histories of a feature, on a few days and moments so that everything meets everything."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st

from borderops.boundary.rules import SectionFacts, UnitKind
from borderops.inspections.rules import (
    ANSWERS_UNSPECIFIED,
    Action,
    Cause,
    Component,
    Finding,
    GroundPosition,
    InspectionFacts,
    Level,
    Occasion,
)
from borderops.markers.rules import (
    DutyFacts,
    EventFacts,
    EventKind,
    FeatureFacts,
    Kind,
    Method,
    PositionFacts,
    Side,
)
from borderops.register.timeline import FeatureHistory, IntervalFacts

FIRST_DAY = date(2024, 1, 1)
FIRST_MOMENT = datetime(2024, 3, 1, tzinfo=UTC)
DAYS = 9
MOMENTS = 5

#: Numbers that the feature may bear, by their place in line order.
NUMBERS = {409_000_000: "409", 411_000_000: "411", 412_001_000: "412/1"}
CHAINAGES_M = (1000.0, 2000.0, 3000.0)
UNITS = {
    UnitKind.LAO_PROVINCE: ("houaphanh", "xiangkhouang"),
    UnitKind.COMMUNE: ("xa-my-ly", "xa-ta-ca"),
    UnitKind.BORDER_POST: ("don-nam-can", "don-my-ly"),
}

X = TypeVar("X")


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def moment(number: int) -> datetime:
    return FIRST_MOMENT + timedelta(hours=number)


days = st.integers(0, DAYS).map(day)
#: Since when a fact is known: always, or since a moment.
known_from = st.none() | st.integers(0, MOMENTS).map(moment)


@st.composite
def stretches(draw: st.DrawFn, bounds: st.SearchStrategy[X]) -> tuple[X | None, X | None]:
    """A half-open stretch that is not empty; open at either end or both."""
    ends = draw(st.lists(bounds, min_size=2, max_size=2, unique=True).map(sorted))  # type: ignore[arg-type]
    return draw(st.none() | st.just(ends[0])), draw(st.none() | st.just(ends[1]))


def partition(cuts: list[X]) -> list[tuple[X | None, X | None]]:
    """The stretches between cuts, from the beginning to the end of time."""
    return list(zip([None, *cuts], [*cuts, None], strict=True))


@st.composite
def events(draw: st.DrawFn) -> list[EventFacts]:
    told = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(EventKind))
        order = draw(st.sampled_from(sorted(NUMBERS))) if kind == EventKind.RENUMBERED else None
        told.append(
            EventFacts(
                event=kind,
                occurred_on=draw(days),
                known_from=draw(known_from),
                number=NUMBERS[order] if order else None,
                line_order=order,
            )
        )
    return told


@st.composite
def positions(draw: st.DrawFn) -> list[PositionFacts]:
    stated: list[PositionFacts] = []
    for at in range(draw(st.integers(0, 4))):
        earlier = [position.id for position in stated]
        stated.append(
            PositionFacts(
                id=UUID(int=1000 + at),
                lon=104.0 + at / 10,
                lat=19.0,
                method=draw(st.sampled_from(Method)),
                accuracy_m=draw(st.sampled_from([0.5, 5.0])),
                measured_on=draw(st.none() | days),
                known_from=draw(known_from),
                chainage_m=draw(st.none() | st.sampled_from(CHAINAGES_M)),
                corrects=draw(st.none() | st.sampled_from(earlier)) if earlier else None,
            )
        )
    return stated


@st.composite
def duties(draw: st.DrawFn) -> list[DutyFacts]:
    """Duties of which no two hold on one day in the same knowledge, as the database sees to."""
    moments = st.integers(0, MOMENTS).map(moment)
    cuts = sorted(draw(st.sets(moments, max_size=2)))
    assigned = []
    for learnt, forgotten in partition(cuts):
        for begin, end in partition(sorted(draw(st.sets(days, max_size=2)))):
            if draw(st.booleans()):
                side = draw(st.sampled_from(Side))
                unit = draw(st.none() | st.sampled_from(UNITS[UnitKind.LAO_PROVINCE]))
                assigned.append(DutyFacts(side, unit, begin, end, learnt, forgotten))
    return assigned


@st.composite
def sections(draw: st.DrawFn) -> list[SectionFacts]:
    found = []
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(sorted(UNITS)))
        begin, end = draw(stretches(days))
        learnt, forgotten = draw(stretches(st.integers(0, MOMENTS).map(moment)))
        by_number = draw(st.booleans())
        where: dict[str, Any]
        if by_number:
            ends = sorted(draw(st.tuples(st.sampled_from(sorted(NUMBERS)), st.sampled_from(sorted(NUMBERS)))))
            where = {"from_order": ends[0], "to_order": ends[1]}
        else:
            from_m = draw(st.sampled_from(CHAINAGES_M))
            where = {"from_m": from_m, "to_m": from_m + draw(st.sampled_from([500.0, 1000.0, 1500.0]))}
        unit = draw(st.sampled_from(UNITS[UnitKind(kind)]))
        found.append(SectionFacts(unit, UnitKind(kind), begin, end, learnt, forgotten, **where))
    return found


@st.composite
def intervals(draw: st.DrawFn) -> list[IntervalFacts]:
    """The intervals between visits, each from a day of its own or from always; or none in some knowledge."""
    cuts = sorted(draw(st.sets(st.integers(0, MOMENTS).map(moment), max_size=1)))
    begins = st.none() | st.integers(0, DAYS).map(day)
    return [
        IntervalFacts(draw(st.integers(1, 4)), begin, learnt, forgotten)
        for learnt, forgotten in partition(cuts)
        for begin in draw(st.lists(begins, unique=True, max_size=2))
    ]


@st.composite
def inspections(
    draw: st.DrawFn, *, known: st.SearchStrategy[datetime | None] = known_from
) -> InspectionFacts:
    finding = draw(st.sampled_from(Finding))
    on = draw(st.integers(0, DAYS))
    levels: dict[Component, Level] = {}
    if finding == Finding.SEEN:
        levels = draw(st.dictionaries(st.sampled_from(Component), st.sampled_from(Level), max_size=3))
        if draw(st.booleans()):
            levels |= dict.fromkeys(sorted(ANSWERS_UNSPECIFIED), draw(st.sampled_from(Level)))
    return InspectionFacts(
        id=UUID(int=draw(st.integers(1, 2**100))),
        observed_on=day(on),
        observed_at=datetime(2024, 1, 1, 2, tzinfo=UTC) + timedelta(days=on, hours=draw(st.integers(0, 10))),
        precision=draw(st.sampled_from(["day", "month", "year"])),
        known_from=draw(known),
        occasion=draw(st.sampled_from(Occasion)),
        finding=finding,
        position=draw(st.none() | st.sampled_from(GroundPosition)),
        components=levels,
        cause=draw(st.none() | st.sampled_from(Cause)),
        action=draw(st.none() | st.sampled_from(Action)),
        observer=draw(st.none() | st.sampled_from(["A", "B"])),
        onset=draw(st.booleans()),
        photographed_from=draw(st.none() | st.integers(0, MOMENTS).map(moment)),
    )


@st.composite
def histories(draw: st.DrawFn) -> FeatureHistory:
    """Any history that the register can hold."""
    seen: list[InspectionFacts] = []
    for one in draw(st.lists(inspections(), max_size=5, unique_by=lambda one: one.id)):
        corrected = draw(st.none() | st.sampled_from([other.id for other in seen])) if seen else None
        seen.append(InspectionFacts(**{**vars(one), "corrects": corrected}))
    return FeatureHistory(
        feature=FeatureFacts(
            id=UUID(int=1),
            kind=Kind.MARKER,
            code="409",
            number="409",
            line_order=409_000_000,
            name_vi=None,
            name_en=None,
            name_lo=None,
            known_from=draw(st.none() | st.integers(0, 2).map(moment)),
        ),
        events=draw(events()),
        positions=draw(positions()),
        duties=draw(duties()),
        sections=draw(sections()),
        inspections=seen,
        intervals=draw(intervals()),
    )
