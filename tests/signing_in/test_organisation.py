"""Signing in by an organisation's own OpenID Connect, against a provider that really runs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.accounts.models import Account
from borderops.accounts.signing_in import Organisation, SigningIn
from borderops.app import DERIVE, make_app
from borderops.core.database import make_sessions
from tests.people import PEOPLE
from tests.signing_in.conftest import told
from tests.signing_in.provider import CLIENT_ID, CLIENT_SECRET, Provider, providing


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing(Provider()) as provider:
        yield provider


@pytest.fixture
def browser_client(
    founded: Session, founded_engine: Engine, tmp_path: Path, provider: Provider
) -> Iterator[TestClient]:
    """The application with the organisation, on the transaction of `founded`."""
    sessions = make_sessions(founded.connection(), derive=DERIVE, join_transaction_mode="create_savepoint")
    organisation = Organisation(provider.address, CLIENT_ID, SecretStr(CLIENT_SECRET), "Sở Ngoại vụ")
    app = make_app(
        sessions=sessions,
        engine=founded_engine,
        home=tmp_path,
        signing_in=SigningIn(organisation=organisation),
    )
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        client.headers["Accept-Language"] = "en"
        yield client


def linked(founded: Session, provider: Provider, login: str = "officer") -> Account:
    account = founded.get_one(Account, PEOPLE[login].id)
    account.issuer, account.subject = provider.address, provider.subject
    founded.flush()
    return account


def there_and_back(client: TestClient, query: str = "") -> httpx2.Response:
    """What a browser does: to the provider, and back with what it says."""
    sent = client.get(f"/sign-in/organisation{query}")
    assert sent.status_code == 303
    back = httpx2.get(sent.headers["location"], follow_redirects=False)
    assert back.status_code == 302
    return client.get(back.headers["location"])


def test_the_page_offers_it(browser_client: TestClient) -> None:
    assert "Sở Ngoại vụ" in browser_client.get("/sign-in").text


def test_the_person_whom_it_names_is_in(
    browser_client: TestClient, founded: Session, provider: Provider
) -> None:
    linked(founded, provider)
    reply = there_and_back(browser_client, "?next=/features")
    assert reply.status_code == 303
    assert reply.headers["location"] == "/features"
    assert PEOPLE["officer"].name in told(browser_client.get("/features"))


def test_who_must_have_a_second_factor_must_have_it_here_too(
    browser_client: TestClient, founded: Session, provider: Provider
) -> None:
    linked(founded, provider, "specialist")
    reply = there_and_back(browser_client)
    assert reply.headers["location"].startswith("/sign-in/set-up")
    assert browser_client.get("/features").status_code == 303


def test_nobody_gets_an_account_by_it(browser_client: TestClient, founded: Session) -> None:
    reply = there_and_back(browser_client)
    assert reply.status_code == 422
    assert "Nobody here is that person" in told(reply)


def spoil_audience(provider: Provider) -> None:
    provider.audience = "another-program"


def spoil_issuer(provider: Provider) -> None:
    provider.issuer = "https://elsewhere.example"


def spoil_nonce(provider: Provider) -> None:
    provider.nonce = "of another errand"


def spoil_time(provider: Provider) -> None:
    provider.age_s = 3600


def spoil_key(provider: Provider) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "one"})


@pytest.mark.parametrize("spoil", [spoil_audience, spoil_issuer, spoil_nonce, spoil_time, spoil_key])
def test_what_it_says_must_be_meant_for_us_now(
    browser_client: TestClient, founded: Session, provider: Provider, spoil: Callable[[Provider], None]
) -> None:
    linked(founded, provider)
    spoil(provider)
    reply = there_and_back(browser_client)
    assert reply.status_code == 403
    assert browser_client.get("/features").status_code == 303


def test_an_answer_to_another_browsers_errand_is_worth_nothing(
    browser_client: TestClient, founded: Session, provider: Provider
) -> None:
    linked(founded, provider)
    sent = browser_client.get("/sign-in/organisation")
    back = httpx2.get(sent.headers["location"], follow_redirects=False)
    browser_client.cookies.clear()
    assert browser_client.get(back.headers["location"]).status_code == 403


def test_where_there_is_none_there_is_no_page(client: TestClient) -> None:
    assert client.get("/sign-in/organisation").status_code == 404
    assert client.get("/sign-in/organisation/return").status_code == 404


def test_a_provider_that_is_not_there(browser_client: TestClient, provider: Provider) -> None:
    provider.address = "https://elsewhere.example"  # it no longer names itself as it was configured
    assert browser_client.get("/sign-in/organisation").status_code == 503
