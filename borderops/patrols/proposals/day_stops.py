"""From a day of the planner to the stops of a plan: who sets out when, where they meet, what they visit."""

from datetime import date

from borderops.patrols.planning.plan import DayPlan
from borderops.patrols.proposals.daylight import at_minute
from borderops.patrols.proposals.posing import Posed, tasks_at
from borderops.patrols.proposals.spots import MEETING, camp_key, start_key
from borderops.patrols.proposals.together import Party
from borderops.patrols.schemas import Plan, Stop, StopKind


def stops_of(day: DayPlan, posed: Posed, plan: Plan) -> list[Stop]:
    """The stops of a team's or a party's day in the order of the way; none where it stays where it is."""
    if not day.visits and day.start == day.end:
        return []
    number = (day.day - plan.starts_on).days + 1
    party = posed.parties.get(day.team)
    team, *others = party.teams if party is not None else (day.team,)
    found = _meeting_up(party, day, number, posed) if party is not None and day.start == party.home else []
    found += [
        Stop(
            day=number,
            team=team,
            together=others,
            feature=visit.site,
            at=at_minute(visit.begins_minute),
            minutes=round(visit.leaves_minute - visit.begins_minute),
            tasks=tasks_at(posed.features[visit.site], plan),
        )
        for visit in day.visits
    ]
    camp = next((camp for camp in plan.camps if camp_key(camp.name) == day.end), None)
    if camp is not None:
        at = at_minute(day.arrives_minute)
        found.append(Stop(day=number, team=team, together=others, kind=StopKind.CAMP, place=camp, at=at))
    if party is not None and day.end == party.home:
        found += _parting(party, day, number, posed)
    return found


def _meeting_up(party: Party, day: DayPlan, number: int, posed: Posed) -> list[Stop]:
    """Each team sets out so that both are at the meeting point at the same time: when the slower can be."""
    out = party.out_minutes(posed.problem.travel, day.day)
    meets = day.leaves_minute + max(out.values())
    return [
        *_homes(party, StopKind.START, {team: meets - needed for team, needed in out.items()}, number, posed),
        _both(party, StopKind.MEET, meets, number, posed),
    ]


def _parting(party: Party, day: DayPlan, number: int, posed: Posed) -> list[Stop]:
    """Both sides part where they met, and each goes home."""
    back = party.back_minutes(posed.problem.travel, day.day)
    parts = day.arrives_minute - max(back.values())
    return [
        _both(party, StopKind.PART, parts, number, posed),
        *_homes(party, StopKind.BACK, {team: parts + needed for team, needed in back.items()}, number, posed),
    ]


def _both(party: Party, kind: StopKind, minute: float, number: int, posed: Posed) -> Stop:
    team, *others = party.teams
    where = posed.named[MEETING].told
    return Stop.model_validate(
        {"day": number, "team": team, "together": others, "kind": kind, "at": at_minute(minute), **where}
    )


def _homes(party: Party, kind: StopKind, minutes: dict[str, float], number: int, posed: Posed) -> list[Stop]:
    """A stop for each team of which it is known where it sets out."""
    return [
        Stop.model_validate(
            {
                "day": number,
                "team": team,
                "kind": kind,
                "at": at_minute(minutes[team]),
                **posed.named[start_key(team)].told,
            }
        )
        for team in sorted(party.teams, key=lambda team: minutes[team])
        if start_key(team) in posed.named
    ]


def meetings_told(posed: Posed, plan: Plan) -> list[dict[str, object]]:
    """For each party what its teams need to the meeting point and back, and whether they come late."""
    found: list[dict[str, object]] = []
    for party in posed.parties.values():
        days = posed.problem.team[party.key].days
        first: date = days[0].day
        out = party.out_minutes(posed.problem.travel, first)
        back = party.back_minutes(posed.problem.travel, first)
        meets = at_minute(days[0].from_minute + max(out.values()))
        late = plan.meeting_at is not None and meets > plan.meeting_at.replace(tzinfo=None)
        found.append(
            {
                "teams": [
                    {
                        "team": team,
                        "start": posed.named[start_key(team)].name
                        if start_key(team) in posed.named
                        else None,
                        "out_minutes": round(out[team]),
                        "back_minutes": round(back[team]),
                    }
                    for team in party.teams
                ],
                "meeting": posed.named[MEETING].name,
                "meets_at": f"{meets:%H:%M}",
                "late_for": f"{plan.meeting_at:%H:%M}" if late and plan.meeting_at is not None else None,
            }
        )
    return found
