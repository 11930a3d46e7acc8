"""The programme of patrols as a calendar: a row for each post, a month in each column, quarter by quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from borderops.boundary.queries import UnitFacts
from borderops.boundary.rules import UnitKind
from borderops.patrols.coverage.rules import Quarter
from borderops.patrols.queries import HeldPatrol, units_of
from borderops.patrols.rules import PatrolState

#: Units that have a programme.
PLANNERS = (UnitKind.BORDER_POST, UnitKind.PROVINCE)


@dataclass(frozen=True)
class Row:
    """A unit's year: its patrols by month (1 to 12), each in the month in which it begins."""

    unit: UnitFacts
    months: Mapping[int, Sequence[HeldPatrol]]
    planned: int
    done: int


@dataclass(frozen=True)
class Programme:
    """A year or a quarter of it, for every unit that has patrols then."""

    year: int
    months: Sequence[int]
    rows: Sequence[Row]

    @property
    def quarters(self) -> list[tuple[Quarter, int]]:
        """The quarters shown, each with how many of its months are."""
        found: dict[Quarter, int] = {}
        for month in self.months:
            quarter = Quarter.of(date(self.year, month, 1))
            found[quarter] = found.get(quarter, 0) + 1
        return list(found.items())


def make_programme(
    patrols: Sequence[HeldPatrol], units: Mapping[str, UnitFacts], *, year: int, quarter: int | None
) -> Programme:
    """The programme of a year, or of one of its quarters (1 to 4)."""
    months = range(1, 13) if quarter is None else range(3 * quarter - 2, 3 * quarter + 1)
    shown = [
        held for held in patrols if held.plan.starts_on.year == year and held.plan.starts_on.month in months
    ]
    named = {unit for held in shown for unit in units_of(held) if unit in units}
    ours = sorted(
        (units[unit] for unit in named if units[unit].kind in PLANNERS), key=lambda unit: unit.names["vi"]
    )
    return Programme(year, list(months), [_row(unit, shown, months) for unit in ours])


def _row(unit: UnitFacts, patrols: Sequence[HeldPatrol], months: Sequence[int]) -> Row:
    own = [held for held in patrols if unit.id in units_of(held)]
    return Row(
        unit=unit,
        months={month: [held for held in own if held.plan.starts_on.month == month] for month in months},
        planned=sum(held.state != PatrolState.CANCELLED for held in own),
        done=sum(held.state in {PatrolState.DONE, PatrolState.CUT_SHORT} for held in own),
    )
