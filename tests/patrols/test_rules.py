"""The table of steps, what a plan must say, and radio times."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from borderops.accounts.rules import PERMISSIONS, Permission, Role
from borderops.core.errors import InvalidInput
from borderops.patrols.rules import (
    ANSWERED,
    ENDED,
    OPEN_TO_CHANGE,
    STEPS,
    NotNow,
    PatrolKind,
    PatrolState,
    PlanFacts,
    TeamFacts,
    check_step,
    check_times,
    find_step,
    next_steps,
    plan_problems,
    proposal_problems,
    radio_standing,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
JOINT, OWN = PatrolKind.JOINT, PatrolKind.OWN_SIDE


def reachable(kind: PatrolKind) -> set[PatrolState]:
    found, waiting = set(), [PatrolState.DRAFTED]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += [step.after for step in next_steps(state, kind)]
    return found


def test_a_joint_patrol_can_reach_every_state_and_our_own_needs_no_answer() -> None:
    assert reachable(JOINT) == set(PatrolState)
    assert reachable(OWN) == set(PatrolState) - {
        PatrolState.PROPOSED,
        PatrolState.COUNTER_PROPOSED,
        PatrolState.AGREED,
    }


@pytest.mark.parametrize(("before", "after"), list(product(PatrolState, PatrolState)))
@pytest.mark.parametrize("kind", PatrolKind)
def test_only_the_steps_of_the_table_are_taken(
    kind: PatrolKind, before: PatrolState, after: PatrolState
) -> None:
    if find_step(before, after, kind) is None:
        with pytest.raises(NotNow):
            check_step(before, after, kind=kind, reason="because")
    else:
        assert check_step(before, after, kind=kind, reason="because").after == after


def test_nothing_follows_an_end_and_every_end_against_the_plan_has_a_reason() -> None:
    assert all(not next_steps(state, kind) for state in ENDED for kind in PatrolKind)
    for step in STEPS:
        if step.after in {PatrolState.CANCELLED, PatrolState.CUT_SHORT}:
            assert step.reason
            with pytest.raises(InvalidInput):
                check_step(step.before, step.after, kind=JOINT, reason="  ")


def test_nobody_walks_what_was_not_approved() -> None:
    into_the_field = [step for step in STEPS if step.after == PatrolState.UNDER_WAY]
    assert [step.before for step in into_the_field] == [PatrolState.APPROVED]
    assert all(
        step.permission == Permission.APPROVE_PATROL for step in STEPS if step.after == PatrolState.APPROVED
    )


def test_the_other_side_answers_and_does_nothing_else() -> None:
    mine = {Permission.PLAN_PATROL, Permission.APPROVE_PATROL, Permission.RECORD_PATROL}
    for role in (Role.COUNTERPART_OFFICER, Role.COUNTERPART_SPECIALIST):
        assert Permission.ANSWER_PATROL in PERMISSIONS[role]
        assert not PERMISSIONS[role] & mine
    for role in (Role.OFFICER, Role.COMMANDER, Role.SPECIALIST):
        assert Permission.ANSWER_PATROL not in PERMISSIONS[role]
    assert all(find_step(PatrolState.PROPOSED, state, JOINT) is not None for state in ANSWERED.values())


def test_a_plan_is_changed_only_where_nobody_has_agreed_to_it() -> None:
    agreed_to = {PatrolState.PROPOSED, PatrolState.AGREED, PatrolState.APPROVED, PatrolState.UNDER_WAY}
    assert not OPEN_TO_CHANGE & (agreed_to | ENDED)


def plan(**changes: object) -> PlanFacts:
    facts: dict[str, object] = {
        "kind": JOINT,
        "starts_on": date(2026, 3, 10),
        "ends_on": date(2026, 3, 11),
        "sections": [(1000.0, 7000.0)],
        "teams": [TeamFacts("VN", "don-na-ngoi", "Trung tá A", 8), TeamFacts("LA", "dai-doi-222", "B", 6)],
        "meeting_point": "420",
    }
    return PlanFacts(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": date(2026, 3, 9)}, "ends_on"),
        ({"ends_on": date(2026, 3, 30)}, "ends_on"),
        ({"sections": []}, "sections"),
        ({"teams": [TeamFacts("VN", "don-na-ngoi", "A", 0)]}, "teams"),
        ({"kind": OWN}, "teams"),
        ({"stop_days": (3,)}, "stops"),
    ],
)
def test_what_keeps_a_plan_from_being_held(changes: dict[str, object], field: str) -> None:
    assert [problem.field for problem in plan_problems(plan(**changes))] == [field]


@pytest.mark.parametrize(
    ("changes", "field"), [({"teams": []}, "teams"), ({"meeting_point": " "}, "meeting_point")]
)
def test_what_a_proposal_needs_besides(changes: dict[str, object], field: str) -> None:
    assert plan_problems(plan(**changes)) == []
    assert [problem.field for problem in proposal_problems(plan(**changes))] == [field]


def test_a_whole_plan_has_no_problem() -> None:
    assert proposal_problems(plan()) == []


def test_a_patrol_is_late_once_its_radio_time_has_passed() -> None:
    standing = radio_standing(started_at=NOW, heard_at=[NOW + timedelta(hours=5)], every_hours=6)
    assert standing.due_at == NOW + timedelta(hours=11)
    assert standing.late_by(NOW + timedelta(hours=11)) is None
    assert standing.late_by(NOW + timedelta(hours=12)) == timedelta(hours=1)


def test_times_lie_between_the_start_and_now() -> None:
    check_times(happened_at=NOW, earliest=NOW - timedelta(hours=1), now=NOW)
    with pytest.raises(InvalidInput):
        check_times(happened_at=NOW + timedelta(hours=1), earliest=None, now=NOW)
    with pytest.raises(InvalidInput):
        check_times(happened_at=NOW - timedelta(hours=2), earliest=NOW - timedelta(hours=1), now=NOW)
