"""What a plan becomes when a counter-proposal of the other side is taken into it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from borderops.boundary.rules import UnitSide
from borderops.patrols.schemas import Plan, StopKind

#: Places on the way that stay where they are when both sides meet elsewhere.
UNMOVED = frozenset({StopKind.VISIT, StopKind.CAMP})


def countered(plan: Plan, counter: Mapping[str, Any]) -> Plan:
    """The plan with what the other side proposes instead; of the teams it says only which its own are.

    A team of the other side that says nothing of it walks with whom the team walked in whose place it comes:
    the one of the same key, else the only one there was. Places on the way of teams that are no longer there
    or of days that there no longer are go; hours that belong to other days go too. Where they meet elsewhere
    or at another time, what is looked at on which day stays, and the times that rested on the old meeting go.
    """
    told = {**plan.model_dump(mode="json"), **counter}
    if "teams" in counter:
        before = {team.key: team.party for team in plan.teams if team.side == UnitSide.LA}
        theirs = [dict(team) for team in counter["teams"] if team["side"] == UnitSide.LA]
        for team in theirs:
            sole = next(iter(before.values())) if len(before) == len(theirs) == 1 else None
            if team.get("party") is None:
                team["party"] = before.get(team["key"], sole)
        ours = [team.model_dump(mode="json") for team in plan.teams if team.side == UnitSide.VN]
        told["teams"] = ours + theirs
        keys = {team["key"] for team in told["teams"]}
        told["stops"] = [stop for stop in told["stops"] if {stop["team"], *stop["together"]} <= keys]
    if {"starts_on", "ends_on"} & counter.keys():
        told["hours"] = []
        days = (
            date.fromisoformat(str(told["ends_on"])) - date.fromisoformat(str(told["starts_on"]))
        ).days + 1
        told["stops"] = [stop for stop in told["stops"] if stop["day"] <= days]
    if {"meeting_point", "meeting_at"} & counter.keys():
        told["stops"] = [{**stop, "at": None} for stop in told["stops"] if stop["kind"] in UNMOVED]
    return Plan.model_validate(told)
