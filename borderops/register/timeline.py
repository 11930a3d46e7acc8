"""From a feature's history to the stretches of time in which nothing about it changed.

Pure: history in, periods out. `periods` replays the whole of what was known when; `timeline` is what we
hold true at one moment of knowledge. Both are tested against each other.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from borderops.boundary.rules import SectionFacts, UnitKind
from borderops.inspections.rules import Condition, InspectionFacts, Interval, State, condition_timeline
from borderops.markers.rules import (
    STANDING_AFTER,
    DutyFacts,
    EventFacts,
    EventKind,
    FeatureFacts,
    Method,
    PositionFacts,
    Side,
    Standing,
    preferred_position,
)

#: Decimals of a coordinate in GeoJSON: 1e-7 degrees are about a centimetre.
DECIMALS = 7


@dataclass(frozen=True)
class IntervalFacts:
    """That at most `days` may pass between two visits, a setting with its own dates."""

    days: int
    valid_from: date | None
    known_from: datetime | None
    known_to: datetime | None


T = TypeVar("T", EventFacts, PositionFacts, InspectionFacts)
P = TypeVar("P", DutyFacts, SectionFacts, IntervalFacts)


@dataclass(frozen=True)
class FeatureHistory:
    """All that is recorded of a feature: what it is, and everything that happened to it."""

    feature: FeatureFacts
    events: Sequence[EventFacts] = ()
    positions: Sequence[PositionFacts] = ()
    duties: Sequence[DutyFacts] = ()
    sections: Sequence[SectionFacts] = ()
    inspections: Sequence[InspectionFacts] = ()
    intervals: Sequence[IntervalFacts] = ()


@dataclass(frozen=True)
class Facts:
    """What is true of a feature, all at once. `properties` is its GeoJSON properties object as text.

    `condition` is without the day it began on, which the period says.
    """

    number: str | None
    line_order: int | None
    standing: Standing
    condition: Condition
    side: Side
    unit_id: str | None
    unit_ids: tuple[str, ...]
    lao_province: str | None
    commune: str | None
    position: PositionFacts | None
    properties: str


@dataclass(frozen=True)
class Period:
    """`facts` hold from `valid_from` until the day before `valid_to`; None is without end.

    `known_from` and `known_to` bound the moments at which this was what we knew.
    """

    valid_from: date | None
    valid_to: date | None
    facts: Facts
    known_from: datetime | None = None
    known_to: datetime | None = None


def known_then(history: FeatureHistory, known_at: datetime | None) -> FeatureHistory:
    """The history as far as it was known at a moment; None is before anything became known at a date."""
    return FeatureHistory(
        feature=history.feature,
        events=_facts_known(history.events, known_at),
        positions=_facts_known(history.positions, known_at),
        duties=_periods_known(history.duties, known_at),
        sections=_periods_known(history.sections, known_at),
        inspections=[
            _with_photo_known(inspection, known_at)
            for inspection in _facts_known(history.inspections, known_at)
        ],
        intervals=_periods_known(history.intervals, known_at),
    )


def moments_of_knowledge(history: FeatureHistory) -> list[datetime]:
    """Every moment at which what we knew of the feature changed, in order."""
    moments: set[datetime | None] = {history.feature.known_from}
    for event in history.events:
        moments.add(event.known_from)
    for position in history.positions:
        moments.add(position.known_from)
    for inspection in history.inspections:
        moments |= {inspection.known_from, inspection.photographed_from}
    moments |= {moment for duty in history.duties for moment in (duty.known_from, duty.known_to)}
    moments |= {
        moment for section in _own_sections(history) for moment in (section.known_from, section.known_to)
    }
    moments |= {moment for setting in history.intervals for moment in (setting.known_from, setting.known_to)}
    return sorted(moment for moment in moments if moment is not None)


def timeline(history: FeatureHistory, *, known_at: datetime | None) -> list[Period]:
    """What we held true at `known_at`: periods without gap or overlap from the beginning of time to its end.

    Neighbours differ.
    """
    history = replace(known_then(history, known_at), sections=_own_sections(history, known_at))
    intervals = [Interval(setting.days, setting.valid_from) for setting in history.intervals]
    conditions = condition_timeline(history.inspections, intervals=intervals)
    days = sorted(day for day in _days(history, conditions) if day is not None)
    result: list[Period] = []
    condition_index = 0
    for start, end in zip([None, *days], [*days, None], strict=True):
        while condition_index + 1 < len(conditions) and _reached(conditions[condition_index + 1].on, start):
            condition_index += 1
        facts = _facts_on(history, start, conditions[condition_index])
        if result and result[-1].facts == facts:
            result[-1] = Period(result[-1].valid_from, end, facts)
        else:
            result.append(Period(start, end, facts))
    return result


def periods(history: FeatureHistory) -> list[Period]:
    """The whole of it: for every moment of knowledge what was then held true, equal stretches joined."""
    # Looked for once: of hundreds of sections a handful can ever cover the feature.
    history = replace(history, sections=_own_sections(history))
    open_periods: dict[tuple[date | None, date | None, Facts], datetime | None] = {}
    closed: list[Period] = []
    begin = history.feature.known_from
    moments = [
        begin,
        *(moment for moment in moments_of_knowledge(history) if begin is None or moment > begin),
    ]
    for moment in moments:
        now_true = {
            (period.valid_from, period.valid_to, period.facts)
            for period in timeline(history, known_at=moment)
        }
        for key in [key for key in open_periods if key not in now_true]:
            closed.append(Period(*key, known_from=open_periods.pop(key), known_to=moment))
        for key in now_true - open_periods.keys():
            open_periods[key] = moment
    return [*closed, *(Period(*key, known_from=since) for key, since in open_periods.items())]


def _own_sections(history: FeatureHistory, known_at: datetime | None = datetime.max) -> list[SectionFacts]:
    """The sections that ever cover the feature, by any of its numbers and places; at `known_at` if given."""
    orders = {history.feature.line_order, *(event.line_order for event in history.events)}
    chainages = {position.chainage_m for position in history.positions} | {None}
    mine = [
        section
        for section in history.sections
        if any(
            section.covers(line_order=order, chainage_m=chainage)
            for order in orders
            for chainage in chainages
        )
    ]
    return mine if known_at == datetime.max else list(_periods_known(mine, known_at))


def _facts_known(facts: Sequence[T], known_at: datetime | None) -> Sequence[T]:
    return [fact for fact in facts if _since_known(fact.known_from, known_at)]


def _with_photo_known(inspection: InspectionFacts, known_at: datetime | None) -> InspectionFacts:
    held_from = inspection.photographed_from
    if held_from is None or (known_at is not None and held_from <= known_at):
        return inspection
    return replace(inspection, photographed_from=None)


def _periods_known(stretches: Sequence[P], known_at: datetime | None) -> Sequence[P]:
    return [
        stretch
        for stretch in stretches
        if _since_known(stretch.known_from, known_at)
        and (stretch.known_to is None or known_at is None or known_at < stretch.known_to)
    ]


def _since_known(known_from: datetime | None, known_at: datetime | None) -> bool:
    return known_from is None or (known_at is not None and known_from <= known_at)


def _reached(day: date | None, start: date | None) -> bool:
    return day is None or (start is not None and day <= start)


def _days(history: FeatureHistory, conditions: Iterable[Condition]) -> set[date | None]:
    days: set[date | None] = {condition.on for condition in conditions}
    days |= {event.occurred_on for event in history.events}
    days |= {position.measured_on for position in history.positions}
    days |= {day for duty in history.duties for day in (duty.valid_from, duty.valid_to)}
    days |= {day for section in history.sections for day in (section.valid_from, section.valid_to)}
    return days


def _holds(stretch: DutyFacts | SectionFacts, day: date | None) -> bool:
    begun = stretch.valid_from is None or (day is not None and stretch.valid_from <= day)
    ended = stretch.valid_to is not None and day is not None and stretch.valid_to <= day
    return begun and not ended


def _facts_on(history: FeatureHistory, day: date | None, condition: Condition) -> Facts:
    feature = history.feature
    number, line_order, standing = feature.number, feature.line_order, Standing.STANDING
    stood: EventFacts | None = None
    for event in sorted(history.events, key=lambda event: event.occurred_on):
        if day is None or event.occurred_on > day:
            break
        if event.event in STANDING_AFTER:
            standing, stood = STANDING_AFTER[event.event], event
        if event.event == EventKind.RENUMBERED:
            number, line_order = event.number, event.line_order
    if standing == Standing.LOST and stood is not None:
        condition = _lost(condition, stood)
    position = preferred_position(history.positions, on=day or date.min)
    chainage_m = position.chainage_m if position else None
    sections = [
        section
        for section in history.sections
        if _holds(section, day) and section.covers(line_order=line_order, chainage_m=chainage_m)
    ]
    # A unit named for the feature's number speaks of this feature; one named by metres of a schematic place.
    sections.sort(key=lambda section: (section.from_order is None, section.unit_id))
    first = {section.kind: section.unit_id for section in reversed(sections)}
    duty = next((duty for duty in history.duties if _holds(duty, day)), None)
    exact = {section.kind for section in sections if section.from_order is not None}
    units = tuple(
        sorted(
            {
                section.unit_id
                for section in sections
                if section.from_order is not None or section.kind not in exact
            }
        )
    )
    facts: dict[str, Any] = {
        "number": number,
        "line_order": line_order,
        "standing": standing,
        # When it began is the period's own to say; two that differ in nothing else are one.
        "condition": replace(condition, on=None),
        "side": duty.side if duty else Side.UNSETTLED,
        "unit_id": duty.unit_id if duty else None,
        "unit_ids": units,
        "lao_province": first.get(UnitKind.LAO_PROVINCE),
        "commune": first.get(UnitKind.COMMUNE),
        "position": position,
    }
    return Facts(**facts, properties=_properties(feature, facts, first))


def _lost(condition: Condition, event: EventFacts) -> Condition:
    """The condition of a feature that is given up for lost: on the list of what is damaged, as not found."""
    if condition.damaged:
        return condition
    return replace(
        condition,
        state=State.NOT_FOUND,
        since=event.occurred_on,
        since_precision=event.precision,
        since_onset=False,
    )


def feature_geojson(feature: FeatureFacts, facts: Facts) -> str:
    """The feature as an RFC 7946 Feature in compact text; without a position its geometry is null."""
    geometry = "null"
    if facts.position is not None:
        lon, lat = round(facts.position.lon, DECIMALS), round(facts.position.lat, DECIMALS)
        geometry = f'{{"type":"Point","coordinates":[{lon},{lat}]}}'
    return f'{{"type":"Feature","id":"{feature.id}","geometry":{geometry},"properties":{facts.properties}}}'


def _properties(feature: FeatureFacts, facts: Mapping[str, Any], units: Mapping[UnitKind, str]) -> str:
    """The GeoJSON properties of a feature, empty ones left out, as compact JSON text."""
    condition: Condition = facts["condition"]
    position: PositionFacts | None = facts["position"]
    names = {"vi": feature.name_vi, "en": feature.name_en, "lo": feature.name_lo}
    properties: dict[str, object] = {
        "id": str(feature.id),
        "code": feature.code,
        "number": facts["number"],
        "kind": feature.kind,
        "names": {language: name for language, name in names.items() if name} or None,
        "standing": facts["standing"],
        "state": condition.state,
        "damaged": condition.damaged,
        "overdue": condition.overdue,
        "since": partial_date(condition.since, condition.since_precision),
        "since_is": _since_is(condition),
        "cause": condition.cause,
        "urgency": condition.urgency,
        "action": condition.action,
        "components": {component.value: level.value for component, level in condition.levels} or None,
        "position": condition.position,
        "last_visit_on": partial_date(condition.last_visit_on, condition.last_visit_precision),
        "responsible_side": facts["side"],
        "responsible_unit": facts["unit_id"],
        "province": facts["lao_province"],
        "lao_district": units.get(UnitKind.LAO_DISTRICT),
        "commune": facts["commune"],
        "district": units.get(UnitKind.DISTRICT),
    }
    if position is not None:
        properties |= {
            "method": position.method,
            "schematic": position.method == Method.SCHEMATIC,
            "accuracy_m": position.accuracy_m,
            "chainage_km": round(position.chainage_m / 1000, 3) if position.chainage_m is not None else None,
        }
    stated = {name: value for name, value in properties.items() if value is not None}
    return json.dumps(stated, ensure_ascii=False, separators=(",", ":"))


def _since_is(condition: Condition) -> str | None:
    """Whether the damage happened on the day of `since` or was first put on record then."""
    if condition.since is None:
        return None
    return "event" if condition.since_onset else "first_record"


def partial_date(day: date | None, precision: str | None) -> str | None:
    """A date in ISO 8601 as finely as it is known: `2018`, `2024-05` or `2024-05-15`."""
    if day is None:
        return None
    length = {"year": 4, "month": 7}.get(precision or "day", 10)
    return day.isoformat()[:length]
