"""The figures that a plan rests on: settings with their basis, and working values where nobody set them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from borderops.boundary.queries import find_setting
from borderops.core.messages import N_
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

UNSET_BASIS = N_("Not set by any document yet: a working value of the program.")


@dataclass(frozen=True)
class Figure:
    """A figure in minutes and what it rests on; `stated` is False where nobody set it."""

    key: str
    minutes: float
    basis: str
    stated: bool


@dataclass(frozen=True)
class Figures:
    """All of them, by key."""

    by_key: Mapping[str, Figure]

    @property
    def looking_minutes(self) -> float:
        """At each feature: looking at every part, photographs for the file, a word with the other side."""
        return self.by_key[LOOKING].minutes

    @property
    def after_sunrise_minutes(self) -> float:
        """How long after sunrise one sets out."""
        return self.by_key[AFTER_SUNRISE].minutes

    @property
    def before_sunset_minutes(self) -> float:
        """How long before sunset one must be back."""
        return self.by_key[BEFORE_SUNSET].minutes

    def task_minutes(self, task: Task) -> float:
        """What work adds at a feature."""
        figure = self.by_key.get(f"{TASK_PREFIX}{task}")
        return figure.minutes if figure is not None else 0.0


def get_figures(session: Session, *, on: date) -> Figures:
    """The figures in force on a day."""
    found: dict[str, Figure] = {}
    for key, minutes in UNSET.items():
        setting = find_setting(session, key=key, on=on)
        found[key] = (
            Figure(key, minutes, UNSET_BASIS, stated=False)
            if setting is None
            else Figure(key, float(setting.value), setting.legal_basis, stated=True)
        )
    return Figures(found)
