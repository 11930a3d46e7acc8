"""Commands run as a person: with their permissions, on their part of the line, in their name."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.cli.test_commands import address, data, run
from tests.program import Program

__all__ = ["address", "run"]  # fixtures


def inspection(feature: str) -> str:
    return json.dumps(
        {
            "id": str(uuid4()),
            "feature": feature,
            "observed_at": "2026-02-05T09:30:00+07:00",
            "finding": "seen",
            "components": {"body": "fair"},
        }
    )


def codes(collection: Any) -> set[str]:
    return {feature["properties"]["code"] for feature in collection["features"]}


def test_a_person_lists_their_part_of_the_line(run: Program) -> None:
    every = codes(data(run("features", "list", "--json")))
    own = codes(data(run("--as", "officer", "features", "list", "--json")))
    assert {"408", "400"} <= own < every
    assert "390" in every - own
    assert codes(data(run("features", "list", "--json", BORDEROPS_AS="officer"))) == own
    assert codes(data(run("--as", "auditor", "features", "list", "--json"))) == every
    assert codes(data(run("--as", "lao-officer-xk", "features", "list", "--json"))) == set()


@pytest.mark.parametrize(
    ("login", "arguments", "code"),
    [
        ("officer", ("features", "show", "408"), 0),
        ("officer", ("features", "show", "390"), 3),
        ("officer", ("settings", "set", "x", "1", "--basis", "-"), 5),
        ("officer", ("features", "derive"), 5),
        ("administrator", ("features", "list"), 5),
        ("administrator", ("settings", "list"), 0),
        ("administrator", ("db", "check"), 0),
        ("auditor", ("import", "founding"), 5),
        ("specialist", ("db", "url"), 5),
        ("nobody", ("features", "list"), 3),
    ],
)
def test_what_their_duties_cover(run: Program, login: str, arguments: tuple[str, ...], code: int) -> None:
    finished = run("--as", login, *arguments)
    assert finished.returncode == code, finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize(("feature", "code"), [("408", 0), ("400", 5), ("390", 3)])
def test_they_write_where_they_may_and_in_their_name(run: Program, feature: str, code: int) -> None:
    """408 is in the officer's section, 400 in the neighbour's, 390 farther on."""
    finished = run("--as", "officer", "inspections", "record", "-", given=inspection(feature))
    assert finished.returncode == code, finished.stderr
    if code == 0:
        newest = data(run("--as", "auditor", "audit", "list", "--json"))
        told = [event for event in newest if event["action"] == "record_inspection"]
        assert "officer" in {event["actor"] for event in told}
