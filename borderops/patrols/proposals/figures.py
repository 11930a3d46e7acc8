"""The figures that a plan rests on: settings with their basis, and working values where nobody set them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from borderops.boundary.queries import find_setting
from borderops.core.messages import N_
from borderops.patrols.proposals.worth import WORKING_POINTS
from borderops.patrols.rules import Task

LOOKING = "patrol.looking_minutes"
AFTER_SUNRISE = "patrol.after_sunrise_minutes"
BEFORE_SUNSET = "patrol.before_sunset_minutes"
TASK_PREFIX = "patrol.task_minutes."

#: What work adds at the features that want it; looking and photographs are in the minutes of looking.
TIMED_TASKS = (Task.CLEAR, Task.REPAINT, Task.CLEAN, Task.MEASURE)

#: Working values of ours, in minutes; no document gives them.
UNSET: Mapping[str, float] = {
    LOOKING: 30.0,
    f"{TASK_PREFIX}{Task.CLEAR}": 30.0,
    f"{TASK_PREFIX}{Task.REPAINT}": 45.0,
    f"{TASK_PREFIX}{Task.CLEAN}": 15.0,
    f"{TASK_PREFIX}{Task.MEASURE}": 20.0,
    AFTER_SUNRISE: 0.0,
    BEFORE_SUNSET: 60.0,
}

#: Settings of the points begin so; the rest is the name in `worth.WORKING_POINTS`.
WORTH_PREFIX = "patrol.worth."

UNSET_BASIS = N_("Not set by any document yet: a working value of the program.")


@dataclass(frozen=True)
class Figure:
    """A figure, in minutes or points, and what it rests on; `stated` is False where nobody set it."""

    key: str
    value: float
    basis: str
    stated: bool


@dataclass(frozen=True)
class Figures:
    """All of them, by key."""

    by_key: Mapping[str, Figure]

    @property
    def looking_minutes(self) -> float:
        """At each feature: looking at every part, photographs for the file, a word with the other side."""
        return self.by_key[LOOKING].value

    @property
    def after_sunrise_minutes(self) -> float:
        """How long after sunrise one sets out."""
        return self.by_key[AFTER_SUNRISE].value

    @property
    def before_sunset_minutes(self) -> float:
        """How long before sunset one must be back."""
        return self.by_key[BEFORE_SUNSET].value

    def task_minutes(self, task: Task) -> float:
        """What work adds at a feature."""
        figure = self.by_key.get(f"{TASK_PREFIX}{task}")
        return figure.value if figure is not None else 0.0


def get_figures(session: Session, *, on: date) -> Figures:
    """The figures in force on a day, in minutes."""
    return Figures({key: _figure(session, key, working, on=on) for key, working in UNSET.items()})


def get_points(session: Session, *, on: date) -> Mapping[str, Figure]:
    """The points in force on a day that looking at a feature is worth, by their names in `WORKING_POINTS`."""
    return {
        name: _figure(session, f"{WORTH_PREFIX}{name}", working, on=on)
        for name, working in WORKING_POINTS.items()
    }


def _figure(session: Session, key: str, working: float, *, on: date) -> Figure:
    setting = find_setting(session, key=key, on=on)
    if setting is None:
        return Figure(key, working, UNSET_BASIS, stated=False)
    return Figure(key, float(setting.value), setting.legal_basis, stated=True)
