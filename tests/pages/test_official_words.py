"""What official pages call people and say of their figures."""

from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.accounts.names import list_names
from tests.people import TESTER


def test_people_go_by_their_names(founded: Session) -> None:
    assert list_names(founded, logins={TESTER.login, "local-operator"}) == {TESTER.login: TESTER.name}


def test_a_page_names_who_recorded_and_no_sign_in_name(client: TestClient) -> None:
    sent = {
        "id": str(uuid4()),
        "figures": "19.4234, 104.0473",
        "system": "wgs84",
        "method": "handheld",
        "accuracy_m": "6",
        "measured_on": date(2026, 1, 15).isoformat(),
    }
    assert client.post("/features/409/positions/new", data=sent).status_code == 200
    page = unescape(client.get("/features/409?lang=en").text)
    assert f"recorded in the register by {TESTER.name}" in page
    assert f"by {TESTER.login}<" not in page
    assert "local-operator" not in page


def test_the_figure_of_the_whole_line_names_its_source(client: TestClient, founded: Session) -> None:
    page = unescape(client.get("/?lang=en").text)
    line = page.partition("quiet completeness")[2].partition("</p>")[0]
    assert "marker positions are in the register" in line
    assert "Số vị trí mốc" not in line
    assert "vov-268581" not in line


@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_a_page_that_is_not_there_says_so_once(client: TestClient, language: str) -> None:
    page = client.get(f"/nowhere?lang={language}")
    assert page.status_code == 404
    title = page.text.partition("<title>")[2].partition(" · ")[0]
    assert page.text.partition("<main")[2].count(title) == 1
