"""Teams of both sides that walk as one party: how the planner's problem changes by it.

A party is one team for the search. Each of its teams sets out from its own place; they meet when the slower
has come, walk on as one, part at the same place and go home, all within the daylight of every one of them.
So the party's home is a place of its own: from there to anywhere it takes as long as the slower of the teams
needs to the meeting point, and then the common way. A night at a camp is spent together, and no way to the
meeting point begins the day after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from borderops.core.messages import N_
from borderops.patrols.planning.problem import (
    UNREACHABLE,
    Camp,
    Closure,
    InvalidProblem,
    Problem,
    Site,
    Team,
    TeamDay,
    Travel,
)


@dataclass(frozen=True)
class Party:
    """Teams that walk as one. `starts` are the places that they set out from, `paces` how they walk there."""

    key: str
    home: str
    meeting: str
    starts: Mapping[str, str]
    paces: Mapping[str, float]

    @property
    def teams(self) -> tuple[str, ...]:
        """The keys of its teams, in the order of the plan."""
        return tuple(self.starts)

    def out_minutes(self, travel: Travel, day: date) -> dict[str, float]:
        """How long each team walks to the meeting point."""
        return {
            team: travel.between(start, self.meeting, day) * self.paces[team]
            for team, start in self.starts.items()
        }

    def back_minutes(self, travel: Travel, day: date) -> dict[str, float]:
        """How long each team walks home from it."""
        return {
            team: travel.between(self.meeting, start, day) * self.paces[team]
            for team, start in self.starts.items()
        }


def walk_together(
    problem: Problem, groups: Sequence[Sequence[str]], *, meeting: str, meets_from: float | None = None
) -> tuple[Problem, dict[str, Party]]:
    """The problem in which the teams of each group are one party, and the parties by their keys.

    `meeting` is a place of the walking times; on its first day no party is there before `meets_from` (minutes
    after midnight). Raises InvalidProblem for teams that do not end where they began, or share no day.
    """
    parties: dict[str, Party] = {}
    for group in groups:
        problem, party = _joined(problem, [problem.team[key] for key in group], meeting, meets_from)
        parties[party.key] = party
    return problem, parties


def _joined(
    problem: Problem, teams: Sequence[Team], meeting: str, meets_from: float | None
) -> tuple[Problem, Party]:
    if any(team.finish != team.start for team in teams):
        raise InvalidProblem(N_("Teams that walk together end where they began."), field="teams")
    key = "+".join(team.key for team in teams)
    party = Party(
        key=key,
        home=f"home:{key}",
        meeting=meeting,
        starts=MappingProxyType({team.key: team.start for team in teams}),
        paces=MappingProxyType({team.key: team.pace for team in teams}),
    )
    pace = max(team.pace for team in teams)
    days = _common_days(teams)
    if not days:
        raise InvalidProblem(N_("Teams that walk together walk on the same days."), field="teams")
    if meets_from is not None:
        out = max(party.out_minutes(problem.travel, days[0].day).values())
        if np.isfinite(out):
            sets_out = min(max(days[0].from_minute, meets_from - out), days[0].until_minute)
            days[0] = replace(days[0], from_minute=sets_out)
    one = Team(
        key=key,
        start=party.home,
        days=tuple(days),
        side=key,
        camps=_common_camps(teams),
        pace=pace,
    )
    keys = set(party.teams)
    return (
        replace(
            problem,
            sites=tuple(_for_party(site, teams, key) for site in problem.sites),
            teams=tuple(
                one if team.key == teams[0].key else team
                for team in problem.teams
                if team.key == teams[0].key or team.key not in keys
            ),
            travel=_with_home(problem.travel, party, pace),
            closures=tuple(_with_home_legs(closure, party, problem.travel) for closure in problem.closures),
            pins=tuple(replace(pin, team=key) if pin.team in keys else pin for pin in problem.pins),
            forbids=tuple(
                replace(forbid, team=key) if forbid.team in keys else forbid for forbid in problem.forbids
            ),
        ),
        party,
    )


def _common_days(teams: Sequence[Team]) -> list[TeamDay]:
    """The days that all of them walk, each as long as all of them have daylight."""
    by_day = [{one.day: one for one in team.days} for team in teams]
    found = []
    for day in sorted(set.intersection(*(set(days) for days in by_day))):
        limits = [days[day] for days in by_day]
        found.append(
            TeamDay(
                day,
                max(limit.from_minute for limit in limits),
                min(limit.until_minute for limit in limits),
                min(limit.longest_minutes for limit in limits),
            )
        )
    return found


def _common_camps(teams: Sequence[Team]) -> tuple[Camp, ...]:
    """The camps at which all of them may spend the night, on the nights on which all may."""
    found = []
    for camp in teams[0].camps:
        same = [other for team in teams for other in team.camps if other.key == camp.key]
        if len({team.key for team in teams if any(c.key == camp.key for c in team.camps)}) < len(teams):
            continue
        limits = [other.nights for other in same if other.nights is not None]
        found.append(Camp(camp.key, frozenset.intersection(*limits) if limits else None))
    return tuple(found)


def _for_party(site: Site, teams: Sequence[Team], key: str) -> Site:
    """A party may visit what any of its sides may."""
    if site.sides & {team.side for team in teams}:
        return replace(site, sides=site.sides | {key})
    return site


def _with_home(travel: Travel, party: Party, pace: float) -> Travel:
    """The walking times with the party's home; `Team.pace` multiplies them once more, so it is taken out."""

    def grown(table: NDArray[np.float64]) -> NDArray[np.float64]:
        size = len(table)
        wider = np.full((size + 1, size + 1), UNREACHABLE)
        wider[:size, :size] = table
        wider[size, size] = 0.0
        at = travel.index[party.meeting]
        starts = [(travel.index[start], party.paces[team]) for team, start in party.starts.items()]
        out = max(table[start, at] * own for start, own in starts)
        back = max(table[at, start] * own for start, own in starts)
        wider[size, :size] = out / pace + table[at, :]
        wider[:size, size] = table[:, at] + back / pace
        return wider

    return Travel(
        (*travel.places, party.home),
        grown(travel.minutes),
        MappingProxyType({day: grown(table) for day, table in travel.on.items()}),
    )


def _with_home_legs(closure: Closure, party: Party, travel: Travel) -> Closure:
    """What is closed of the ways to the meeting point, and from it on, is closed for the party."""
    out = any((start, party.meeting) in closure.legs for start in party.starts.values())
    back = any((party.meeting, start) in closure.legs for start in party.starts.values())
    legs = {(party.home, place) for place in travel.places if out or (party.meeting, place) in closure.legs}
    legs |= {(place, party.home) for place in travel.places if back or (place, party.meeting) in closure.legs}
    return replace(closure, legs=closure.legs | legs)
