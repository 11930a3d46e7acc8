"""The planner behind a page: wishes are kept to, progress is told, a run can be stopped and taken over."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyogrio.raw
import pytest
import rasterio
import shapely
from sqlalchemy.orm import Session, sessionmaker

from borderops.app import DERIVE
from borderops.core.database import Database
from borderops.core.errors import InvalidInput
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.inspections.rules import State, Urgency
from borderops.patrols.actions import propose_to_other_side
from borderops.patrols.planning.proposing import propose
from borderops.patrols.proposals.figures import Figure, get_points
from borderops.patrols.proposals.posing import pose_problem
from borderops.patrols.proposals.runs import (
    SILENT,
    adopt_run,
    begin_run,
    calculate,
    get_run,
    result_of,
    run_out,
    state_of,
    stop_run,
)
from borderops.patrols.proposals.walking_by import ALONG, MIXED, walking_said
from borderops.patrols.proposals.wishes import Wish
from borderops.patrols.proposals.worth import worth_of
from borderops.patrols.queries import HeldPatrol, get_patrol
from borderops.patrols.rules import NotNow, RunState, Task
from borderops.patrols.schemas import Place, ProposalIn, Section, StopKind
from borderops.register.settings import change_setting
from tests.conftest import Databases
from tests.patrols.making import NOW, drafted

VIEWER = LOCAL_OPERATOR


@pytest.fixture(scope="module")
def sessions(databases: Databases) -> Iterator[sessionmaker[Session]]:
    with databases.copy("founding") as name:
        database = Database(databases.app(name), derive=DERIVE, viewer=VIEWER)
        yield database.sessions
        database.close()


def begun(sessions: sessionmaker[Session], wish: Wish, **changes: Any) -> tuple[HeldPatrol, UUID]:
    with sessions.begin() as session:
        changes.setdefault("sections", [Section(first="405", last="409")])
        changes.setdefault("meeting_point", "405(1)")
        held = drafted(session, **changes)
        return held, begin_run(session, viewer=VIEWER, patrol_id=held.id, wish=wish, now=NOW).id


def test_a_run_keeps_to_the_wishes_and_is_taken_into_the_plan(sessions: sessionmaker[Session]) -> None:
    camp = Place(lon=104.08, lat=19.42, name="Trại 1")
    wish = Wish(seconds=1, pins=["407"], forbidden=["406"], metres_an_hour=3000)
    held, run_id = begun(sessions, wish, camps=[camp], tasks=[Task.CLEAR])
    calculate(sessions, viewer=VIEWER, run_id=run_id)
    with sessions.begin() as session:
        run = get_run(session, viewer=VIEWER, patrol_id=held.id, run_id=run_id)
        assert run.state == RunState.DONE
        assert run.result is not None
        visited = {stop["feature"] for stop in run.result["stops"] if stop["kind"] == "visit"}
        assert "407" in visited
        assert "406" not in visited
        why = {reason["feature"]: reason for reason in run.result["reasons"]}
        assert {key for key, reason in why.items() if reason["chosen"]} == visited
        at = {stop["feature"]: stop["at"][:5] for stop in run.result["stops"] if stop["kind"] == "visit"}
        assert {key: why[key]["values"]["at"] for key in visited} == at
        assert why["406"]["text"] == "Left out: a person forbade it."
        assert run.result["another_day"]["gain"] >= 0
        assert run.result["another_hour"]["gain"] >= 0
        adopted = adopt_run(session, viewer=VIEWER, patrol_id=held.id, run_id=run_id)
    assert adopted.plan_version == 2
    assert {stop.feature for stop in adopted.plan.stops if stop.kind == StopKind.VISIT} == visited
    assert adopted.plan.walking_by is not None
    assert adopted.plan.walking_by.km_an_hour == 3
    assert "3.0 km an hour" in str(walking_said(adopted.plan.walking_by))


def test_the_same_wishes_give_the_same_plan(founded: Session) -> None:
    held = drafted(founded, sections=[Section(first="405", last="413")], meeting_point="405(1)")
    posed = pose_problem(founded, viewer=VIEWER, held=held, wish=Wish(metres_an_hour=2500))
    one, other = (propose(posed.problem, seed=7, iterations=300) for _ in range(2))
    told = [result_of(posed, held.plan, proposal) for proposal in (one, other)]
    assert told[0]["stops"] == told[1]["stops"]
    assert told[0]["reasons"] == told[1]["reasons"]
    assert told[0]["another_day"] == told[1]["another_day"]


def test_a_run_stops_when_a_person_says_so(sessions: sessionmaker[Session]) -> None:
    held, run_id = begun(sessions, Wish(seconds=60), sections=[Section(first="359", last="463")])
    with sessions.begin() as session:
        stop_run(session, viewer=VIEWER, patrol_id=held.id, run_id=run_id)
    calculate(sessions, viewer=VIEWER, run_id=run_id)
    with sessions.begin() as session:
        told = run_out(get_run(session, viewer=VIEWER, patrol_id=held.id, run_id=run_id), now=NOW)
    assert told.state in {RunState.STOPPED, RunState.DONE}
    assert told.result is not None
    assert told.result["seconds"] < 30


def test_a_run_that_nobody_calculates_any_more_has_failed(sessions: sessionmaker[Session]) -> None:
    held, run_id = begun(sessions, Wish())
    with sessions.begin() as session:
        run = get_run(session, viewer=VIEWER, patrol_id=held.id, run_id=run_id)
        assert state_of(run, now=NOW + SILENT) == RunState.RUNNING
        assert state_of(run, now=NOW + SILENT + timedelta(seconds=1)) == RunState.FAILED
        with pytest.raises(NotNow):
            adopt_run(session, viewer=VIEWER, patrol_id=held.id, run_id=run_id)


def test_what_has_gone_wrong_since_is_told(sessions: sessionmaker[Session]) -> None:
    held, run_id = begun(sessions, Wish(seconds=1))
    with sessions.begin() as session:
        propose_to_other_side(session, viewer=VIEWER, patrol_id=held.id, sent=ProposalIn(), now=NOW)
        with pytest.raises(NotNow):
            begin_run(session, viewer=VIEWER, patrol_id=held.id, wish=Wish(), now=NOW)
    calculate(sessions, viewer=VIEWER, run_id=run_id)
    with sessions.begin() as session, pytest.raises(NotNow):
        adopt_run(session, viewer=VIEWER, patrol_id=held.id, run_id=run_id)
    with sessions.begin() as session:
        assert get_patrol(session, viewer=VIEWER, patrol_id=held.id).plan_version == 1


@pytest.mark.parametrize(
    ("changes", "wish", "said"),
    [
        ({}, Wish(pins=["463"]), "does not stand in the sections"),
        ({"teams": []}, Wish(), "at least one team"),
        ({}, Wish(closed=[Section(first="1", last="2")]), "known place"),
    ],
)
def test_what_cannot_be_planned_is_told_at_once(
    founded: Session, changes: dict[str, Any], wish: Wish, said: str
) -> None:
    held = drafted(founded, **changes)
    with pytest.raises(InvalidInput, match=said):
        begin_run(founded, viewer=VIEWER, patrol_id=held.id, wish=wish, now=NOW)


def test_nobody_walks_over_a_closed_stretch(founded: Session) -> None:
    held = drafted(founded, sections=[Section(first="405", last="409")], meeting_point="405(1)")
    wish = Wish(metres_an_hour=6000, closed=[Section(first="407", last="408")])
    posed = pose_problem(founded, viewer=VIEWER, held=held, wish=wish)
    visited = propose(posed.problem, seed=1, iterations=200).plan.visited
    assert {"405(1)", "406"} <= set(visited)
    assert not {"409"} & set(visited)


def test_heights_and_paths_that_were_brought_are_walked_on(founded: Session, tmp_path: Path) -> None:
    held = drafted(founded, sections=[Section(first="405", last="409")], meeting_point="405(1)")
    plain = pose_problem(founded, viewer=VIEWER, held=held, wish=Wish(), folder=tmp_path / "nothing")
    assert walking_said(plain.walking_by).text == ALONG
    placed = {key: (one.lon, one.lat) for key, one in plain.features.items()}
    with rasterio.open(
        tmp_path / "heights.tif",
        "w",
        driver="GTiff",
        width=60,
        height=60,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        transform=rasterio.Affine(0.004, 0, 104.0, 0, -0.004, 19.55),
    ) as raster:
        raster.write(np.full((1, 60, 60), 900, np.float32))
    by_ground = pose_problem(founded, viewer=VIEWER, held=held, wish=Wish(), folder=tmp_path)
    assert walking_said(by_ground.walking_by).text == MIXED
    assert by_ground.walking_by.ground != 0
    ways = [shapely.LineString([placed["406"], placed["407"]])]
    pyogrio.raw.write(
        tmp_path / "paths.gpkg",
        geometry=np.array(shapely.to_wkb(ways), dtype=object),
        field_data=[],
        fields=[],
        driver="GPKG",
        geometry_type="LineString",
        crs="EPSG:4326",
    )
    by_paths = pose_problem(founded, viewer=VIEWER, held=held, wish=Wish(), folder=tmp_path)
    assert by_paths.walking_by.paths != 0
    (tmp_path / "rivers.geojson").write_text("nothing of the kind", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"rivers\.geojson"):
        pose_problem(founded, viewer=VIEWER, held=held, wish=Wish(), folder=tmp_path)


def test_what_wants_evidence_is_worth_most_and_nothing_is_worth_nothing() -> None:
    def points(state: str, **changes: object) -> int:
        given: dict[str, object] = {
            "urgency": None,
            "overdue": False,
            "last_visit_on": date(2025, 1, 1),
            "interval_days": 365,
            "schematic": False,
            "on": date(2026, 3, 10),
        }
        return worth_of(state=state, **{**given, **changes}).points  # type: ignore[arg-type]

    in_order = ["reported_destroyed", "not_found", "severe", "poor", "never_inspected", "fair", "good"]
    assert [points(state) for state in in_order] == sorted(map(points, in_order), reverse=True)
    assert all(points(state) > 0 for state in State)
    assert points("poor", urgency="urgent") > points("poor", urgency="soon") > points("poor")
    assert points("fair", overdue=True, last_visit_on=date(2020, 1, 1)) > points("fair", overdue=True)
    assert all(points("poor", urgency=urgency) >= points("poor") for urgency in Urgency)
    assert points("good", schematic=True) > points("good")


def test_points_are_settings_from_a_day_on(founded: Session) -> None:
    held = drafted(founded, sections=[Section(first="405", last="409")], meeting_point="405(1)")
    on = held.plan.starts_on

    def worth(label: str) -> int:
        return pose_problem(founded, viewer=VIEWER, held=held, wish=Wish()).worth[label].points

    before = worth("405(1)")
    key, basis = "patrol.worth.state.poor", "Chỉ thị 3"
    change_setting(founded, viewer=VIEWER, key=key, value=200, legal_basis=basis, valid_from=on, now=NOW)
    assert worth("405(1)") == before + 140
    assert get_points(founded, on=on)["state.poor"] == Figure(key, 200.0, basis, stated=True)
    assert get_points(founded, on=on - timedelta(days=1))["state.poor"].value == 60
