"""What the patrol planner answers: who goes where on which day, and how the answer was found.

Minutes are of the day named beside them, after midnight, local time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from borderops.patrols.planning.problem import Pin, Problem


@dataclass(frozen=True)
class Visit:
    """A site visited: when the team arrives, begins (after waiting for a window) and leaves."""

    site: str
    arrives_minute: float
    begins_minute: float
    leaves_minute: float


@dataclass(frozen=True)
class DayPlan:
    """One day of one team: from where, when, what in which order, to where, when. All minutes of that day."""

    team: str
    day: date
    start: str
    leaves_minute: float
    visits: tuple[Visit, ...]
    end: str
    arrives_minute: float


@dataclass(frozen=True)
class Plan:
    """A plan: one `DayPlan` for each day of each team, in the order of the problem's teams and their days."""

    days: tuple[DayPlan, ...]

    @cached_property
    def visited(self) -> Mapping[str, DayPlan]:
        """The day on which each visited site is visited."""
        return {visit.site: day_plan for day_plan in self.days for visit in day_plan.visits}

    def worth(self, problem: Problem) -> int:
        """Sum of the worth of the sites visited."""
        return sum(problem.site[key].worth for key in self.visited)


@dataclass(frozen=True)
class Progress:
    """How far the search is. `bound` is a worth that no plan can exceed (it never rises)."""

    iterations: int
    seconds: float
    worth: int
    bound: int


@dataclass(frozen=True)
class Proposal:
    """The best plan found and how it was found.

    The same problem, seed, first plan and number of `iterations` give the same plan on any run. `unmet` are
    the pins for which no place was found; a plan with unmet pins keeps every other limit. `proven` says that
    no plan is worth more (`worth == bound`). `trace` has one entry for each improvement.
    """

    plan: Plan
    worth: int
    bound: int
    seed: int
    iterations: int
    seconds: float
    stopped: bool
    unmet: tuple[Pin, ...] = ()
    trace: tuple[Progress, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether the plan is known to be a best one."""
        return not self.unmet and self.worth >= self.bound
