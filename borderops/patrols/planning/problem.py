"""What the patrol planner is asked; what it answers is in `plan`.

Times of day are minutes after midnight, local time; durations are minutes. Places (features, posts, camps)
are named by keys, strings that the caller chooses; `Travel` says how long it takes from each to each other.
All is frozen and compares by value, so a problem can be kept and asked again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_

#: Walking time between places that no way joins.
UNREACHABLE = float("inf")


class InvalidProblem(InvalidInput):
    """The problem contradicts itself; the sentence says where."""

    code = "invalid-patrol-problem"


@dataclass(frozen=True)
class Window:
    """When a site may be looked at: from `opens_minute` to `closes_minute`; the visit ends before it closes.

    Without a `day` it holds for every day.
    """

    opens_minute: float
    closes_minute: float
    day: date | None = None


@dataclass(frozen=True)
class Site:
    """A feature that may be visited once.

    `worth` is a whole number above or equal to 0, in the units of the worth table. No `windows` means the
    whole day. Empty `sides` means that a team of any side may go.
    """

    key: str
    worth: int
    service_minutes: float = 0.0
    windows: tuple[Window, ...] = ()
    sides: frozenset[str] = frozenset()

    def windows_on(self, day: date) -> tuple[Window, ...] | None:
        """The windows of `day` in time order, () if the whole day is open, None if it is shut that day."""
        if not self.windows:
            return ()
        found = sorted(
            (window for window in self.windows if window.day in (None, day)),
            key=lambda window: window.opens_minute,
        )
        return tuple(found) or None


@dataclass(frozen=True)
class Camp:
    """A place where a team may spend a night: any night, or the `nights` whose evenings are given."""

    key: str
    nights: frozenset[date] | None = None


@dataclass(frozen=True)
class TeamDay:
    """One day of a team: daylight from `from_minute` to `until_minute`, out for at most `longest_minutes`."""

    day: date
    from_minute: float = 6 * 60.0
    until_minute: float = 17 * 60.0
    longest_minutes: float = UNREACHABLE


@dataclass(frozen=True)
class Team:
    """A party that walks together.

    It leaves `start` on its first day and is at `end` (`start` if None) on its last; each night between is
    spent at one of `camps` or at `start` or `end`. `pace` multiplies walking times (1.2: a fifth slower).
    """

    key: str
    start: str
    days: tuple[TeamDay, ...]
    end: str | None = None
    side: str = ""
    camps: tuple[Camp, ...] = ()
    pace: float = 1.0

    @property
    def finish(self) -> str:
        """Where it is at the end of its last day."""
        return self.end or self.start

    def nights_at(self, day: date) -> tuple[str, ...]:
        """Keys of the places where it may spend the night after `day`, in order, each once."""
        open_camps = (camp.key for camp in self.camps if camp.nights is None or day in camp.nights)
        return tuple(dict.fromkeys((self.start, self.finish, *open_camps)))


@dataclass(frozen=True, eq=False)
class Travel:
    """Walking minutes from each place to each other, in both directions apart.

    `minutes[i, j]` is the time from `places[i]` to `places[j]`; `UNREACHABLE` where there is no way. A date
    in `on` has a table of its own, for days on which a stretch is closed and ways round it are longer.
    """

    places: tuple[str, ...]
    minutes: NDArray[np.float64]
    on: Mapping[date, NDArray[np.float64]] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def index(self) -> Mapping[str, int]:
        """The row of each place."""
        return {key: row for row, key in enumerate(self.places)}

    def table(self, day: date) -> NDArray[np.float64]:
        """The table that holds on `day`."""
        return self.on.get(day, self.minutes)

    def between(self, first: str, second: str, day: date) -> float:
        """Minutes from `first` to `second` on `day`, at pace 1."""
        return float(self.table(day)[self.index[first], self.index[second]])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Travel)
            and self.places == other.places
            and np.array_equal(self.minutes, other.minutes)
            and self.on.keys() == other.on.keys()
            and all(np.array_equal(table, other.on[day]) for day, table in self.on.items())
        )

    __hash__ = None  # type: ignore[assignment]  # tables are compared, never looked up


@dataclass(frozen=True)
class Closure:
    """From `first` to `last` (both included) nobody visits these `places`, nor walks these `legs` directly.

    A leg (from, to) is closed in that direction only. Where there is a way round, give the day a table of its
    own in `Travel.on` instead.
    """

    first: date
    last: date
    places: frozenset[str] = frozenset()
    legs: frozenset[tuple[str, str]] = frozenset()

    def holds(self, day: date) -> bool:
        """Whether `day` is one of its days."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Pin:
    """A person's wish: this site must be visited, by this team and on this day where they are named."""

    site: str
    team: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class Forbid:
    """A person's wish: this site is not visited, or not by this team or on this day where they are named."""

    site: str
    team: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class InOrder:
    """A person's wish: those of these sites that one team visits, it visits in this order (over its days)."""

    sites: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """All that the planner is asked. `check()` raises `InvalidProblem` if it contradicts itself."""

    sites: tuple[Site, ...]
    teams: tuple[Team, ...]
    travel: Travel
    closures: tuple[Closure, ...] = ()
    pins: tuple[Pin, ...] = ()
    forbids: tuple[Forbid, ...] = ()
    orders: tuple[InOrder, ...] = ()

    @cached_property
    def site(self) -> Mapping[str, Site]:
        """The sites by key."""
        return {site.key: site for site in self.sites}

    @cached_property
    def team(self) -> Mapping[str, Team]:
        """The teams by key."""
        return {team.key: team for team in self.teams}

    def closed_place(self, key: str, day: date) -> bool:
        """Whether a closure shuts the place on `day`."""
        return any(key in closure.places for closure in self.closures if closure.holds(day))

    def closed_leg(self, first: str, second: str, day: date) -> bool:
        """Whether a closure shuts the leg on `day`."""
        return any((first, second) in closure.legs for closure in self.closures if closure.holds(day))

    def allows(self, site: Site, team: Team, day: date) -> bool:
        """Whether `team` may visit `site` on `day` by side, windows, closures, pins and forbids."""
        return (
            (not site.sides or team.side in site.sides)
            and site.windows_on(day) is not None
            and not self.closed_place(site.key, day)
            and not any(
                forbid.site == site.key and forbid.team in (None, team.key) and forbid.day in (None, day)
                for forbid in self.forbids
            )
            and all(
                pin.team in (None, team.key) and pin.day in (None, day)
                for pin in self.pins
                if pin.site == site.key
            )
        )

    def check(self) -> None:
        """Raise `InvalidProblem` for the first contradiction found."""
        _check_keys(self)
        _check_travel(self.travel)
        for site in self.sites:
            if site.worth < 0 or site.service_minutes < 0:
                raise InvalidProblem(
                    N_("%(site)s: worth and time needed must not be below 0."), field="sites", site=site.key
                )
        for team in self.teams:
            days = [team_day.day for team_day in team.days]
            if not days or any(later <= sooner for sooner, later in pairwise(days)):
                raise InvalidProblem(
                    N_("%(team)s: its days must be in order, each once."), field="teams", team=team.key
                )
            if not 0 < team.pace < UNREACHABLE:
                raise InvalidProblem(N_("%(team)s: pace must be above 0."), field="teams", team=team.key)


def _check_keys(problem: Problem) -> None:
    if len(problem.site) != len(problem.sites) or len(problem.team) != len(problem.teams):
        raise InvalidProblem(N_("A site or a team is there twice."), field="sites")
    known = problem.travel.index
    bases = (key for team in problem.teams for key in (team.start, team.finish, *(c.key for c in team.camps)))
    for key in (*problem.site, *bases):
        if key not in known:
            raise InvalidProblem(N_("No walking times for %(place)s."), field="travel", place=key)
    wished = (
        *((pin.site, pin.team) for pin in problem.pins),
        *((forbid.site, forbid.team) for forbid in problem.forbids),
        *((site, None) for order in problem.orders for site in order.sites),
    )
    for site, team_key in wished:
        if site not in problem.site:
            raise InvalidProblem(N_("%(site)s is not among the sites."), field="pins", site=site)
        if team_key is not None and team_key not in problem.team:
            raise InvalidProblem(N_("%(team)s is not among the teams."), field="pins", team=team_key)


def _check_travel(travel: Travel) -> None:
    size = len(travel.places)
    if len(travel.index) != size:
        raise InvalidProblem(N_("A place is there twice in the walking times."), field="travel")
    for table in (travel.minutes, *travel.on.values()):
        if table.shape != (size, size) or np.isnan(table).any() or (table < 0).any():
            raise InvalidProblem(
                N_("Walking times must be a square table of minutes from 0 up."), field="travel"
            )
