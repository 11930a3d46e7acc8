"""What a patrol is and how it goes on: kinds, states, who may do what, and what keeps it from going on.

How a joint patrol runs is told by the press reports that the project collected (facts, part 5): a section
from marker A to marker B, one to four days, led by a leader from each side, ended by agreeing on the next.
The table below is ours; no regulation on it could be read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from borderops.accounts.rules import Permission
from borderops.core.errors import BorderopsError, Conflict, InvalidInput
from borderops.core.messages import N_, Message
from borderops.ui.labels import LABELS


class PatrolKind(StrEnum):
    """Both sides together (song phương), or our own alone (khép kín)."""

    JOINT = "joint"
    OWN_SIDE = "own_side"


class PatrolLevel(StrEnum):
    """A post with a company, or the two provincial commands."""

    POST = "post"
    PROVINCE = "province"


class PatrolState(StrEnum):
    """How far a patrol has come."""

    DRAFTED = "drafted"
    PROPOSED = "proposed"
    COUNTER_PROPOSED = "counter_proposed"
    AGREED = "agreed"
    APPROVED = "approved"
    UNDER_WAY = "under_way"
    DONE = "done"
    CUT_SHORT = "cut_short"
    CANCELLED = "cancelled"


class PatrolReply(StrEnum):
    """What the other side says to a plan that was proposed to it."""

    AGREED = "agreed"
    COUNTER_PROPOSED = "counter_proposed"
    DECLINED = "declined"


class Task(StrEnum):
    """What a patrol is to do besides looking, and what it did."""

    CHECK = "check"
    CLEAR = "clear"
    REPAINT = "repaint"
    CLEAN = "clean"
    PHOTOGRAPH = "photograph"
    MEASURE = "measure"


class Withdrawn(StrEnum):
    """What may be taken out of a patrol's record, the reason given, where it was brought in wrongly."""

    TRACK = "track"
    WALK = "walk"
    WORK = "work"


class RunState(StrEnum):
    """How far a run of the planner is."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class NotNow(Conflict):
    """The patrol is not in a state from which this can be done."""

    code = "patrol-not-now"


class IncompletePlan(InvalidInput):
    """The plan contradicts itself or leaves out what it needs."""

    code = "incomplete-plan"


@dataclass(frozen=True)
class Step:
    """One way from a state to another: who may take it, and whether a reason must be given.

    `kinds` are the kinds of patrol that know it.
    """

    before: PatrolState
    after: PatrolState
    permission: Permission
    reason: bool = False
    kinds: frozenset[PatrolKind] = frozenset(PatrolKind)


_S, _P = PatrolState, Permission
_JOINT, _OWN = frozenset({PatrolKind.JOINT}), frozenset({PatrolKind.OWN_SIDE})

#: Every step there is. The other side answers, or its letter is entered by who plans.
STEPS: Sequence[Step] = (
    Step(_S.DRAFTED, _S.PROPOSED, _P.PLAN_PATROL, kinds=_JOINT),
    Step(_S.DRAFTED, _S.APPROVED, _P.APPROVE_PATROL, kinds=_OWN),
    Step(_S.DRAFTED, _S.CANCELLED, _P.PLAN_PATROL, reason=True),
    Step(_S.PROPOSED, _S.AGREED, _P.ANSWER_PATROL, kinds=_JOINT),
    Step(_S.PROPOSED, _S.COUNTER_PROPOSED, _P.ANSWER_PATROL, kinds=_JOINT),
    Step(_S.PROPOSED, _S.CANCELLED, _P.ANSWER_PATROL, reason=True, kinds=_JOINT),
    Step(_S.PROPOSED, _S.DRAFTED, _P.PLAN_PATROL, reason=True, kinds=_JOINT),
    Step(_S.COUNTER_PROPOSED, _S.PROPOSED, _P.PLAN_PATROL, kinds=_JOINT),
    Step(_S.COUNTER_PROPOSED, _S.AGREED, _P.PLAN_PATROL, kinds=_JOINT),
    Step(_S.COUNTER_PROPOSED, _S.CANCELLED, _P.PLAN_PATROL, reason=True, kinds=_JOINT),
    Step(_S.AGREED, _S.APPROVED, _P.APPROVE_PATROL, kinds=_JOINT),
    Step(_S.AGREED, _S.DRAFTED, _P.PLAN_PATROL, reason=True, kinds=_JOINT),
    Step(_S.AGREED, _S.CANCELLED, _P.APPROVE_PATROL, reason=True, kinds=_JOINT),
    Step(_S.APPROVED, _S.UNDER_WAY, _P.RECORD_PATROL),
    Step(_S.APPROVED, _S.CANCELLED, _P.APPROVE_PATROL, reason=True),
    Step(_S.UNDER_WAY, _S.DONE, _P.RECORD_PATROL),
    Step(_S.UNDER_WAY, _S.CUT_SHORT, _P.RECORD_PATROL, reason=True),
)

_BY_ENDS: Mapping[tuple[PatrolState, PatrolState], Step] = {(step.before, step.after): step for step in STEPS}

#: What the other side's answer makes of a proposed patrol.
ANSWERED: Mapping[PatrolReply, PatrolState] = {
    PatrolReply.AGREED: PatrolState.AGREED,
    PatrolReply.COUNTER_PROPOSED: PatrolState.COUNTER_PROPOSED,
    PatrolReply.DECLINED: PatrolState.CANCELLED,
}

#: Where the plan may still be changed: nobody has agreed to it yet.
OPEN_TO_CHANGE = frozenset({PatrolState.DRAFTED, PatrolState.COUNTER_PROPOSED})

#: Where something may be brought in that happened on the way.
WALKED = frozenset({PatrolState.UNDER_WAY, PatrolState.DONE, PatrolState.CUT_SHORT})

#: Where nothing follows any more.
ENDED = frozenset({PatrolState.DONE, PatrolState.CUT_SHORT, PatrolState.CANCELLED})

LONGEST_DAYS = 10
"""Patrols of one to four days are told of; a longer one than this is a slip of the pen."""

MOST_PEOPLE = 100
"""In one team; more is a slip of the pen."""


def find_step(before: PatrolState, after: PatrolState, kind: PatrolKind) -> Step | None:
    """The step between two states that a patrol of this kind may take, or None where there is none."""
    step = _BY_ENDS.get((before, after))
    return step if step is not None and kind in step.kinds else None


def next_steps(state: PatrolState, kind: PatrolKind) -> list[Step]:
    """Every step that leads on from a state."""
    return [step for step in STEPS if step.before == state and kind in step.kinds]


def check_step(before: PatrolState, after: PatrolState, *, kind: PatrolKind, reason: str | None) -> Step:
    """The step, where it may be taken now. Raises NotNow, and InvalidInput where its reason is missing."""
    step = find_step(before, after, kind)
    if step is None:
        labels = LABELS["patrol_state"]
        raise NotNow(
            N_('A patrol that is "%(before)s" cannot become "%(after)s".'),
            before=Message(labels[before]),
            after=Message(labels[after]),
        )
    if step.reason and not (reason or "").strip():
        raise InvalidInput(N_("Say why."), field="reason")
    return step


@dataclass(frozen=True)
class TeamFacts:
    """A team of one side: its leader and how many they are, nobody else by name."""

    side: str
    unit: str
    leader: str
    strength: int


@dataclass(frozen=True)
class PlanFacts:
    """What is checked of a plan; `sections` are stretches in metres of chainage."""

    kind: PatrolKind
    starts_on: date
    ends_on: date
    sections: Sequence[tuple[float, float]]
    teams: Sequence[TeamFacts]
    meeting_point: str | None = None
    stop_days: Collection[int] = field(default_factory=tuple)

    @property
    def days(self) -> int:
        """How many days it lasts, the first and the last counted."""
        return (self.ends_on - self.starts_on).days + 1


def plan_problems(plan: PlanFacts) -> list[BorderopsError]:
    """Everything that keeps a plan from being held as a draft; empty when it can be."""
    found: list[BorderopsError] = []

    def refuse(name: str, text: str, *, most: int | None = None) -> None:
        found.append(IncompletePlan(text, field=name, most=most))

    if plan.ends_on < plan.starts_on:
        refuse("ends_on", N_("The patrol ends before it begins."))
    elif plan.days > LONGEST_DAYS:
        refuse("ends_on", N_("A patrol lasts at most %(most)s days."), most=LONGEST_DAYS)
    if not plan.sections:
        refuse("sections", N_("Say from which marker to which the patrol goes."))
    if any(team.strength < 1 or team.strength > MOST_PEOPLE for team in plan.teams):
        refuse("teams", N_("A team has from 1 to %(most)s people."), most=MOST_PEOPLE)
    if plan.kind == PatrolKind.OWN_SIDE and any(team.side == "LA" for team in plan.teams):
        refuse("teams", N_("A patrol of our own side has no team of the other side."))
    if any(day < 1 or day > max(plan.days, 1) for day in plan.stop_days):
        refuse("stops", N_("A place is planned for a day that the patrol does not have."))
    return found


def proposal_problems(plan: PlanFacts) -> list[BorderopsError]:
    """What else a plan needs before it is proposed or approved."""
    found = plan_problems(plan)
    sides = {team.side for team in plan.teams}
    if "VN" not in sides:
        found.append(IncompletePlan(N_("Name the team of our own side."), field="teams"))
    if plan.kind == PatrolKind.JOINT and not (plan.meeting_point or "").strip():
        found.append(IncompletePlan(N_("Say where the two sides meet."), field="meeting_point"))
    return found


def check_times(
    *, happened_at: datetime, earliest: datetime | None, now: datetime, field: str = "happened_at"
) -> None:
    """That something lies neither in the future nor before what it follows. Raises InvalidInput."""
    if happened_at > now + timedelta(minutes=5):
        raise InvalidInput(
            N_("The time lies in the future; give the time at which it happened."), field=field
        )
    if earliest is not None and happened_at < earliest:
        raise InvalidInput(N_("That is before the patrol started."), field=field)


@dataclass(frozen=True)
class RadioStanding:
    """Whether a patrol has reported. `due_at` is when it should next be heard of."""

    last_heard_at: datetime
    due_at: datetime

    def late_by(self, now: datetime) -> timedelta | None:
        """By how much it is late, or None where it is not."""
        return now - self.due_at if now > self.due_at else None


def radio_standing(
    *, started_at: datetime, heard_at: Sequence[datetime], every_hours: float
) -> RadioStanding:
    """When a patrol under way was last heard of and must report again; starting counts as being heard."""
    last = max((started_at, *heard_at))
    return RadioStanding(last, last + timedelta(hours=every_hours))
