"""Seasons and closed stretches: what slows or stops walking, every year between two days or once.

Nothing of this is known by the program: no season is there until somebody enters one with its basis.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_
from borderops.patrols.schemas import Section

_WRITTEN = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
_SAID = re.compile(r"(\d\d?)\s*[/.]\s*(\d\d?)", re.ASCII)

LEAP_YEAR = 2024


@dataclass(frozen=True, order=True)
class MonthDay:
    """A day of any year; 29 February too."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"

    @classmethod
    def read(cls, text: str, *, field: str) -> Self:
        """The day as programs write it (05-15) or as people say it here (15/5). Raises InvalidInput."""
        written, said = _WRITTEN.fullmatch(text.strip()), _SAID.fullmatch(text.strip())
        if written is not None:
            month, day = int(written[1]), int(written[2])
        elif said is not None:
            day, month = int(said[1]), int(said[2])
        else:
            raise InvalidInput(N_("Give a day and a month such as 15/5."), field=field)
        try:
            date(LEAP_YEAR, month, day)
        except ValueError:
            raise InvalidInput(N_("Give a day and a month such as 15/5."), field=field) from None
        return cls(month, day)


@dataclass(frozen=True)
class WalkingLimit:
    """What slows or stops walking: `pace` multiplies walking times, `closed` are stretches nobody passes.

    It holds from `starts_on` to `ends_on` (both included, without end if None), and where `yearly` is given
    only from its first day to its second in each year; a season may last over the turn of the year. Its pace
    is for the patrols of `unit` and of the units below it; what is closed is closed for everybody.
    """

    id: UUID
    unit: str
    name: str
    basis: str
    starts_on: date
    ends_on: date | None = None
    yearly: tuple[MonthDay, MonthDay] | None = None
    pace: float | None = None
    closed: tuple[Section, ...] = ()
    ended_because: str | None = None
    recorded_by: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether it holds on the day."""
        if day < self.starts_on or (self.ends_on is not None and day > self.ends_on):
            return False
        return self.yearly is None or in_season(day, *self.yearly)


def in_season(day: date, first: MonthDay, last: MonthDay) -> bool:
    """Whether the day lies between two days of the year, both included, maybe over the turn of the year."""
    here = MonthDay(day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last


def slowest(limits: Iterable[WalkingLimit], *, day: date, lineage: frozenset[str]) -> float:
    """How many times as long walking takes: the most that any limit of these units says, 1 without one."""
    paces = [
        limit.pace
        for limit in limits
        if limit.pace is not None and limit.unit in lineage and limit.holds_on(day)
    ]
    return max(paces, default=1.0)


def spells(limit: WalkingLimit, days: Sequence[date]) -> list[tuple[date, date]]:
    """The unbroken runs of these days (in order) on which the limit holds."""
    found: list[tuple[date, date]] = []
    for day in days:
        if not limit.holds_on(day):
            continue
        if found and found[-1][1] + timedelta(days=1) == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
