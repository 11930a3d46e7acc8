"""The planner's page: what the plan rests on is shown, hours and figures as people state them are kept to."""

from datetime import date, time

from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.core.viewer import LOCAL_OPERATOR
from borderops.patrols.models import PatrolRun
from borderops.patrols.planning.proposing import propose
from borderops.patrols.proposals.figures import LOOKING
from borderops.patrols.proposals.posing import pose_problem
from borderops.patrols.proposals.runs import adopt_run, find_run, result_of
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.queries import get_patrol
from borderops.patrols.rules import RunState
from borderops.patrols.schemas import Section
from borderops.register.settings import change_setting
from tests.patrols.making import NOW, a_plan, drafted

VIEWER = LOCAL_OPERATOR
SECTIONS = [Section(first="405", last="409")]


def test_the_page_says_what_a_plan_rests_on(client: TestClient, founded: Session) -> None:
    held = drafted(founded, sections=SECTIONS, meeting_point="405(1)")
    change_setting(
        founded,
        viewer=VIEWER,
        key=LOOKING,
        value=44,
        legal_basis="Lệnh 7 của tiểu đoàn",
        valid_from=date(2026, 1, 1),
        now=NOW,
    )
    page = client.get(f"/patrols/{held.id}/planner", params={"lang": "en"}).text
    assert "44 minutes" in page
    assert "Lệnh 7 của tiểu đoàn" in page


def test_hours_are_typed_and_told_where_they_are_wrong(client: TestClient, founded: Session) -> None:
    held = drafted(founded, sections=SECTIONS, meeting_point="405(1)")
    address = f"/patrols/{held.id}/planner"
    wrong = client.post(address, params={"lang": "en"}, data={"sets_out": "16:00", "back_by": "07:00"})
    assert wrong.status_code == 422
    assert 'value="16:00"' in wrong.text
    assert (
        client.post(
            address, data={"seconds": "1", "sets_out": "07:15", "factor": "2,5"}, follow_redirects=False
        ).status_code
        == 303
    )
    run = find_run(founded, viewer=VIEWER, patrol_id=held.id)
    assert run is not None
    wish = Wish.model_validate(run.asked)
    assert (wish.sets_out, wish.back_by, wish.factor) == (time(7, 15), None, 2.5)


def test_the_hours_go_into_the_plan_and_onto_its_page(client: TestClient, founded: Session) -> None:
    ours, theirs = a_plan().teams
    held = drafted(
        founded,
        sections=SECTIONS,
        meeting_point="405(1)",
        teams=[ours.model_copy(update={"start": "19.4727, 104.0807 Bản Noọng Dẻ"}), theirs],
    )
    wish = Wish(metres_an_hour=3000, back_by=time(16, 20))
    posed = pose_problem(founded, viewer=VIEWER, held=held, wish=wish)
    proposal = propose(posed.problem, seed=1, iterations=100)
    run = PatrolRun(
        id=held.id,
        patrol_id=held.id,
        asked=wish.model_dump(mode="json"),
        state=RunState.DONE,
        progress={},
        result=result_of(posed, held.plan, proposal),
        told_at=NOW,
        recorded_by=VIEWER.name,
    )
    founded.add(run)
    founded.flush()
    planner = client.get(f"/patrols/{held.id}/planner", params={"lang": "en"}).text
    assert "back by 16:20, as stated for this plan" in planner
    assert "Bản Noọng Dẻ" in planner, "where a team sets out need be no feature"
    assert "nobody said where it sets out" in planner
    adopt_run(founded, viewer=VIEWER, patrol_id=held.id, run_id=run.id)
    plan = get_patrol(founded, viewer=VIEWER, patrol_id=held.id).plan
    assert [hours.back_by for hours in plan.hours] == [time(16, 20)] * 2
    assert "sunrise 06:" in client.get(f"/patrols/{held.id}", params={"lang": "en"}).text
