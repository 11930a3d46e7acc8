"""Why the planner takes a feature and why it leaves another: in sentences that can be checked on the map."""

from datetime import date
from itertools import pairwise

from borderops.core.messages import N_
from borderops.patrols.planning.plan import DayPlan, Proposal
from borderops.patrols.planning.problem import Team
from borderops.patrols.posing import Posed
from borderops.patrols.schemas import Reason

CHOSEN = N_("Looked at by %(team)s on day %(day)s at %(at)s: worth %(points)s (%(parts)s).")
FORBIDDEN = N_("Left out: a person forbade it.")
UNREACHABLE = N_("Left out: no team can get there and back within a day or a night at a camp.")
CLOSED = N_("Left out: the way there is closed on these days.")
LESS_WORTH = N_(
    "Left out: it is worth %(points)s, and what is looked at in the same time is worth more; "
    "a day with %(minutes)s minutes more would have room for it."
)


def explain(posed: Posed, proposal: Proposal) -> list[Reason]:
    """A reason for every feature of the sections: first those that are looked at, in the order of the way."""
    found = []
    for day in proposal.plan.days:
        for visit in day.visits:
            found.append(_chosen(posed, day, visit.site, visit.begins_minute))
    visited = proposal.plan.visited
    left = [site.key for site in posed.problem.sites if site.key not in visited]
    return found + [
        _left(posed, proposal, key) for key in sorted(left, key=lambda key: -posed.worth[key].points)
    ]


def _chosen(posed: Posed, day: DayPlan, key: str, minute: float) -> Reason:
    worth = posed.worth[key]
    return Reason(
        feature=key,
        chosen=True,
        text=CHOSEN,
        values={
            "team": day.team,
            "day": (day.day - _first_day(posed)).days + 1,
            "at": f"{int(minute) // 60:02}:{int(minute) % 60:02}",
            "points": worth.points,
            "parts": [[text.text, dict(text.values), points] for text, points in worth.parts],
        },
    )


def _left(posed: Posed, proposal: Proposal, key: str) -> Reason:
    problem = posed.problem
    points = posed.worth[key].points
    if any(forbid.site == key for forbid in problem.forbids):
        return Reason(feature=key, chosen=False, text=FORBIDDEN)
    days = _first_days(posed)
    if all(problem.closed_place(key, day) for day in days):
        return Reason(feature=key, chosen=False, text=CLOSED)
    if not any(_within_reach(posed, team, key) for team in problem.teams):
        return Reason(feature=key, chosen=False, text=UNREACHABLE)
    detour, room = _detour(posed, proposal, key)
    if detour is None:
        return Reason(feature=key, chosen=False, text=CLOSED)
    missing = max(0, round(detour - room))
    return Reason(
        feature=key,
        chosen=False,
        text=LESS_WORTH,
        values={"points": points, "minutes": missing},
    )


def _first_day(posed: Posed) -> date:
    return min(day.day for team in posed.problem.teams for day in team.days)


def _first_days(posed: Posed) -> list[date]:
    return sorted({day.day for team in posed.problem.teams for day in team.days})


def _within_reach(posed: Posed, team: Team, key: str) -> bool:
    """Whether a team could look at this one feature alone on some day, from and to where it may sleep."""
    travel, site = posed.problem.travel, posed.problem.site[key]
    for day in team.days:
        length = min(day.longest_minutes, day.until_minute - day.from_minute)
        nights = team.nights_at(day.day)
        out = min(travel.between(place, key, day.day) for place in nights)
        back = min(travel.between(key, place, day.day) for place in nights)
        if (out + back) * team.pace + site.service_minutes <= length:
            return True
    return False


def _detour(posed: Posed, proposal: Proposal, key: str) -> tuple[float | None, float]:
    """The shortest detour (minutes, looking included) that any day would have to make, and its spare time."""
    travel, site = posed.problem.travel, posed.problem.site[key]
    best: tuple[float, float] | None = None
    for day in proposal.plan.days:
        team = posed.problem.team[day.team]
        limit = next(one for one in team.days if one.day == day.day)
        places = [day.start, *(visit.site for visit in day.visits), day.end]
        for one, other in pairwise(places):
            if posed.problem.closed_leg(one, key, day.day) or posed.problem.closed_leg(key, other, day.day):
                continue
            more = (
                travel.between(one, key, day.day)
                + travel.between(key, other, day.day)
                - travel.between(one, other, day.day)
            ) * team.pace + site.service_minutes
            spare = min(limit.until_minute - day.arrives_minute, limit.longest_minutes)
            if best is None or more - spare < best[0] - best[1]:
                best = more, spare
    return best if best is not None else (None, 0.0)
