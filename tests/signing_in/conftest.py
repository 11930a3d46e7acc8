"""People who sign in as people do: with a password, an app for codes, and a browser."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path

import pyotp
import pytest
from httpx2 import Response
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.accounts.models import Account
from borderops.accounts.passwords import hash_password
from borderops.accounts.vault import Vault, open_vault
from borderops.core.clock import now
from borderops.core.database import work_for
from borderops.core.viewer import LOCAL_OPERATOR
from tests.people import PEOPLE

PASSWORD = "ba con suối cạn mùa khô"

_FIELD = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(tmp_path)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Made once: it costs what it must."""
    return hash_password(PASSWORD)


@pytest.fixture
def with_password(founded: Session, password_hash: str) -> Callable[[str], Account]:
    """Gives one of `people` the password."""

    def give(login: str) -> Account:
        account = founded.get_one(Account, PEOPLE[login].id)
        account.password_hash = password_hash
        account.password_set_at = now()
        founded.flush()
        return account

    return give


@pytest.fixture
def with_app(
    founded: Session, vault: Vault, with_password: Callable[[str], Account]
) -> Callable[[str], pyotp.TOTP]:
    """Gives one of `people` the password and an app for codes."""

    def give(login: str) -> pyotp.TOTP:
        account = with_password(login)
        secret = pyotp.random_base32()
        account.totp_secret = vault.seal(secret)
        account.totp_confirmed_at = now()
        founded.flush()
        return pyotp.TOTP(secret)

    return give


@dataclass
class Browsing:
    """A browser without scripts: it keeps cookies, opens forms, and sends their tokens back."""

    client: TestClient

    def open(self, address: str) -> Response:
        """The page at an address, after its redirects."""
        return self.client.get(address, follow_redirects=True)

    def send(self, address: str, page: str | None = None, **fields: object) -> Response:
        """Fill in the form of a page and send it; redirects are followed."""
        shown = self.open(page or address)
        found = _FIELD.search(shown.text)
        token = found.group(1) if found else ""
        return self.client.post(address, data={**fields, "csrf_token": token}, follow_redirects=True)

    def sign_in(self, login: str, password: str = PASSWORD, query: str = "") -> Response:
        """Type name and password."""
        return self.send(f"/sign-in{query}", login=login, password=password)


@pytest.fixture
def browsing(client: TestClient) -> Browsing:
    """A browser that nobody has signed in with."""
    client.cookies.clear()
    client.headers.pop("X-CSRF-Token", None)
    client.headers["Accept-Language"] = "en"
    return Browsing(client)


def everything(session: Session) -> Session:
    """The session, seeing all there is: requests on its transaction worked for others meanwhile."""
    session.expire_all()
    work_for(session, LOCAL_OPERATOR)
    return session


def told(reply: Response) -> str:
    """The page's text without its markup."""
    body = re.sub(r"(?s)<(script|style).*?</\1>", " ", reply.text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def at(moment: datetime) -> int:
    """The second of a moment, as an app for codes counts."""
    return int(moment.timestamp())
