"""Signing in as a person does it, through the pages, on real tables."""

import re
from collections.abc import Callable

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.accounts.models import Account, AccountSession, SignInAttempt
from borderops.accounts.tokens import token_hash
from borderops.accounts.web import safe_next
from borderops.core.clock import now
from tests.people import COOKIE, PEOPLE
from tests.signing_in.conftest import PASSWORD, Browsing, everything, told

Give = Callable[[str], Account]
GiveApp = Callable[[str], pyotp.TOTP]

OVERVIEW = "/"


def test_a_page_leads_to_signing_in_and_back_again(browsing: Browsing, with_password: Give) -> None:
    with_password("officer")
    first = browsing.client.get("/features?state=poor", follow_redirects=False)
    assert first.status_code == 303
    assert first.headers["location"] == "/sign-in?next=%2Ffeatures%3Fstate%3Dpoor"
    there = browsing.sign_in("officer", query="?next=%2Ffeatures%3Fstate%3Dpoor")
    assert there.status_code == 200
    assert str(there.url).endswith("/features?state=poor")
    assert PEOPLE["officer"].name in told(there)


def test_a_program_is_told_in_a_problem(browsing: Browsing) -> None:
    reply = browsing.client.get("/api/v1/features")
    assert reply.status_code == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["www-authenticate"] == "Bearer"
    assert reply.json()["code"] == "not-signed-in"


def test_a_fragment_is_told_to_load_the_whole_page(browsing: Browsing) -> None:
    reply = browsing.client.get("/features", headers={"HX-Request": "true"})
    assert reply.headers["hx-redirect"] == "/sign-in?next=%2Ffeatures"


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/features/405(1)?as_of=2024-01-01", "/features/405(1)?as_of=2024-01-01"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("\\\\elsewhere.example", "/"),
        ("/a\\b", "/"),
        ("/\t/elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("features", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_nobody_is_led_out_of_the_program(asked: str | None, led: str) -> None:
    assert safe_next(asked) == led


def test_the_same_is_said_to_whoever_it_is(browsing: Browsing, with_password: Give, founded: Session) -> None:
    with_password("officer")
    wrong = browsing.sign_in("officer", "not the password at all")
    unknown = browsing.sign_in("nobody-of-that-name", "not the password at all")
    without = browsing.sign_in("auditor", "not the password at all")
    assert wrong.status_code == unknown.status_code == without.status_code == 422
    alike = [
        re.sub(r"[0-9a-f]{64}|nonce=\S+", "", page.text).replace(login, "")
        for page, login in ((wrong, "officer"), (unknown, "nobody-of-that-name"), (without, "auditor"))
    ]
    assert alike[0] == alike[1] == alike[2]
    tried = everything(founded).scalars(select(SignInAttempt).order_by(SignInAttempt.id)).all()
    assert [one.outcome for one in tried] == ["wrong"] * 3
    assert [one.account_id for one in tried] == [PEOPLE["officer"].id, None, PEOPLE["auditor"].id]


def test_what_is_kept_of_a_session_is_not_its_token(
    browsing: Browsing, with_password: Give, founded: Session
) -> None:
    with_password("officer")
    browsing.sign_in("officer")
    token = browsing.client.cookies[COOKIE]
    held = (
        everything(founded)
        .scalars(select(AccountSession).where(AccountSession.token_hash == token_hash(token)))
        .one()
    )
    assert held.complete
    assert token.encode() not in held.token_hash
    kept = founded.connection().exec_driver_sql("SELECT to_jsonb(s)::text FROM account_session s")
    assert not any(token in row for (row,) in kept)


def test_cookies_cannot_be_read_by_scripts_nor_sent_from_elsewhere(
    browsing: Browsing, with_password: Give
) -> None:
    with_password("officer")
    page = browsing.open("/sign-in")
    token = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert token is not None
    reply = browsing.client.post(
        "/sign-in",
        data={"login": "officer", "password": PASSWORD, "csrf_token": token.group(1)},
        follow_redirects=False,
    )
    set_cookies = reply.headers.get_list("set-cookie")
    mine = next(one for one in set_cookies if one.startswith(f"{COOKIE}="))
    assert "HttpOnly" in mine
    assert "SameSite=lax" in mine
    assert "Path=/" in mine


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(
    client: TestClient, with_password: Give
) -> None:
    with_password("officer")
    client.cookies.clear()
    client.headers.pop("X-CSRF-Token", None)
    client.base_url = "https://127.0.0.1"
    page = client.get("/sign-in")
    token = re.search(r'name="csrf_token" value="(\w+)"', page.text)
    assert token is not None
    reply = client.post(
        "/sign-in",
        data={"login": "officer", "password": PASSWORD, "csrf_token": token.group(1)},
        follow_redirects=False,
    )
    mine = next(one for one in reply.headers.get_list("set-cookie") if one.startswith("__Host-borderops="))
    assert "Secure" in mine
    assert "Domain" not in mine


def test_signing_out_ends_the_session_on_the_server(
    browsing: Browsing, with_password: Give, founded: Session
) -> None:
    with_password("officer")
    browsing.sign_in("officer")
    token = browsing.client.cookies[COOKIE]
    after = browsing.send("/sign-out", page="/account")
    assert str(after.url).endswith("/sign-in")
    browsing.client.cookies.set(COOKIE, token)
    assert browsing.client.get("/features", follow_redirects=False).status_code == 303


def test_one_whose_role_demands_it_sets_up_a_second_factor_on_the_way_in(
    browsing: Browsing, with_password: Give
) -> None:
    with_password("specialist")
    page = browsing.sign_in("specialist")
    assert str(page.url).endswith("/sign-in/set-up")
    assert "<svg" in page.text
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page.text)
    assert secret is not None
    # Until then nothing is open.
    assert browsing.client.get("/features", follow_redirects=False).status_code == 303
    wrong = browsing.send("/sign-in/set-up", code="000000")
    assert wrong.status_code == 422
    codes = browsing.send("/sign-in/set-up", code=pyotp.TOTP(secret.group(1)).now())
    assert len(re.findall(r"<code>[0-9A-Z-]{29}</code>", codes.text)) == 10
    assert browsing.open("/features").status_code == 200


def test_the_code_is_asked_for_and_taken_once(browsing: Browsing, with_app: GiveApp) -> None:
    app = with_app("specialist")
    page = browsing.sign_in("specialist")
    assert str(page.url).endswith("/sign-in/second-factor")
    waiting = browsing.client.cookies[COOKIE]
    code = app.now()
    inside = browsing.send("/sign-in/second-factor", code=code)
    assert inside.url.path == OVERVIEW
    assert browsing.client.cookies[COOKIE] != waiting
    browsing.client.cookies.clear()
    browsing.sign_in("specialist")
    again = browsing.send("/sign-in/second-factor", code=code)
    assert again.status_code == 422
    assert "used already" in told(again)


def test_a_recovery_code_stands_in_once(browsing: Browsing, with_password: Give, founded: Session) -> None:
    with_password("specialist")
    page = browsing.sign_in("specialist")
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page.text)
    assert secret is not None
    shown = browsing.send("/sign-in/set-up", code=pyotp.TOTP(secret.group(1)).now())
    code = re.findall(r"<code>([0-9A-Z-]{29})</code>", shown.text)[3]
    for expected in (200, 422):
        browsing.client.cookies.clear()
        browsing.sign_in("specialist")
        typed = code.lower().replace("-", " ")
        assert browsing.send("/sign-in/second-factor", code=typed).status_code == expected


def test_guessing_is_slowed_and_the_person_is_told_how_long(
    browsing: Browsing, with_password: Give, founded: Session
) -> None:
    with_password("officer")
    for _ in range(6):
        browsing.sign_in("officer", "a wrong one")
    refused = browsing.sign_in("officer")
    assert refused.status_code == 422
    assert re.search(r"Wait \d+ seconds", told(refused))
    tried = everything(founded).scalars(select(SignInAttempt).order_by(SignInAttempt.id))
    outcomes = [one.outcome for one in tried]
    assert outcomes == ["wrong"] * 5 + ["slowed"]


def test_a_name_that_nobody_has_is_slowed_just_the_same(browsing: Browsing) -> None:
    for _ in range(6):
        browsing.sign_in("nobody-of-that-name", "a wrong one")
    assert "Wait" in told(browsing.sign_in("nobody-of-that-name"))


def test_an_account_that_has_ended_is_closed(
    browsing: Browsing, with_password: Give, founded: Session
) -> None:
    account = with_password("officer")
    account.ended_at = now()
    founded.flush()
    assert browsing.sign_in("officer").status_code == 422
    browsing.client.cookies.update(PEOPLE["officer"].cookies)
    assert browsing.client.get("/features", follow_redirects=False).status_code == 303


def test_an_administrator_begins_at_the_administration(browsing: Browsing, with_app: GiveApp) -> None:
    app = with_app("administrator")
    browsing.sign_in("administrator")
    inside = browsing.send("/sign-in/second-factor", code=app.now())
    assert inside.url.path == "/administration/people"
    assert inside.status_code == 200
