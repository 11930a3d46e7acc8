"""What an inspection must say to be taken: each refusal, and telling the time by a wrong clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.inspections.checks import AHEAD, IncompleteInspection, InspectionDraft, problems, seen_at
from borderops.inspections.rules import Component, Finding, GroundPosition, Level, Occasion

NOW = datetime(2024, 5, 15, 3, tzinfo=UTC)
SOUND = InspectionDraft(
    observed_at=NOW,
    occasion=Occasion.INSPECTION,
    finding=Finding.SEEN,
    components={Component.BODY: Level.GOOD},
)


def fields(draft: InspectionDraft) -> list[str | None]:
    found = problems(draft, now=NOW)
    assert all(isinstance(problem, IncompleteInspection) for problem in found)
    assert all(problem.code == "incomplete-inspection" for problem in found)
    return [problem.field for problem in found]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"observed_at": NOW + AHEAD},
        {"observed_at": datetime(1978, 1, 1, tzinfo=UTC)},
        {"occasion": Occasion.PATROL, "components": {}},
        {"occasion": Occasion.JOINT_PATROL, "components": {}},
        {"occasion": Occasion.DOCUMENT, "components": {Component.UNSPECIFIED: Level.POOR}},
        {"finding": Finding.NOT_FOUND, "components": {}},
        {"finding": Finding.DESTROYED, "components": {}},
        {"finding": Finding.NOT_VISITED, "components": {}, "notes": "nước lũ"},
        {"position": GroundPosition.MOVED, "position_offset_m": 1.1},
        {"position": GroundPosition.SUSPECTED_MOVED},
        {"correction": True, "correction_reason": "nhầm mốc"},
    ],
)
def test_what_is_taken(change: dict[str, Any]) -> None:
    assert fields(replace(SOUND, **change)) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"observed_at": NOW + AHEAD + timedelta(seconds=1)}, "observed_at"),
        ({"observed_at": datetime(1977, 12, 31, 12, tzinfo=UTC)}, "observed_at"),
        ({"observed_at": datetime.min.replace(tzinfo=UTC)}, "observed_at"),
        ({"components": {}}, "components"),
        ({"finding": Finding.NOT_FOUND}, "components"),
        ({"finding": Finding.DESTROYED}, "components"),
        ({"finding": Finding.NOT_VISITED, "notes": "nước lũ"}, "components"),
        ({"finding": Finding.NOT_VISITED, "components": {}}, "notes"),
        ({"finding": Finding.NOT_VISITED, "components": {}, "notes": ""}, "notes"),
        ({"components": {Component.UNSPECIFIED: Level.POOR}}, "components"),
        (
            {"occasion": Occasion.PATROL, "components": {Component.UNSPECIFIED: Level.POOR}},
            "components",
        ),
        ({"position": GroundPosition.MOVED}, "position_offset_m"),
        ({"device_at": datetime.max.replace(tzinfo=UTC)}, "device_at"),
        ({"device_at": datetime.min.replace(tzinfo=UTC)}, "device_at"),
        ({"correction": True}, "correction_reason"),
        ({"correction": True, "correction_reason": ""}, "correction_reason"),
    ],
)
def test_what_is_refused(change: dict[str, Any], field: str) -> None:
    assert fields(replace(SOUND, **change)) == [field]


def test_all_problems_are_told_together() -> None:
    draft = replace(
        SOUND,
        observed_at=NOW + timedelta(days=1),
        finding=Finding.NOT_VISITED,
        position=GroundPosition.MOVED,
        correction=True,
    )
    assert fields(draft) == [
        "observed_at",
        "components",
        "notes",
        "position_offset_m",
        "correction_reason",
    ]


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("observed", "device", "expected", "skew_s"),
    [
        (NOW - HOUR, None, NOW - HOUR, None),
        (NOW - HOUR, NOW, NOW - HOUR, 0),
        # A little ahead: nothing that needs setting right.
        (NOW, NOW + AHEAD, NOW, 300),
        # An hour ahead for both times it tells.
        (NOW + HOUR, NOW + HOUR, NOW, 3600),
        (NOW, NOW + HOUR, NOW - HOUR, 3600),
        # Behind: a slow clock or a report that waited for a network; nobody can tell.
        (NOW - 3 * HOUR, NOW - HOUR, NOW - 3 * HOUR, -3600),
    ],
)
def test_when_it_was_seen(
    observed: datetime, device: datetime | None, expected: datetime, skew_s: float | None
) -> None:
    assert seen_at(observed, device_at=device, now=NOW) == (expected, skew_s)


MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(MOMENTS, st.none() | MOMENTS)
def test_any_two_times_can_be_told(observed: datetime, device: datetime | None) -> None:
    """Also the first and the last moment that a calendar knows: no overflow, and an error at the field."""
    at, skew_s = seen_at(observed, device_at=device, now=NOW)
    assert at.tzinfo is not None
    assert (skew_s is None) == (device is None)
    assert at == observed or at < observed


@given(st.timedeltas(AHEAD, timedelta(days=4000)), st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_a_clock_that_runs_ahead_is_set_right(ahead: timedelta, ago: timedelta) -> None:
    ahead += timedelta(seconds=1)
    seen, _ = seen_at(NOW - ago + ahead, device_at=NOW + ahead, now=NOW)
    assert seen == NOW - ago
