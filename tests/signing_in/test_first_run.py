"""The first administrator, the demonstration's accounts, and people at the console."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy.orm import Session

from borderops.accounts.authentication import REMEMBERED_S, Remembered
from borderops.accounts.demo import DEMO_PEOPLE, FILE, list_open_demo_logins, make_demo_accounts
from borderops.accounts.links import LinkIsOver, get_link, has_administrator, make_first_link
from borderops.accounts.signed_in import NOT_SIGNED_IN
from borderops.accounts.vault import Vault
from borderops.boundary.models import Unit
from borderops.core.clock import now
from borderops.core.viewer import LOCAL_OPERATOR
from tests.conftest import Databases
from tests.program import Program
from tests.signing_in.conftest import Browsing, everything, told

NEW = "mưa rừng đá cũ"


def test_the_consoles_link_makes_the_first_administrator_once(browsing: Browsing, founded: Session) -> None:
    assert not has_administrator(founded, now=now())
    earlier = make_first_link(founded, now=now())
    link = f"/links/{make_first_link(founded, now=now())}"
    assert browsing.open(f"/links/{earlier}").status_code == 404
    bad = browsing.send(link, login="Có Dấu", name="", password=NEW, again=NEW)
    assert bad.status_code == 422
    made = browsing.send(link, login="quan.tri", name="Quản Trị", password=NEW, again=NEW)
    assert made.url.path == "/sign-in"
    assert has_administrator(everything(founded), now=now())
    assert founded.get_one(Unit, "administrators-office").kind == "administrators_office"
    assert browsing.open(link).status_code == 404
    set_up = browsing.sign_in("quan.tri", NEW)
    assert set_up.url.path == "/sign-in/set-up"


def test_a_first_link_is_worth_nothing_once_there_is_an_administrator(
    browsing: Browsing, founded: Session, with_app: Callable[[str], pyotp.TOTP]
) -> None:
    link = f"/links/{make_first_link(founded, now=now())}"
    with_app("administrator")
    refused = browsing.send(link, login="another", name="Another", password=NEW, again=NEW)
    assert refused.status_code == 404
    assert "Ask for another one" in told(refused)


def test_no_link_of_another_kind_makes_anybody(founded: Session) -> None:
    with pytest.raises(LinkIsOver):
        get_link(founded, token="never made", now=now())


def test_the_demonstration_prints_the_same_again(founded: Session, vault: Vault, tmp_path: Path) -> None:
    options: dict[str, Any] = {"viewer": LOCAL_OPERATOR, "vault": vault, "home": tmp_path, "now": now()}
    accounts = make_demo_accounts(founded, **options)
    assert [one.login for one in accounts] == [person.login for person in DEMO_PEOPLE]
    assert {one.login for one in accounts if one.totp_secret} == {"demo-specialist", "demo-administrator"}
    kept = tmp_path / FILE
    assert kept.stat().st_mode & 0o777 == 0o600
    assert make_demo_accounts(founded, **options) == accounts
    assert sorted(one.login for one in accounts) == sorted(list_open_demo_logins(founded))


def test_the_demonstrations_people_sign_in(
    browsing: Browsing, founded: Session, vault: Vault, tmp_path: Path
) -> None:
    accounts = make_demo_accounts(founded, viewer=LOCAL_OPERATOR, vault=vault, home=tmp_path, now=now())
    for one in accounts[:3]:
        browsing.client.cookies.clear()
        page = browsing.sign_in(one.login, one.password)
        if one.totp_secret:
            page = browsing.send("/sign-in/second-factor", code=pyotp.TOTP(one.totp_secret).now())
        assert page.status_code == 200
        bearer = {"Authorization": f"Bearer {one.token}"}
        assert browsing.client.get("/api/v1/features", headers=bearer).status_code == 200


def test_what_is_remembered_is_forgotten_in_a_second_and_on_a_change() -> None:
    clock = [0.0]
    remembered = Remembered(lambda: clock[0])
    remembered.keep(b"a", NOT_SIGNED_IN, changes=0)
    assert remembered.find(b"a") is NOT_SIGNED_IN
    clock[0] = REMEMBERED_S
    assert remembered.find(b"a") is None
    clock[0] = 5
    began = remembered.changes
    remembered.keep(b"a", NOT_SIGNED_IN, changes=began)
    remembered.forget()
    assert remembered.find(b"a") is None
    remembered.keep(b"a", NOT_SIGNED_IN, changes=began)  # it was looked up before the change
    assert remembered.find(b"a") is None


@pytest.fixture(scope="module")
def run(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program as a command, on a copy of the founding data."""
    with databases.copy("founding") as name:
        yield Program(tmp_path_factory.mktemp("home"), databases.app(name))


def test_people_at_the_console(run: Program) -> None:
    added = run("user", "add", "moi", "Người Mới", "--role", "officer", "--unit", "don-nam-can", "--json")
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["link"].startswith("http://127.0.0.1:8000/links/")
    assert run("user", "add", "moi", "Ai Đó").returncode == 4
    assert run("user", "grant", "moi", "commander", "don-nam-can").returncode == 0
    ended = run("user", "revoke", "moi", "--role", "officer")
    assert "1 ended" in ended.stderr
    roles = json.loads(run("user", "roles", "moi", "--json").stdout)
    assert {one["role"]: one["ended_at"] is None for one in roles} == {"officer": False, "commander": True}
    assert run("user", "end", "moi").returncode == 0
    listed = json.loads(run("user", "list", "--json").stdout)
    assert next(one for one in listed if one["login"] == "moi")["ended_at"] is not None
    assert run("user", "reset", "nobody").returncode == 3


def test_a_person_without_the_duty_runs_none_of_it(
    run: Program,
) -> None:
    assert run("--as", "officer", "user", "list").returncode == 5
    assert run("--as", "administrator", "user", "list", "--json").returncode == 0


def test_the_demonstration_stays_on_this_machine(
    run: Program,
) -> None:
    refused = run("demo", BORDEROPS_HOST="0.0.0.0")
    assert refused.returncode == 6
    assert "this machine only" in refused.stderr
