"""Periods say of each day and each moment of knowledge exactly what was true and known, and say it once."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from borderops.boundary.rules import SectionFacts, UnitKind
from borderops.inspections.rules import Component, Finding, InspectionFacts, Level, Occasion
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
from borderops.register.timeline import (
    FeatureHistory,
    Period,
    moments_of_knowledge,
    partial_date,
    periods,
    timeline,
)
from tests.register.naive import truth
from tests.register.random_histories import DAYS, MOMENTS, day, histories, inspections, moment

LATER = moment(MOMENTS + 10)
PROBED_DAYS = [date.min, *(day(number) for number in range(-1, DAYS + 8)), date.max]


def probed_moments(history: FeatureHistory) -> list[datetime | None]:
    """Every moment at which something changed, one between each two, and "always" where it is one."""
    begin = history.feature.known_from
    halves = [moment(number) + timedelta(minutes=part) for number in range(MOMENTS + 1) for part in (0, 30)]
    if begin is None:
        return [None, moment(-1), *halves]
    return [at for at in halves if at >= begin]


def holding(found: list[Period], on: date, at: datetime | None) -> list[Period]:
    """The periods that hold on the day in the knowledge of the moment."""
    return [
        period
        for period in found
        if (period.valid_from is None or period.valid_from <= on)
        and (period.valid_to is None or on < period.valid_to)
        and (period.known_from is None or (at is not None and period.known_from <= at))
        and (period.known_to is None or at is None or at < period.known_to)
    ]


def told(period: Period) -> dict[str, Any]:
    """What a period says, by the names that `naive.truth` uses."""
    facts = period.facts
    return {
        "number": facts.number,
        "standing": facts.standing.value,
        "position": facts.position.id if facts.position else None,
        "side": facts.side.value,
        "unit": facts.unit_id,
        "province": facts.lao_province,
        "commune": facts.commune,
        "units": sorted(facts.unit_ids),
        "state": facts.condition.state.value,
        "overdue": facts.condition.overdue,
        "since": facts.condition.since,
        "cause": facts.condition.cause.value if facts.condition.cause else None,
        "visit": facts.condition.last_visit_on,
    }


def answers(history: FeatureHistory) -> dict[tuple[date, datetime | None], Period]:
    """The one period for every day and moment that is looked at."""
    found = periods(history)
    result = {}
    for at in probed_moments(history):
        for on in PROBED_DAYS:
            (result[on, at],) = holding(found, on, at)
    return result


@given(histories())
def test_every_day_at_every_moment_is_told_once_and_truly(history: FeatureHistory) -> None:
    for (on, at), period in answers(history).items():
        assert told(period) == truth(history, on=on, at=at), f"on {on}, known at {at}"


@settings(max_examples=40)
@given(histories())
def test_nothing_is_told_of_a_time_before_the_feature_was_known(history: FeatureHistory) -> None:
    begin = history.feature.known_from
    if begin is None:
        return
    found = periods(history)
    assert not [
        period for on in PROBED_DAYS for period in holding(found, on, begin - timedelta(microseconds=1))
    ]


@given(histories())
def test_no_period_is_empty_and_what_follows_differs(history: FeatureHistory) -> None:
    found = periods(history)
    for period in found:
        assert period.valid_from is None or period.valid_to is None or period.valid_from < period.valid_to
        assert period.known_from is None or period.known_to is None or period.known_from < period.known_to
    said: dict[Any, Any] = {
        (period.valid_from, period.valid_to, period.known_to): period.facts
        for period in found
        if period.known_to is not None
    }
    for period in found:
        assert said.get((period.valid_from, period.valid_to, period.known_from)) != period.facts


@given(histories(), st.none() | st.integers(0, MOMENTS).map(moment))
def test_a_timeline_has_no_gap_and_its_neighbours_differ(
    history: FeatureHistory, at: datetime | None
) -> None:
    line = timeline(history, known_at=at)
    assert line[0].valid_from is None
    assert line[-1].valid_to is None
    for before, after in itertools.pairwise(line):
        assert before.valid_to == after.valid_from
        assert before.facts != after.facts


@given(histories(), st.none() | st.integers(0, MOMENTS).map(moment))
def test_periods_and_timeline_say_the_same(history: FeatureHistory, at: datetime | None) -> None:
    begin = history.feature.known_from
    if begin is not None and (at is None or at < begin):
        return
    found = periods(history)
    for period in timeline(history, known_at=at):
        on = period.valid_from or date.min
        (held,) = holding(found, on, at)
        assert (held.valid_from, held.valid_to) == (period.valid_from, period.valid_to)
        assert held.facts == period.facts


LATER_FACTS = st.sampled_from(["event", "renumbering", "position", "duty", "section", "photo", "end of duty"])


def with_later_fact(history: FeatureHistory, what: str, on: date) -> FeatureHistory:
    """The history with one more fact about `on`, which became known after everything else."""
    if what == "event":
        event = EventFacts(EventKind.RETIRED, on, LATER)
        return replace(history, events=[*history.events, event])
    if what == "renumbering":
        event = EventFacts(EventKind.RENUMBERED, on, LATER, "413", 413_000_000)
        return replace(history, events=[*history.events, event])
    if what == "position":
        stated = [position.id for position in history.positions]
        position = PositionFacts(
            UUID(int=5), 105, 19, Method.PROTOCOL, 0.1, on, LATER, 2500.0, stated[0] if stated else None
        )
        return replace(history, positions=[*history.positions, position])
    if what == "section":
        section = SectionFacts(
            "houaphanh", UnitKind.LAO_PROVINCE, on, None, LATER, None, from_order=1, to_order=999_000_000
        )
        return replace(history, sections=[*history.sections, section])
    if what == "photo":
        photographed = [
            one if one.photographed_from else replace(one, photographed_from=LATER)
            for one in history.inspections
        ]
        return replace(history, inspections=photographed)
    ended = [duty if duty.known_to else replace(duty, known_to=LATER) for duty in history.duties]
    new = [DutyFacts(Side.LA, None, on, None, LATER, None)] if what == "duty" else []
    return replace(history, duties=[*ended, *new])


@given(histories(), LATER_FACTS, st.integers(0, DAYS).map(day))
def test_a_later_known_fact_leaves_old_answers_to_the_letter(
    history: FeatureHistory, what: str, on: date
) -> None:
    before = answers(history)
    after = answers(with_later_fact(history, what, on))
    assert {key: period.facts.properties for key, period in before.items()} == {
        key: period.facts.properties for key, period in after.items()
    }


@given(histories(), inspections(known=st.just(LATER)), st.data())
def test_a_later_inspection_or_correction_leaves_old_answers_to_the_letter(
    history: FeatureHistory, one: InspectionFacts, data: st.DataObject
) -> None:
    earlier = [other.id for other in history.inspections]
    corrects = data.draw(st.none() | st.sampled_from(earlier)) if earlier else None
    longer = replace(history, inspections=[*history.inspections, replace(one, corrects=corrects)])
    before, after = answers(history), answers(longer)
    assert {key: period.facts.properties for key, period in before.items()} == {
        key: period.facts.properties for key, period in after.items()
    }


@settings(max_examples=25)
@given(histories())
def test_moments_of_knowledge_go_forward(history: FeatureHistory) -> None:
    moments = moments_of_knowledge(history)
    assert moments == sorted(set(moments))


@settings(max_examples=40)
@given(histories())
def test_properties_say_what_the_facts_say(history: FeatureHistory) -> None:
    for period in periods(history):
        properties = json.loads(period.facts.properties)
        assert None not in properties.values()
        assert properties["state"] == period.facts.condition.state.value
        assert properties["number"] == period.facts.number
        assert properties["responsible_side"] == period.facts.side.value
        assert properties.get("province") == period.facts.lao_province
        position = period.facts.position
        assert ("schematic" in properties) == (position is not None)
        if position is not None:
            assert properties["schematic"] == (position.method == Method.SCHEMATIC)


def test_dates_as_finely_as_they_are_known() -> None:
    first = date(2018, 1, 1)
    assert partial_date(first, "year") == "2018"
    assert partial_date(first, "month") == "2018-01"
    assert partial_date(first, "day") == "2018-01-01"
    assert partial_date(None, "day") is None


def test_a_photo_not_yet_held_confirms_nothing() -> None:
    """Even where the reports themselves count as always known."""
    reports = [
        InspectionFacts(
            id=UUID(int=at),
            observed_on=day(at),
            observed_at=datetime(2024, 1, 1 + at, 5, tzinfo=UTC),
            precision="day",
            known_from=None,
            occasion=Occasion.INSPECTION,
            finding=Finding.DESTROYED,
            observer=f"observer {at}",
            photographed_from=moment(3) if at == 1 else None,
        )
        for at in (1, 2)
    ]
    feature = FeatureFacts(UUID(int=1), Kind.MARKER, "409", "409", 409_000_000, None, None, None, None)
    found = periods(FeatureHistory(feature=feature, inspections=reports))
    for at, state in (
        (None, "reported_destroyed"),
        (moment(2), "reported_destroyed"),
        (moment(3), "destroyed"),
    ):
        (period,) = holding(found, day(5), at)
        assert period.facts.condition.state == state


def test_a_record_that_says_nothing_new_makes_no_new_period() -> None:
    """So that keeping periods true step by step and replaying them come to the same rows."""
    visit = InspectionFacts(
        id=UUID(int=1),
        observed_on=day(1),
        observed_at=datetime(2024, 1, 2, 5, tzinfo=UTC),
        precision="day",
        known_from=moment(1),
        occasion=Occasion.PATROL,
        finding=Finding.SEEN,
        components={Component.BODY: Level.POOR},
    )
    paper = replace(
        visit,
        id=UUID(int=2),
        observed_on=day(3),
        observed_at=visit.observed_at + timedelta(days=2),
        known_from=moment(2),
        occasion=Occasion.DOCUMENT,
        components={},
    )
    feature = FeatureFacts(UUID(int=1), Kind.MARKER, "409", "409", 409_000_000, None, None, None, None)
    once = FeatureHistory(feature=feature, inspections=[visit])
    twice = FeatureHistory(feature=feature, inspections=[visit, paper])
    assert periods(twice) == periods(once)
