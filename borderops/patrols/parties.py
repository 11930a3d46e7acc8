"""Which teams walk together: as the plan says, or as joint patrols usually do."""

from collections.abc import Sequence

from borderops.core.errors import BorderopsError
from borderops.core.messages import N_
from borderops.patrols.rules import IncompletePlan, PatrolKind
from borderops.patrols.schemas import Team

SIDES = frozenset({"VN", "LA"})


def groups_of(teams: Sequence[Team], *, kind: PatrolKind) -> list[tuple[Team, ...]]:
    """The teams that walk as one party, party by party; a team that walks alone is in none.

    Teams with the same number are a party. Where nobody says, a joint patrol with one team of each side is
    one.
    """
    if kind != PatrolKind.JOINT:
        return []
    if all(team.party is None for team in teams):
        usual = len(teams) == 2 and {team.side for team in teams} == SIDES
        return [tuple(teams)] if usual else []
    return [
        tuple(team for team in teams if team.party == number)
        for number in sorted({team.party for team in teams if team.party})
    ]


def party_problems(teams: Sequence[Team]) -> list[BorderopsError]:
    """What is wrong with the parties of a plan."""
    return [
        IncompletePlan(
            N_("Party %(number)s has teams of one side alone; both sides walk in a party."),
            field="teams",
            number=number,
        )
        for number in sorted({team.party for team in teams if team.party})
        if {team.side for team in teams if team.party == number} != SIDES
    ]
