"""What of the line was walked, when last, by whom: from walks to gaps, quarters and the balance of work."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from borderops.patrols.intervals import Intervals, Stretch, union

LEAST_GAP_M = 50.0
"""A gap shorter than this is no gap: the drawn line is off by more (a median of 69 m)."""


@dataclass(frozen=True)
class Walk:
    """That a patrol walked stretches of the line on a day: whose teams were there, and of which units."""

    patrol_id: UUID
    on: date
    sides: frozenset[str]
    units: frozenset[str]
    intervals: Intervals


@dataclass(frozen=True)
class Aged:
    """A stretch and the day on which it was last walked; None where it never was. `sides` walked it then."""

    stretch: Stretch
    last_on: date | None
    sides: frozenset[str] = frozenset()

    def age_days(self, as_of: date) -> int | None:
        """Days since it was walked; None where it never was."""
        return None if self.last_on is None else (as_of - self.last_on).days


def covered(walks: Iterable[Walk]) -> Intervals:
    """All that was walked by any of them, each metre once."""
    return union(walk.intervals for walk in walks)


def chosen(
    walks: Iterable[Walk],
    *,
    sides: Collection[str] = (),
    units: Collection[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> list[Walk]:
    """The walks at which all of `sides` and any of `units` were present, in the period (both days in it)."""
    return [
        walk
        for walk in walks
        if walk.sides >= set(sides)
        and (not units or walk.units & set(units))
        and (since is None or walk.on >= since)
        and (until is None or walk.on <= until)
    ]


def last_walked(walks: Sequence[Walk], within: Intervals) -> list[Aged]:
    """The set `within` from north to south, cut where the day of the last walk changes."""
    cuts = sorted(
        {end for stretch in within for end in stretch}
        | {end for walk in walks for stretch in walk.intervals & within for end in stretch}
    )
    found: list[Aged] = []
    for from_m, to_m in pairwise(cuts):
        middle = (from_m + to_m) / 2
        if middle not in within:
            continue
        here = [walk for walk in walks if middle in walk.intervals]
        last_on = max((walk.on for walk in here), default=None)
        sides = frozenset[str]().union(*(walk.sides for walk in here if walk.on == last_on))
        before = found[-1] if found else None
        if before and before.stretch.to_m == from_m and (before.last_on, before.sides) == (last_on, sides):
            found[-1] = Aged(Stretch(before.stretch.from_m, to_m), last_on, sides)
        else:
            found.append(Aged(Stretch(from_m, to_m), last_on, sides))
    return found


def gaps(walks: Sequence[Walk], within: Intervals, *, as_of: date, required_days: float) -> Intervals:
    """What of `within` was not walked in the `required_days` up to and with `as_of`."""
    recent = [walk for walk in walks if 0 <= (as_of - walk.on).days < required_days]
    return (within - covered(recent)).at_least(LEAST_GAP_M)


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter that a day lies in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    def next(self, steps: int = 1) -> "Quarter":
        """The quarter so many after this one; before it where negative."""
        year, number = divmod(self.year * 4 + self.number - 1 + steps, 4)
        return Quarter(year, number + 1)


@dataclass(frozen=True)
class QuarterWork:
    """What was done in a quarter: patrols, metres of the line seen at least once, days of walking."""

    quarter: Quarter
    patrols: int
    walked_m: float
    days: int


def by_quarter(walks: Sequence[Walk], *, first: Quarter, last: Quarter) -> list[QuarterWork]:
    """Every quarter from the first to the last, also those in which nothing was walked."""
    found, quarter = [], first
    while quarter <= last:
        here = [walk for walk in walks if Quarter.of(walk.on) == quarter]
        found.append(
            QuarterWork(
                quarter,
                len({walk.patrol_id for walk in here}),
                covered(here).length_m,
                len({(walk.patrol_id, walk.on) for walk in here}),
            )
        )
        quarter = quarter.next()
    return found


@dataclass(frozen=True)
class UnitWork:
    """A unit's share: the metres it has, the metres of them that were walked, by how many patrols and days.

    `walked_m` counts what the unit itself took part in; `patrol_days` days times patrols.
    """

    unit: str
    section_m: float
    walked_m: float
    patrols: int
    patrol_days: int


def balance(walks: Sequence[Walk], sections: Mapping[str, Intervals]) -> list[UnitWork]:
    """The work of each unit that has a part of the line, the least walked share first."""
    found = []
    for unit, section in sections.items():
        here = chosen(walks, units=[unit])
        found.append(
            UnitWork(
                unit,
                section.length_m,
                (covered(here) & section).length_m,
                len({walk.patrol_id for walk in here}),
                len({(walk.patrol_id, walk.on) for walk in here}),
            )
        )
    return sorted(found, key=lambda one: (one.walked_m / one.section_m if one.section_m else 1, one.unit))
