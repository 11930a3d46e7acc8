"""What it is worth that a patrol looks at a feature: a table that commanders can read, argue with and change.

What wants evidence counts most: a report of destruction needs a second confirmation, a marker that was not
found may still stand. What is known to be good counts least.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from borderops.core.messages import N_, Message

#: Points by name, where no setting says otherwise (`figures.get_points`): ours, no document gives them.
#: `state.` the state of the feature, `urgency.` how soon something must be done, `overdue_month` for every
#: whole month that it is overdue and `overdue_most` all that this can add, `schematic` for a position that
#: was never measured.
WORKING_POINTS: Mapping[str, float] = {
    "state.reported_destroyed": 100,
    "state.not_found": 90,
    "state.severe": 80,
    "state.poor": 60,
    "state.never_inspected": 50,
    "state.overdue": 40,
    "state.destroyed": 30,
    "state.seen": 30,
    "state.fair": 15,
    "state.good": 5,
    "urgency.urgent": 30,
    "urgency.soon": 15,
    "urgency.routine": 0,
    "overdue_month": 3,
    "overdue_most": 36,
    "schematic": 10,
}

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
    points: Mapping[str, float] = WORKING_POINTS,
) -> Worth:
    """The worth of looking at a feature on a day, by these points; never below 1."""
    parts = [(Message(N_("its state is %(state)s"), {"state": state}), points[f"state.{state}"])]
    if urgency:
        parts.append((Message(N_("work on it is pressing")), points[f"urgency.{urgency}"]))
    if overdue and last_visit_on is not None:
        months = int(max(0.0, (on - last_visit_on).days - interval_days) // DAYS_A_MONTH)
        added = min(points["overdue_most"], points["overdue_month"] * months)
        parts.append((Message(N_("its inspection is %(months)s months overdue"), {"months": months}), added))
    if schematic:
        parts.append((Message(N_("its position was never measured")), points["schematic"]))
    counted = tuple((text, round(added)) for text, added in parts if round(added))
    return Worth(max(1, sum(added for _text, added in counted)), counted)
