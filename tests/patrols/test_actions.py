"""Patrols in the database: from a draft to the next draft, and who sees what of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from borderops.audit.models import Event
from borderops.boundary.queries import get_line
from borderops.core.database import work_for
from borderops.core.errors import InvalidInput, NotAllowed, NotFound, Problems
from borderops.core.files import FileStore
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.inspections.actions import record_inspection
from borderops.inspections.schemas import InspectionIn
from borderops.patrols.actions import (
    SentDifferently,
    accept_counter,
    answer_patrol,
    approve_patrol,
    cancel_patrol,
    draft_patrol,
    propose_to_other_side,
    revise_plan,
    withdraw_to_draft,
)
from borderops.patrols.coverage.queries import Asked, get_coverage
from borderops.patrols.queries import find_next, get_patrol, list_answers, list_patrols, list_steps
from borderops.patrols.recording.actions import (
    end_patrol,
    record_radio,
    record_visit,
    record_work,
    start_patrol,
)
from borderops.patrols.recording.queries import list_tracks
from borderops.patrols.recording.schemas import (
    NextPatrol,
    PatrolEndIn,
    Present,
    RadioIn,
    StartIn,
    VisitIn,
    WalkIn,
    WithdrawalIn,
    WorkIn,
)
from borderops.patrols.recording.tracks import bring_in_track
from borderops.patrols.recording.walks import record_walk, withdraw
from borderops.patrols.rules import NotNow, PatrolKind, PatrolReply, PatrolState, Task, Withdrawn
from borderops.patrols.schemas import (
    AnswerIn,
    Counter,
    PatrolIn,
    PlanPart,
    ProposalIn,
    RevisionIn,
    Section,
    Team,
)
from tests.patrols.making import COUNTERPART, NOW, START, a_plan, commander, drafted, gpx_along, under_way

OPERATOR = LOCAL_OPERATOR


def test_a_draft_has_its_sections_on_the_line_and_a_code(founded: Session) -> None:
    held = drafted(founded)
    (section,) = held.plan.sections
    assert section.from_m is not None
    assert section.to_m is not None
    assert section.from_m < section.to_m
    assert (held.state, held.code, held.lao_province) == (PatrolState.DRAFTED, "2026-001", "xiangkhouang")
    assert drafted(founded).code == "2026-002"
    founded.commit()
    events = founded.scalars(select(Event.action).where(Event.subject_id == str(held.id))).all()
    assert events == ["draft_patrol"]


def test_drafting_twice_drafts_once(founded: Session) -> None:
    patrol_id = uuid4()
    first, again = drafted(founded, id=patrol_id), drafted(founded, id=patrol_id)
    assert (first.code, again.plan_version) == (again.code, 1)
    with pytest.raises(SentDifferently):
        drafted(founded, id=patrol_id, kind=PatrolKind.OWN_SIDE)


def test_everything_wrong_with_a_plan_is_told_at_once(founded: Session) -> None:
    with pytest.raises(Problems) as error:
        drafted(
            founded,
            ends_on=date(2026, 3, 1),
            teams=[Team(key="vn", side="VN", unit="dai-doi-222", leader="A", strength=3)],
        )
    assert {problem.field for problem in error.value.problems} == {"ends_on", "teams"}
    with pytest.raises(InvalidInput, match="known place"):
        drafted(founded, sections=[Section(first="1", last="2")])
    with pytest.raises(InvalidInput, match="There is no unit"):
        draft_patrol(
            founded,
            viewer=OPERATOR,
            sent=PatrolIn(id=uuid4(), kind=PatrolKind.OWN_SIDE, unit="nowhere", plan=a_plan()),
            now=NOW,
        )


def test_from_a_draft_to_the_next_one(founded: Session, tmp_path: Path) -> None:
    held = drafted(founded)
    propose_to_other_side(founded, viewer=OPERATOR, patrol_id=held.id, sent=ProposalIn(), now=NOW)
    with pytest.raises(NotNow):
        revise_plan(founded, viewer=OPERATOR, patrol_id=held.id, sent=RevisionIn(plan=a_plan()))
    with pytest.raises(InvalidInput):
        answer_patrol(
            founded, viewer=OPERATOR, patrol_id=held.id, sent=AnswerIn(answer=PatrolReply.AGREED), now=NOW
        )
    by_letter = AnswerIn(answer=PatrolReply.AGREED, reference="Công văn 12/ĐB222")
    assert (
        answer_patrol(founded, viewer=OPERATOR, patrol_id=held.id, sent=by_letter, now=NOW).state
        == PatrolState.AGREED
    )
    approve_patrol(founded, viewer=OPERATOR, patrol_id=held.id, now=NOW)
    start_patrol(founded, viewer=OPERATOR, patrol_id=held.id, sent=StartIn(happened_at=START), now=NOW)
    record_radio(
        founded,
        viewer=OPERATOR,
        patrol_id=held.id,
        sent=RadioIn(id=uuid4(), heard_at=START + timedelta(hours=5), near="421"),
        now=NOW,
    )
    line = get_line(founded, viewer=OPERATOR)
    section = held.plan.sections[0]
    assert section.from_m is not None
    assert section.to_m is not None
    store = FileStore(tmp_path)
    content = gpx_along(line, section.from_m, section.to_m, back=True)
    track_id = uuid4()
    bring_in = partial(
        bring_in_track,
        founded,
        viewer=OPERATOR,
        store=store,
        patrol_id=held.id,
        content=content,
        now=NOW,
    )
    brought = bring_in(track_id=track_id, sides=["VN", "LA"])
    assert brought.covers.length_m == pytest.approx(section.to_m - section.from_m, abs=5)
    assert {"420", "421", "422"} <= set(brought.passed)
    again = bring_in(track_id=track_id, sides=["VN", "LA"])
    assert not again.created
    with pytest.raises(SentDifferently):
        bring_in(track_id=uuid4(), sides=["VN"])
    next_id = uuid4()
    ended = end_patrol(
        founded,
        viewer=OPERATOR,
        patrol_id=held.id,
        sent=PatrolEndIn(
            happened_at=START + timedelta(days=2),
            present=[Present(side="VN", unit="don-na-ngoi", strength=8)],
            notes="Nguyên trạng, an toàn.",
            next=NextPatrol(id=next_id, starts_on=date(2026, 6, 9), days=2, strength=10),
        ),
        now=NOW,
    )
    assert ended.state == PatrolState.DONE
    following = get_patrol(founded, viewer=OPERATOR, patrol_id=next_id)
    assert (following.state, following.follows_id) == (PatrolState.DRAFTED, held.id)
    assert [team.strength for team in following.plan.teams] == [10, 10]
    assert following.plan.hours == [], "another day has another daylight"
    assert find_next(founded, viewer=OPERATOR, patrol_id=held.id) == next_id
    assert [step.state for step in list_steps(founded, patrol_id=held.id)] == [
        "drafted",
        "proposed",
        "agreed",
        "approved",
        "under_way",
        "done",
    ]
    coverage = get_coverage(founded, viewer=OPERATOR, asked=Asked(as_of=date(2026, 3, 31)))
    assert coverage.walked_m == pytest.approx(section.to_m - section.from_m, abs=5)
    later = get_coverage(founded, viewer=OPERATOR, asked=Asked(as_of=date(2027, 3, 31)))
    assert later.walked_m == 0
    alone = get_coverage(founded, viewer=OPERATOR, asked=Asked(as_of=date(2026, 3, 31), sides=("LA",)))
    assert alone.walked_m == pytest.approx(coverage.walked_m)
    sent = WithdrawalIn(subject_kind=Withdrawn.TRACK, subject_id=track_id, reason="của đợt khác")
    withdraw(founded, viewer=OPERATOR, patrol_id=held.id, sent=sent)
    assert get_coverage(founded, viewer=OPERATOR, asked=Asked(as_of=date(2026, 3, 31))).walked_m == 0
    assert [track.withdrawn for track in list_tracks(founded, patrol_id=held.id)] == ["của đợt khác"]


def test_what_is_sent_twice_is_recorded_and_told_once(founded: Session) -> None:
    held, other = under_way(founded), under_way(founded)
    radio = RadioIn(id=uuid4(), heard_at=START + timedelta(hours=3), near="421")
    work = WorkIn(id=uuid4(), task=Task.CLEAR, done_on=START.date(), feature="421", amount=40)
    walk = WalkIn(id=uuid4(), walked_on=START.date(), section=Section(first="420", last="421"), sides=["VN"])
    records: tuple[tuple[Callable[..., object], object, str], ...] = (
        (record_radio, radio, "hear_of_patrol"),
        (record_work, work, "record_patrol_work"),
        (record_walk, walk, "record_patrol_walk"),
    )
    for record, sent, action in records:
        for _again in range(2):
            record(founded, viewer=OPERATOR, patrol_id=held.id, sent=sent, now=NOW)
        with pytest.raises(SentDifferently):
            record(founded, viewer=OPERATOR, patrol_id=other.id, sent=sent, now=NOW)
        founded.commit()
        told = founded.scalar(text("SELECT count(*) FROM event WHERE action = :action"), {"action": action})
        assert told == 1, action


def test_the_other_side_sees_only_what_was_given_and_answers(founded: Session) -> None:
    held = drafted(founded)
    founded.commit()
    work_for(founded, COUNTERPART)
    assert list_patrols(founded, viewer=COUNTERPART) == []
    with pytest.raises(NotFound):
        get_patrol(founded, viewer=COUNTERPART, patrol_id=held.id)
    work_for(founded, OPERATOR)
    propose_to_other_side(
        founded,
        viewer=OPERATOR,
        patrol_id=held.id,
        sent=ProposalIn(parts=[PlanPart.SECTIONS], note="nội bộ"),
        now=NOW,
    )
    founded.commit()
    work_for(founded, COUNTERPART)
    theirs = get_patrol(founded, viewer=COUNTERPART, patrol_id=held.id)
    assert theirs.given
    assert theirs.parts == {"dates", "sections", "meeting"}
    assert theirs.plan.meeting_point == "Mốc 420"
    assert (theirs.plan.teams, theirs.plan.supplies, theirs.plan.objectives) == ([], None, None)
    for table in ("patrol", "patrol_plan", "patrol_radio", "patrol_track", "patrol_walk", "patrol_party"):
        assert founded.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    assert list_steps(founded, patrol_id=held.id) == []
    with pytest.raises(Problems) as reversed_days:
        answer_patrol(
            founded,
            viewer=COUNTERPART,
            patrol_id=held.id,
            sent=AnswerIn(answer=PatrolReply.COUNTER_PROPOSED, counter=Counter(ends_on=date(2025, 1, 1))),
            now=NOW,
        )
    assert [problem.field for problem in reversed_days.value.problems] == ["ends_on"]
    counter = Counter(
        starts_on=date(2026, 3, 17),
        ends_on=date(2026, 3, 18),
        meeting_point="ຫຼັກ 421",
        teams=[Team(key="la", side="LA", unit="dai-doi-222", leader="ຄຳ", strength=9)],
    )
    answered = answer_patrol(
        founded,
        viewer=COUNTERPART,
        patrol_id=held.id,
        sent=AnswerIn(answer=PatrolReply.COUNTER_PROPOSED, note="ຝົນຕົກ", counter=counter),
        now=NOW,
    )
    assert answered.state == PatrolState.COUNTER_PROPOSED
    with pytest.raises(NotNow):
        answer_patrol(
            founded, viewer=COUNTERPART, patrol_id=held.id, sent=AnswerIn(answer=PatrolReply.AGREED), now=NOW
        )
    founded.commit()
    work_for(founded, OPERATOR)
    assert [row.answer for row in list_answers(founded, patrol_id=held.id)] == ["counter_proposed"]
    agreed = accept_counter(founded, viewer=OPERATOR, patrol_id=held.id, now=NOW)
    assert agreed.state == PatrolState.AGREED
    assert (agreed.plan.starts_on, agreed.plan.meeting_point) == (date(2026, 3, 17), "ຫຼັກ 421")
    assert [(team.key, team.strength) for team in agreed.plan.teams] == [("vn", 8), ("la", 9)]
    founded.commit()
    work_for(founded, COUNTERPART)
    seen = get_patrol(founded, viewer=COUNTERPART, patrol_id=held.id)
    assert (seen.state, seen.plan.starts_on) == (PatrolState.AGREED, date(2026, 3, 17))


def test_another_lao_province_and_another_post_see_nothing(founded: Session) -> None:
    held = drafted(founded)
    propose_to_other_side(founded, viewer=OPERATOR, patrol_id=held.id, sent=ProposalIn(), now=NOW)
    founded.commit()
    elsewhere = type(COUNTERPART)(**{**vars(COUNTERPART), "audience": "bolikhamxay"})
    for viewer, sees in (
        (elsewhere, False),
        (commander("don-mon-son"), False),
        (commander("don-na-ngoi"), True),
        (commander("nghe-an"), True),
    ):
        work_for(founded, viewer)
        assert [one.id for one in list_patrols(founded, viewer=viewer)] == ([held.id] if sees else [])
        assert founded.scalar(text("SELECT count(*) FROM patrol_plan")) == int(sees)
        founded.commit()


def test_a_commander_plans_for_their_own_post_only(founded: Session) -> None:
    own = commander("don-na-ngoi")
    work_for(founded, own)
    held = drafted(founded, viewer=own, kind=PatrolKind.OWN_SIDE)
    approve_patrol(founded, viewer=own, patrol_id=held.id, now=NOW)
    founded.commit()
    other = commander("don-mon-son")
    work_for(founded, other)
    with pytest.raises(NotAllowed):
        drafted(founded, viewer=other, kind=PatrolKind.OWN_SIDE)
    with pytest.raises(DBAPIError, match="row-level security"):
        founded.execute(
            text(
                "INSERT INTO patrol_radio (id, patrol_id, heard_at)"
                f" VALUES (gen_random_uuid(), '{held.id}', now())"
            )
        )


def test_history_is_not_changed_by_anybody(founded: Session) -> None:
    held = drafted(founded)
    with pytest.raises(DBAPIError, match="permission denied"):
        founded.execute(text(f"UPDATE patrol_step SET state = 'done' WHERE patrol_id = '{held.id}'"))


def test_visits_work_and_stated_walks(founded: Session) -> None:
    held = under_way(founded)
    inspected = record_inspection(
        founded,
        viewer=OPERATOR,
        sent=InspectionIn.model_validate(
            {
                "id": str(uuid4()),
                "feature": "421",
                "observed_at": (START + timedelta(hours=4)).isoformat(),
                "occasion": "patrol",
                "finding": "seen",
                "components": {"body": "good"},
            }
        ),
        now=NOW,
    )
    visit = VisitIn(id=uuid4(), inspection=inspected.inspection.id)
    first = record_visit(founded, viewer=OPERATOR, patrol_id=held.id, sent=visit, now=NOW)
    again = VisitIn(id=uuid4(), inspection=inspected.inspection.id)
    assert record_visit(founded, viewer=OPERATOR, patrol_id=held.id, sent=again, now=NOW).id == first.id
    with pytest.raises(NotFound):
        record_visit(
            founded,
            viewer=OPERATOR,
            patrol_id=held.id,
            sent=VisitIn(id=uuid4(), inspection=uuid4()),
            now=NOW,
        )
    done_on = date(2026, 3, 10)
    work = WorkIn(id=uuid4(), task=Task.REPAINT, done_on=done_on, feature="421", amount=2.5)
    assert record_work(founded, viewer=OPERATOR, patrol_id=held.id, sent=work, now=NOW).amount == 2.5
    with pytest.raises(InvalidInput, match="at which feature"):
        record_work(
            founded,
            viewer=OPERATOR,
            patrol_id=held.id,
            sent=WorkIn(id=uuid4(), task=Task.CLEAR, done_on=done_on),
            now=NOW,
        )
    walk = WalkIn(id=uuid4(), walked_on=done_on, section=Section(first="420", last="421"), sides=["VN"])
    record_walk(founded, viewer=OPERATOR, patrol_id=held.id, sent=walk, now=NOW)
    with pytest.raises(InvalidInput, match="no team of the other side"):
        record_walk(
            founded,
            viewer=OPERATOR,
            patrol_id=held.id,
            sent=walk.model_copy(update={"id": uuid4(), "sides": ["VN", "LA"]}),
            now=NOW,
        )
    with pytest.raises(InvalidInput, match="not a day"):
        record_walk(
            founded,
            viewer=OPERATOR,
            patrol_id=held.id,
            sent=walk.model_copy(update={"id": uuid4(), "walked_on": date(2026, 3, 9)}),
            now=NOW,
        )
    coverage = get_coverage(founded, viewer=OPERATOR, asked=Asked(as_of=date(2026, 3, 12)))
    assert coverage.walked_m > 0
    assert "421" not in [one.label for one in coverage.unseen]
    assert "420" in [one.label for one in coverage.unseen]
    own = get_coverage(founded, viewer=OPERATOR, asked=Asked(as_of=date(2026, 3, 12), unit="don-na-ngoi"))
    assert own.within.length_m < coverage.within.length_m
    assert [one.unit for one in own.units] == ["don-na-ngoi"]


def test_nothing_is_recorded_of_a_patrol_that_has_not_set_out(founded: Session, tmp_path: Path) -> None:
    held = drafted(founded)
    with pytest.raises(NotNow):
        record_radio(founded, viewer=OPERATOR, patrol_id=held.id, sent=RadioIn(id=uuid4()), now=NOW)
    with pytest.raises(NotNow):
        bring_in_track(
            founded,
            viewer=OPERATOR,
            store=FileStore(tmp_path),
            patrol_id=held.id,
            track_id=uuid4(),
            content=b"",
            sides=["VN"],
            now=NOW,
        )


@pytest.mark.parametrize("start", [START - timedelta(days=30), START + timedelta(days=30)])
def test_a_track_of_other_days_is_refused(founded: Session, tmp_path: Path, start: datetime) -> None:
    held = under_way(founded)
    content = gpx_along(get_line(founded, viewer=OPERATOR), 250_000, 252_000, start=start)
    with pytest.raises(InvalidInput, match="the patrol set out on"):
        bring_in_track(
            founded,
            viewer=OPERATOR,
            store=FileStore(tmp_path),
            patrol_id=held.id,
            track_id=uuid4(),
            content=content,
            sides=["VN"],
            now=NOW,
        )


def test_cutting_short_and_cancelling_need_a_reason(founded: Session) -> None:
    held = under_way(founded)
    with pytest.raises(InvalidInput, match="Say why"):
        end_patrol(founded, viewer=OPERATOR, patrol_id=held.id, sent=PatrolEndIn(cut_short=True), now=NOW)
    ended = end_patrol(
        founded, viewer=OPERATOR, patrol_id=held.id, sent=PatrolEndIn(cut_short=True, reason="lũ"), now=NOW
    )
    assert ended.state == PatrolState.CUT_SHORT
    draft = drafted(founded)
    with pytest.raises(InvalidInput, match="Say why"):
        cancel_patrol(founded, viewer=OPERATOR, patrol_id=draft.id, reason=None, now=NOW)
    proposed = propose_to_other_side(founded, viewer=OPERATOR, patrol_id=draft.id, sent=ProposalIn(), now=NOW)
    with pytest.raises(NotNow):
        cancel_patrol(founded, viewer=OPERATOR, patrol_id=proposed.id, reason="đổi ngày", now=NOW)
    withdraw_to_draft(founded, viewer=OPERATOR, patrol_id=draft.id, reason="đổi ngày", now=NOW)
    cancelled = cancel_patrol(founded, viewer=OPERATOR, patrol_id=draft.id, reason="đổi ngày", now=NOW)
    assert cancelled.state == PatrolState.CANCELLED


def test_a_changed_plan_that_is_sent_twice_is_one_version(founded: Session) -> None:
    held = drafted(founded)
    sent = RevisionIn(plan=a_plan(objectives="Kiểm tra mốc 421 sau lũ"))
    once, again = (
        revise_plan(founded, viewer=OPERATOR, patrol_id=held.id, sent=sent).plan_version for _ in range(2)
    )
    assert once == again == held.plan_version + 1
