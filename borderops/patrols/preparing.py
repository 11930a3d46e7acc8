"""What is checked of a plan and its units before it is held."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from borderops.boundary.queries import UnitFacts
from borderops.boundary.rules import UnitKind, UnitSide
from borderops.core.errors import InvalidInput, NotAllowed, Problems
from borderops.core.messages import N_
from borderops.core.viewer import Viewer
from borderops.patrols.ground import resolve_plan
from borderops.patrols.parties import party_problems
from borderops.patrols.rules import IncompletePlan, PatrolKind, PlanFacts, TeamFacts, plan_problems
from borderops.patrols.schemas import PatrolIn, Plan


def plan_facts(kind: PatrolKind, plan: Plan) -> PlanFacts:
    """What the rules check of a plan."""
    return PlanFacts(
        kind=kind,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        sections=[(section.from_m or 0.0, section.to_m or 0.0) for section in plan.sections],
        teams=[TeamFacts(team.side, team.unit, team.leader, team.strength) for team in plan.teams],
        meeting_point=plan.meeting_point,
        stop_days={stop.day for stop in plan.stops},
    )


def prepare_plan(
    session: Session, viewer: Viewer, plan: Plan, *, kind: PatrolKind, units: Mapping[str, UnitFacts]
) -> Plan:
    """The plan with the chainage of its sections. Raises Problems with everything that is wrong with it."""
    found = plan_problems(plan_facts(kind, plan))
    keys = {team.key for team in plan.teams}
    if len(keys) < len(plan.teams):
        found.append(IncompletePlan(N_("Two teams have the same key."), field="teams"))
    for team in plan.teams:
        for unit in (team.unit, *team.others):
            if unit not in units:
                found.append(InvalidInput(N_("There is no unit %(unit)s."), field="teams", unit=unit))
        if team.unit in units and units[team.unit].side != team.side:
            found.append(
                IncompletePlan(N_("%(unit)s is not a unit of that side."), field="teams", unit=team.unit)
            )
    found += party_problems(plan.teams)
    if any(not {stop.team, *stop.together} <= keys for stop in plan.stops):
        found.append(
            IncompletePlan(N_("A place is planned for a team that the plan does not have."), field="stops")
        )
    if found:
        raise Problems(found)
    return resolve_plan(session, viewer=viewer, plan=plan)


def check_units(sent: PatrolIn, units: Mapping[str, UnitFacts]) -> None:
    """That the units are there and on the right sides. Raises InvalidInput."""
    if sent.unit not in units or units[sent.unit].side != UnitSide.VN:
        raise InvalidInput(N_("There is no unit %(unit)s."), field="unit", unit=sent.unit)
    if (sent.kind == PatrolKind.JOINT) != (sent.other_unit is not None):
        raise InvalidInput(
            N_("A joint patrol names the other side's unit; one of our own side names none."),
            field="other_unit",
        )
    if sent.other_unit is not None and (
        sent.other_unit not in units or lao_province(sent.other_unit, units) is None
    ):
        raise InvalidInput(N_("There is no unit %(unit)s."), field="other_unit", unit=sent.other_unit)


def check_duty(viewer: Viewer, unit: str, units: Mapping[str, UnitFacts]) -> None:
    """That the viewer plans for the unit or for the province above it. Raises NotAllowed."""
    if not viewer.sees_all and not viewer.writes & {unit, units[unit].parent_id}:
        raise NotAllowed(N_("Your duties do not cover this unit."))


def lao_province(unit_id: str | None, units: Mapping[str, UnitFacts]) -> str | None:
    """The Lao province that a unit is, or lies in."""
    seen: set[str] = set()
    while unit_id is not None and unit_id in units and unit_id not in seen:
        if units[unit_id].kind == UnitKind.LAO_PROVINCE:
            return unit_id
        seen.add(unit_id)
        unit_id = units[unit_id].parent_id
    return None
