"""Nothing is written in a signed-in reader's name unless their own page, or a program of theirs, sent it."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from borderops.ui.form_token import FIELD, HEADER, derive_token
from tests.people import PEOPLE, TESTER

FORM = "/features/397(2)/events/new"
EVENT = {"id": "0198f3c5-26f0-7e7c-9a53-3f1f0c8e2b11", "event": "repainted", "occurred_on": "2026-01-05"}
API = "/api/v1/features/397(2)/events"

SignedInAs = Callable[[str], TestClient]


def token_on(page: str) -> str:
    """The token in the form of a page."""
    found = re.search(rf'name="{FIELD}" value="([0-9a-f]{{64}})"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def bare(client: TestClient) -> TestClient:
    """The client as a browser is: it sends cookies of itself and nothing else."""
    client.headers.pop(HEADER, None)
    client.follow_redirects = False
    return client


def test_a_form_sent_from_its_own_page_is_taken(bare: TestClient) -> None:
    token = token_on(bare.get(FORM).text)
    assert bare.post(FORM, data={**EVENT, FIELD: token}).status_code == 303


@pytest.mark.parametrize("token", [None, "", "x", "0" * 64, derive_token("another"), "ạ"])
def test_a_form_without_its_token_records_nothing(bare: TestClient, token: str | None) -> None:
    sent = EVENT if token is None else {**EVENT, FIELD: token}
    refused = bare.post(FORM, data=sent)
    assert refused.status_code == 403
    assert "forged-form" in refused.text
    # The same id is free still: nothing was recorded under it.
    assert bare.post(FORM, data={**EVENT, FIELD: token_on(bare.get(FORM).text)}).status_code == 303


def test_a_token_of_another_session_is_not_taken(bare: TestClient) -> None:
    other = derive_token(PEOPLE["specialist"].token)
    assert bare.post(FORM, data={**EVENT, FIELD: other}).status_code == 403


def test_the_api_by_cookie_needs_the_token_in_its_header(bare: TestClient) -> None:
    refused = bare.post(API, json=EVENT)
    assert (refused.status_code, refused.json()["code"]) == (403, "forged-form")
    taken = bare.post(API, json=EVENT, headers={HEADER: derive_token(TESTER.token)})
    assert taken.status_code == 201


def test_a_program_with_its_own_token_needs_no_other(bare: TestClient) -> None:
    bare.cookies.clear()
    assert bare.post(API, json=EVENT, headers=TESTER.headers).status_code == 201


def test_a_cookie_beside_a_wrong_bearer_opens_nothing(bare: TestClient) -> None:
    refused = bare.post(API, json=EVENT, headers={"Authorization": "Bearer bo_nothing"})
    assert refused.status_code == 401


def test_the_token_says_nothing_of_the_session(bare: TestClient) -> None:
    page = bare.get(FORM).text
    assert TESTER.token not in page
    assert token_on(page) == derive_token(TESTER.token)


def test_scripts_find_the_token_on_every_page(bare: TestClient) -> None:
    page = bare.get("/features").text
    assert f"hx-headers='{{&#34;{HEADER}&#34;: " in page or f'hx-headers=\'{{"{HEADER}": ' in page


def test_reading_needs_no_token(bare: TestClient) -> None:
    assert bare.get("/features").status_code == 200


def test_without_the_duty_the_form_is_not_even_read(bare: TestClient, signed_in_as: SignedInAs) -> None:
    """The refusal is that of the permission: nothing is parsed for somebody who may not send it."""
    client = signed_in_as("lao-officer-xk")
    client.headers.pop(HEADER, None)
    refused = client.post(FORM, data=EVENT)
    assert refused.status_code == 403
    assert "not-allowed" in refused.text


@pytest.mark.parametrize(
    "path", ["/features", "/api/v1/features", "/api/v1/features/397(2)", "/static/ui/app.css"]
)
def test_no_other_origin_is_allowed(bare: TestClient, path: str) -> None:
    asked = {"Origin": "https://elsewhere.example"}
    assert "access-control-allow-origin" not in bare.get(path, headers=asked).headers
    preflight = {**asked, "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in bare.options(path, headers=preflight).headers
