"""Patrols at the console, as programs run it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyogrio
import pytest

from borderops.boundary.queries import get_line
from borderops.core.clock import now, today
from borderops.core.database import Database
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.patrols.actions import approve_patrol
from borderops.patrols.queries import list_patrols
from borderops.patrols.recording.actions import start_patrol
from borderops.patrols.recording.schemas import StartIn
from tests.conftest import Databases
from tests.patrols.making import a_plan, gpx_along
from tests.program import Program

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def address(databases: Databases) -> Iterator[str]:
    with databases.copy("founding") as name:
        yield databases.app(name)


@pytest.fixture(scope="module")
def run(address: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a command that must go well; what it prints as JSON, or its text."""
    program = Program(tmp_path_factory.mktemp("home"), address)

    def run(*arguments: str) -> Any:
        done = program("patrol", *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    return run


def test_a_patrol_from_the_console(run: Run, address: str, tmp_path: Path) -> None:
    start = today(now())
    plan = a_plan(starts_on=start, ends_on=start + timedelta(days=1)).model_dump(
        mode="json", exclude_none=True
    )
    plan["teams"] = plan["teams"][:1]
    file = tmp_path / "plan.json"
    body = {"id": str(uuid4()), "kind": "own_side", "unit": "don-na-ngoi", "plan": plan}
    file.write_text(json.dumps(body), encoding="utf-8")
    code = run("draft", str(file), "--json")["code"]
    assert code in run("list")
    proposed = run("propose", code, "--seconds", "1", "--sets-out", "07:15", "--adopt", "--json")
    assert proposed["state"] == "done"
    assert {hours["sets_out"] for hours in proposed["result"]["hours"]} == {"07:15:00"}
    assert run("show", code, "--json")["plan_version"] == 2
    for ending in ("pdf", "gpx", "kml", "gpkg", "geojson"):
        run("export", code, "-o", str(tmp_path / f"plan.{ending}"), "--lang", "vi")
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF")
    assert len(pyogrio.list_layers(tmp_path / "plan.gpkg")) == 3
    began = datetime.now(UTC) - timedelta(hours=3)
    (tmp_path / "track.gpx").write_bytes(_set_out(address, began))
    brought = run("track", code, str(tmp_path / "track.gpx"), "--json")
    assert {"420", "421", "422"} <= set(brought["passed"])
    covered = run("coverage", "--section", "420-422", "--json")
    assert covered["walked_m"] == pytest.approx(covered["line_m"], abs=50)
    assert [one["code"] for one in run("under-way", "--json")] == [code]


def _set_out(address: str, began: datetime) -> bytes:
    """The one patrol is approved and has set out; the track that it then records."""
    database = Database(address, viewer=LOCAL_OPERATOR)
    with database.transaction() as session:
        (held,) = list_patrols(session, viewer=LOCAL_OPERATOR)
        approve_patrol(session, viewer=LOCAL_OPERATOR, patrol_id=held.id, now=now())
        sent = StartIn(happened_at=began)
        start_patrol(session, viewer=LOCAL_OPERATOR, patrol_id=held.id, sent=sent, now=now())
        section = held.plan.sections[0]
        assert section.from_m is not None
        assert section.to_m is not None
        track = gpx_along(get_line(session, viewer=LOCAL_OPERATOR), section.from_m, section.to_m, start=began)
    database.close()
    return track


def test_seasons_and_closed_stretches_from_the_console(run: Run) -> None:
    season = run(
        *("limit", "add", "Mùa mưa", "--unit", "nghe-an", "--basis", "Kế hoạch 12", "--from", "2026-01-01"),
        *("--yearly-from", "15/5", "--yearly-to", "10-15", "--pace", "1.4", "--json"),
    )
    assert (season["yearly_from"], season["yearly_to"], season["pace"]) == ("05-15", "10-15", 1.4)
    stretch = run("limit", "add", "Sạt lở", "--unit", "don-nam-can", "--basis", "Tổ 1", "--closed", "407-408")
    (held,) = (
        one for one in run("limit", "list", "--on", "2026-06-01", "--json") if one["id"] == season["id"]
    )
    assert held["holds"]
    assert "Sạt lở" in run("limit", "list")
    ended = run("limit", "end", stretch.strip(), "--reason", "Đã thông", "--json")
    assert ended["ended_because"] == "Đã thông"
    assert len(run("limit", "list", "--json")) == 2
