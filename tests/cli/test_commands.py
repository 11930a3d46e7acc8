"""The program itself, as people and scripts run it: what it prints, what it says, how it ends."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from borderops.core.provision import libpq_url
from tests.conftest import Databases
from tests.program import Finished, Program


@pytest.fixture(scope="module")
def address(databases: Databases) -> Iterator[str]:
    """A server of one's own with the founding data, as BORDEROPS_DATABASE_URL names it."""
    with databases.copy("founding") as name:
        yield databases.app(name)


@pytest.fixture(scope="module")
def run(address: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Program:
    return Program(tmp_path_factory.mktemp("home"), address)


def data(finished: Finished) -> Any:
    """What a command printed for programs; nothing else may stand beside it."""
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_the_repair_status_report(run: Program) -> None:
    asked = ("report", "repair-status", "--province", "houaphanh", "--as-of", "2024-06-30")
    told = data(run(*asked, "--json"))
    assert {"province", "as_of", "known_at", "items"} <= told.keys()
    assert (told["province"], told["as_of"]) == ("houaphanh", "2024-06-30")
    assert [(item["number"], item["responsible_side"]) for item in told["items"]] == [
        ("390", "UNSETTLED"),
        ("397(1)", "LA"),
        ("397(2)", "VN"),
        ("397(3)", "VN"),
    ]
    assert {"number", "kind", "responsible_side", "state", "since"} <= told["items"][0].keys()
    sheet = run(*asked, "--csv")
    assert sheet.returncode == 0
    assert len(list(csv.reader(StringIO(sheet.stdout)))) == 5
    for_people = run(*asked)
    assert "397(2)" in for_people.stdout


def test_the_list_for_programs_and_for_people(run: Program) -> None:
    asked = ("features", "list", "--damaged", "--as-of", "2024-06-30", "--province", "xiangkhouang")
    collection = data(run(*asked, "--json"))
    assert collection["type"] == "FeatureCollection"
    assert [one["properties"]["number"] for one in collection["features"]] == ["405(1)", "409", "410(1)"]
    for_people = run(*asked)
    assert for_people.returncode == 0
    assert "410(1)" in for_people.stdout
    assert "3 features" in for_people.stderr


def test_one_feature_and_its_history(run: Program) -> None:
    feature = data(run("features", "show", "397(2)", "--as-of", "2024-06-30", "--json"))
    assert feature["type"] == "Feature"
    assert feature["properties"]["state"] == "severe"
    history = data(run("features", "history", "mốc số 397(2)", "--json"))
    assert {"inspection", "duty", "position"} <= {entry["what"] for entry in history}
    for_people = run("features", "show", "397(2)", "--as-of", "2024-06-30")
    assert "severe" in for_people.stdout


def test_a_gate_is_shown_with_its_card_and_its_class(run: Program) -> None:
    gate = data(run("features", "show", "nam-can", "--as-of", "2002-06-30", "--json"))
    assert [(one["side"], one["value"], one["since"]) for one in gate["gate"]] == [("PAIR", "main", "1990")]
    assert gate["card"]["mark"] == "sourced"
    for_people = run("features", "show", "nam-can")
    assert "class (PAIR)" in for_people.stdout
    assert "international since 2003-01" in for_people.stdout


def test_an_inspection_from_a_file_and_from_standard_input(run: Program, tmp_path: Path) -> None:
    sent = {
        "id": str(uuid4()),
        "feature": "408",
        "observed_at": "2026-01-05T09:30:00+07:00",
        "finding": "seen",
        "components": {"body": "poor"},
    }
    file = tmp_path / "inspection.json"
    file.write_text(json.dumps(sent), encoding="utf-8")
    first = data(run("inspections", "record", str(file), "--json"))
    again = data(run("inspections", "record", "-", "--json", given=json.dumps(sent)))
    assert (first["created"], again["created"]) == (True, False)
    assert first["inspection"] == again["inspection"]
    shown = data(run("features", "show", "408", "--as-of", "2026-01-06", "--json"))
    assert shown["properties"]["state"] == "poor"
    changed = run("inspections", "record", "-", given=json.dumps(sent | {"notes": "khác"}))
    assert changed.returncode == 4
    assert "id:" in changed.stderr


@pytest.mark.parametrize(
    ("arguments", "given", "code", "said"),
    [
        (("features", "show", "998"), None, 3, "998"),
        (("features", "list", "--as-of", "soon"), None, 2, "as-of"),
        (("features", "list", "--province", "atlantis"), None, 2, "atlantis"),
        (("inspections", "record", "-"), "{", 2, "JSON"),
        (("inspections", "record", "-"), '{"id": "x"}', 2, "feature"),
        (("inspections", "record", "/nowhere.json"), None, 2, "nowhere"),
    ],
)
def test_errors_are_a_sentence_and_a_code(
    run: Program, arguments: tuple[str, ...], given: str | None, code: int, said: str
) -> None:
    finished = run(*arguments, given=given)
    assert finished.returncode == code, finished.stderr
    assert finished.stdout == ""
    assert said in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_choice_that_there_is_not_is_told_with_those_that_there_are(run: Program) -> None:
    told = run("features", "list", "--province", "hua-phan")
    assert told.returncode == 2
    assert "'hua-phan' is not one of 'xiangkhouang', 'houaphanh', 'bolikhamxay'" in told.stderr
    assert "Value error" not in told.stderr


def test_why_a_search_finds_nothing_is_told_to_programs_too(run: Program) -> None:
    nothing = data(run("features", "list", "--search", "Kỳ Sơn", "--as-of", "2026-01-01", "--json"))
    assert nothing["features"] == []
    assert {one["nearest_day"] for one in nothing["units_elsewhen"]} == {"2025-06-30"}
    assert "units_elsewhen" not in data(run("features", "list", "--search", "998", "--json"))


def test_errors_in_the_language_of_the_console(run: Program) -> None:
    told = [run("features", "show", "998", BORDEROPS_LANG=language).stderr for language in ("vi", "lo")]
    assert len(set(told)) == 2


def test_a_database_that_is_not_there(run: Program, databases: Databases) -> None:
    finished = run("features", "list", BORDEROPS_DATABASE_URL=databases.app("nowhere"))
    assert finished.returncode == 6, finished.stderr
    assert finished.stdout == ""
    assert "Traceback" not in finished.stderr


def test_settings_that_cannot_be_used(run: Program) -> None:
    finished = run("features", "list", BORDEROPS_DATABASE_URL="sqlite:///x.db")
    assert finished.returncode == 2
    assert "BORDEROPS_DATABASE_URL" in finished.stderr


def test_the_address_that_psql_takes(run: Program, address: str) -> None:
    finished = run("db", "url")
    assert finished.returncode == 0
    assert finished.stdout.strip() == libpq_url(address)
    with psycopg.connect(finished.stdout.strip()) as connection:
        connection.execute("SELECT set_config('borderops.sees', 'all', false)")
        assert connection.execute("SELECT count(*) > 50 FROM feature").fetchone() == (True,)


def test_loading_and_deriving_again_change_nothing(run: Program) -> None:
    loaded = run("import", "founding")
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout == ""
    assert "0 rows added" in loaded.stderr
    before = data(run("features", "list", "--json"))
    derived = run("features", "derive")
    assert derived.returncode == 0, derived.stderr
    assert data(run("features", "list", "--json")) == before
