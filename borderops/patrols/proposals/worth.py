"""What it is worth that a patrol looks at a feature: a table that a commander can read and argue with.

The points are ours; no document says them. What wants evidence counts most: a report of destruction needs a
second confirmation, a marker that was not found may still stand. What is known to be good counts least.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from borderops.core.messages import N_, Message

#: Points by the state of the feature.
STATE_POINTS: Mapping[str, int] = {
    "reported_destroyed": 100,
    "not_found": 90,
    "severe": 80,
    "poor": 60,
    "never_inspected": 50,
    "overdue": 40,
    "destroyed": 30,
    "seen": 30,
    "fair": 15,
    "good": 5,
}

#: Points for how soon something must be done.
URGENCY_POINTS: Mapping[str, int] = {"urgent": 30, "soon": 15, "routine": 0}

#: For every whole month that the feature is overdue, and the most that this can add.
OVERDUE_POINTS_A_MONTH, MOST_OVERDUE_POINTS = 3, 36

#: A position that is only schematic is worth measuring.
SCHEMATIC_POINTS = 10

DAYS_A_MONTH = 30.4


@dataclass(frozen=True)
class Worth:
    """The points of a feature and what each is for."""

    points: int
    parts: tuple[tuple[Message, int], ...]


def worth_of(
    *,
    state: str,
    urgency: str | None,
    overdue: bool,
    last_visit_on: date | None,
    interval_days: float,
    schematic: bool,
    on: date,
) -> Worth:
    """The worth of looking at a feature on a day; never below 1."""
    parts: list[tuple[Message, int]] = [
        (Message(N_("its state is %(state)s"), {"state": state}), STATE_POINTS.get(state, 5))
    ]
    if urgency and URGENCY_POINTS.get(urgency):
        parts.append((Message(N_("work on it is pressing")), URGENCY_POINTS[urgency]))
    if overdue and last_visit_on is not None:
        months = int(max(0.0, (on - last_visit_on).days - interval_days) // DAYS_A_MONTH)
        points = min(MOST_OVERDUE_POINTS, OVERDUE_POINTS_A_MONTH * months)
        if points:
            parts.append(
                (Message(N_("its inspection is %(months)s months overdue"), {"months": months}), points)
            )
    if schematic:
        parts.append((Message(N_("its position was never measured")), SCHEMATIC_POINTS))
    return Worth(max(1, sum(points for _text, points in parts)), tuple(parts))
