"""Why the planner takes a feature and why it leaves another: what `planning.explaining` finds, in words."""

from collections.abc import Mapping

from borderops.core.messages import N_
from borderops.patrols.planning.explaining import STEPS, Chosen, LeftOut, why_chosen, why_left_out
from borderops.patrols.planning.explaining import Reason as Why
from borderops.patrols.planning.plan import Proposal, Visit
from borderops.patrols.proposals.daylight import at_minute
from borderops.patrols.proposals.posing import Posed
from borderops.patrols.schemas import Reason

CHOSEN = N_(
    "Looked at by %(team)s on day %(day)s at %(at)s: worth %(points)s (%(parts)s). "
    "It takes %(minutes)s minutes, %(detour)s of them on the way."
)

LEFT_OUT: Mapping[Why, str] = {
    Why.FORBIDDEN: N_("Left out: a person forbade it."),
    Why.NOBODY_MAY: N_("Left out: none of the teams may visit it on these days."),
    Why.CLOSED: N_("Left out: the way there is closed on these days."),
    Why.OUT_OF_REACH: N_("Left out: no team can get there and back within a day or a night at a camp."),
    Why.WISHES: N_("Left out: no plan was found that visits it and all that is pinned."),
    Why.DISPLACES: N_(
        "Left out: it is worth %(points)s; the best plan found with it is worth %(loss)s less "
        "and leaves out %(displaced)s."
    ),
    Why.NOT_FOUND: N_("Left out, though a plan with it is worth as much: pin it if you want it."),
}

LEAST_STEPS, STEPS_IN_ALL = 200, 40_000
"""Steps of the searches "and if it were visited": fewer for each where many are left out, so that saying why
takes a few seconds at most."""


def explain(posed: Posed, proposal: Proposal) -> list[Reason]:
    """A reason for every feature: what is looked at, in the order of the way, then the rest by worth."""
    plan = proposal.plan
    visits = {visit.site: visit for day in plan.days for visit in day.visits}
    chosen = [_chosen(posed, one, visits[one.site]) for one in why_chosen(posed.problem, plan)]
    left = sorted(
        (site for site in posed.problem.sites if site.key not in visits), key=lambda site: -site.worth
    )
    steps = min(STEPS, max(LEAST_STEPS, STEPS_IN_ALL // max(1, len(left))))
    return chosen + [_left_out(why_left_out(posed.problem, proposal, site.key, steps=steps)) for site in left]


def _chosen(posed: Posed, one: Chosen, visit: Visit) -> Reason:
    first_day = min(day.day for team in posed.problem.teams for day in team.days)
    return Reason(
        feature=one.site,
        chosen=True,
        text=CHOSEN,
        values={
            "team": one.team,
            "day": (one.day - first_day).days + 1,
            "at": f"{at_minute(visit.begins_minute):%H:%M}",
            "points": one.worth,
            "parts": [[text.text, dict(text.values), points] for text, points in posed.worth[one.site].parts],
            "minutes": round(one.minutes),
            "detour": round(one.detour_minutes),
        },
    )


def _left_out(one: LeftOut) -> Reason:
    values = {"points": one.worth, "loss": one.loss, "displaced": ", ".join(one.displaced)}
    said = values if one.reason is Why.DISPLACES else {}
    return Reason(feature=one.site, chosen=False, text=LEFT_OUT[one.reason], values=said)
