"""Whose part of the line coverage tells of: whose patrols the reader sees, and as long for everybody."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

COVERAGE = "/api/v1/patrols/coverage"

SignedInAs = Callable[[str], TestClient]


def parts(client: TestClient) -> dict[str, float]:
    return {row["unit"]: row["section_m"] for row in client.get(COVERAGE).json()["units"]}


@pytest.mark.usefixtures("founded")
def test_a_post_is_told_of_its_own_part_which_is_the_same_for_everybody(signed_in_as: SignedInAs) -> None:
    everything = parts(signed_in_as("auditor"))
    assert set(everything) > {"don-nam-can", "don-na-loi", "dai-doi-221"}
    assert parts(signed_in_as("specialist")) == everything
    commander = signed_in_as("commander")
    assert parts(commander) == {"don-nam-can": everything["don-nam-can"]}
    assert commander.get(COVERAGE).json()["line_m"] == pytest.approx(everything["don-nam-can"])


def test_of_a_part_whose_patrols_one_does_not_see_nothing_is_told(
    signed_in_as: SignedInAs, founded: Session
) -> None:
    assert signed_in_as("auditor").get(COVERAGE, params={"unit": "don-na-loi"}).status_code == 200
    refused = signed_in_as("commander").get(COVERAGE, params={"unit": "don-na-loi"})
    assert refused.status_code == 404
    assert refused.json()["errors"][0]["field"] == "unit"


def test_a_stretch_is_named_by_the_markers_around_it(signed_in_as: SignedInAs, founded: Session) -> None:
    page = signed_in_as("commander").get("/patrols/coverage?lang=en").text
    assert "401 – 420" in page
    assert "north end – south end" in signed_in_as("auditor").get("/patrols/coverage?lang=en").text
