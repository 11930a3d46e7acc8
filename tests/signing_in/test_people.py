"""What administrators and persons do about accounts, through the pages: links, roles, tokens, ends."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from borderops.accounts.actions import grant_role
from borderops.accounts.invitations import make_link
from borderops.accounts.links import LinkIsOver, get_link
from borderops.accounts.models import (
    Account,
    AccountRole,
    AccountSession,
    Credential,
    SignInAttempt,
)
from borderops.accounts.rules import Role
from borderops.accounts.tokens import token_hash
from borderops.accounts.viewers import viewer_of
from borderops.accounts.vocabulary import LinkPurpose
from borderops.boundary.models import UnitSection
from borderops.core.clock import now, today
from borderops.core.errors import Conflict, InvalidInput
from borderops.core.viewer import LOCAL_OPERATOR, OWN, Sees
from tests.people import PEOPLE, TESTER
from tests.signing_in.conftest import PASSWORD, Browsing, everything, told

NEW = "một câu dài chẳng ai đoán ra"
PERSONS = "/administration/people"


@pytest.fixture
def administering(browsing: Browsing) -> Browsing:
    """A browser in which somebody who may do all this has signed in."""
    browsing.client.cookies.update(TESTER.cookies)
    return browsing


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1(/links/[\w-]+)", text)
    assert found is not None
    return found.group(1)


def test_from_an_invitation_to_the_first_page(administering: Browsing, founded: Session) -> None:
    made = administering.send(PERSONS, login="Cao.Thi.Moi", name="Cao Thị Mới")
    assert made.url.path == f"{PERSONS}/cao.thi.moi"
    granted = administering.send(
        f"{PERSONS}/cao.thi.moi/roles",
        page=f"{PERSONS}/cao.thi.moi",
        role="officer",
        unit="don-nam-can",
        valid_from=today(now()).isoformat(),
    )
    assert "The role is given." in told(granted)
    invited = administering.send(f"{PERSONS}/cao.thi.moi/link", page=f"{PERSONS}/cao.thi.moi")
    link = link_in(invited.text)
    administering.client.cookies.clear()
    weak = administering.send(link, password="short", again="short")
    assert weak.status_code == 422
    assert "at least 15" in told(weak)
    unlike = administering.send(link, password=NEW, again=NEW + "x")
    assert "do not agree" in told(unlike)
    assert administering.send(link, password=NEW, again=NEW).url.path == "/sign-in"
    assert administering.open(link).status_code == 404
    inside = administering.sign_in("cao.thi.moi", NEW)
    assert inside.status_code == 200
    assert "Cao Thị Mới" in told(inside)


def test_a_reset_ends_what_was_signed_in(
    administering: Browsing, with_password: Callable[[str], Account], founded: Session
) -> None:
    with_password("officer")
    administering.send(f"{PERSONS}/officer/link", page=f"{PERSONS}/officer", purpose="invitation")
    second = administering.send(f"{PERSONS}/officer/link", page=f"{PERSONS}/officer", purpose="reset")
    link = link_in(second.text)
    administering.client.cookies.clear()
    administering.send(link, password=NEW, again=NEW)
    held = everything(founded).scalars(
        select(AccountSession).where(AccountSession.account_id == PEOPLE["officer"].id)
    )
    assert all(one.ended_at is not None for one in held)
    assert administering.sign_in("officer").status_code == 422
    assert administering.sign_in("officer", NEW).status_code == 200


def test_a_link_ends(founded: Session) -> None:
    account = founded.get_one(Account, PEOPLE["officer"].id)
    made = now()
    token = make_link(founded, viewer=LOCAL_OPERATOR, account=account, purpose=LinkPurpose.RESET, now=made)
    assert get_link(founded, token=token, now=made + timedelta(hours=23)).account is account
    with pytest.raises(LinkIsOver):
        get_link(founded, token=token, now=made + timedelta(hours=25))
    make_link(founded, viewer=LOCAL_OPERATOR, account=account, purpose=LinkPurpose.RESET, now=made)
    with pytest.raises(LinkIsOver):
        get_link(founded, token=token, now=made)


def test_a_changed_password_ends_the_other_sessions(
    browsing: Browsing, with_password: Callable[[str], Account], founded: Session
) -> None:
    with_password("officer")
    browsing.sign_in("officer")
    changed = browsing.send("/account/password", page="/account", password=NEW)
    assert "The password is changed" in told(changed)
    assert browsing.open("/features").url.path == "/features"
    browsing.client.cookies.clear()
    browsing.client.cookies.update(PEOPLE["officer"].cookies)
    assert browsing.open("/features").url.path == "/sign-in"


def test_a_sensitive_step_asks_once_more(
    browsing: Browsing, with_app: Callable[[str], pyotp.TOTP], founded: Session
) -> None:
    app = with_app("specialist")
    browsing.client.cookies.update(PEOPLE["specialist"].cookies)
    held = everything(founded).scalars(
        select(AccountSession).where(AccountSession.account_id == PEOPLE["specialist"].id)
    )
    for one in held:
        one.shown_at = now() - timedelta(minutes=20)
    founded.flush()
    asked = browsing.send("/account/recovery-codes", page="/account")
    assert asked.url.path == "/sign-in/again"
    query = "?next=%2Faccount"
    wrong = browsing.send(f"/sign-in/again{query}", password=PASSWORD, code="000000")
    assert wrong.status_code == 422
    right = browsing.send(f"/sign-in/again{query}", password=PASSWORD, code=app.now())
    assert right.url.path == "/account"
    codes = browsing.send("/account/recovery-codes", page="/account")
    assert len(re.findall(r"<code>[0-9A-Z-]{29}</code>", codes.text)) == 10


def test_a_token_does_what_it_was_made_for_and_no_more(
    browsing: Browsing, client: TestClient, founded: Session
) -> None:
    browsing.client.cookies.update(PEOPLE["commander"].cookies)
    made = browsing.send(
        "/account/credentials",
        page="/account",
        label="Bảng tính",
        kind="api_token",
        permissions=["read_register"],
        ends_on=(today(now()) + timedelta(days=30)).isoformat(),
    )
    found = re.search(r"bo_[\w-]{43}", made.text)
    assert found is not None
    token = found.group()
    assert token not in browsing.open("/account").text
    client.cookies.clear()
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/features", headers=bearer).status_code == 200
    assert client.get("/features.csv", headers=bearer).status_code == 403
    assert client.get("/account", headers=bearer).status_code == 403
    held = everything(founded).scalars(select(Credential).where(Credential.label == "Bảng tính")).one()
    assert held.used_at is not None
    assert held.permissions == ["read_register"]
    browsing.client.cookies.update(PEOPLE["commander"].cookies)
    browsing.send(f"/account/credentials/{held.id}/end", page="/account")
    client.cookies.clear()
    assert client.get("/api/v1/features", headers=bearer).status_code == 401


def test_a_token_ends_on_its_day_and_with_its_persons_role(client: TestClient, founded: Session) -> None:
    auditor, commander = PEOPLE["auditor"], PEOPLE["commander"]
    role = founded.scalars(select(AccountRole).where(AccountRole.account_id == auditor.id)).one()
    role.ended_at, role.ended_by = now(), "test"
    held = founded.scalars(select(Credential).where(Credential.account_id == commander.id)).one()
    founded.add(
        Credential(
            id=uuid4(),
            kind=held.kind,
            token_hash=token_hash("bo_of yesterday"),
            hint="bo_",
            account_id=commander.id,
            label="yesterday",
            permissions=held.permissions,
            made_at=now() - timedelta(days=9),
            made_by="commander",
            ends_at=now() - timedelta(days=1),
        )
    )
    founded.flush()
    client.cookies.clear()
    assert client.get("/api/v1/features", headers=auditor.headers).status_code == 403
    assert client.get("/api/v1/features", headers=commander.headers).status_code == 200
    yesterday = {"Authorization": "Bearer bo_of yesterday"}
    assert client.get("/api/v1/features", headers=yesterday).status_code == 401


def test_ending_a_role_is_felt_at_once(administering: Browsing, client: TestClient, founded: Session) -> None:
    client.cookies.clear()
    bearer = PEOPLE["officer"].headers
    assert client.get("/api/v1/features", headers=bearer).status_code == 200
    administering.client.cookies.update(TESTER.cookies)
    page = administering.open(f"{PERSONS}/officer").text
    end = re.search(r'action="(/administration/people/officer/roles/\d+/end)"', page)
    assert end is not None
    administering.send(end.group(1), page=f"{PERSONS}/officer")
    client.cookies.clear()
    assert client.get("/api/v1/features", headers=bearer).status_code == 403


def test_the_only_administrator_stays(founded: Session, administering: Browsing) -> None:
    for login in ("tester",):
        page = administering.open(f"{PERSONS}/{login}").text
        ends = re.findall(rf'action="({PERSONS}/{login}/roles/\d+/end)"', page)
        assert ends
    ended = administering.send(f"{PERSONS}/administrator/end", page=f"{PERSONS}/administrator")
    assert "The account has ended." in told(ended)
    kept = administering.send(f"{PERSONS}/tester/end", page=f"{PERSONS}/tester")
    assert "only administrator" in told(kept)


def test_who_was_refused_what_is_written_down(
    browsing: Browsing, founded: Session, administering: Browsing
) -> None:
    browsing.client.cookies.clear()
    browsing.client.cookies.update(PEOPLE["officer"].cookies)
    assert browsing.open(PERSONS).status_code == 403
    tried = everything(founded).scalars(select(SignInAttempt)).one()
    assert (tried.step, tried.outcome, tried.detail) == ("permission", "refused", f"GET {PERSONS}")
    browsing.client.cookies.update(TESTER.cookies)
    assert "officer" in told(browsing.open("/administration/refused"))


def test_a_section_is_given_and_taken(administering: Browsing, founded: Session) -> None:
    unit = "/administration/units/don-nam-can"
    given = administering.send(
        f"{unit}/sections", page=unit, section="402–404", valid_from=today(now()).isoformat()
    )
    assert "402–404" in told(given)
    viewer = viewer_of(everything(founded), founded.get_one(Account, PEOPLE["officer"].id), today(now()))
    assert viewer.writes == {"don-nam-can"}
    section = founded.scalars(
        select(UnitSection).where(UnitSection.unit_id == "don-nam-can", UnitSection.from_number == "402")
    ).one()
    ends_on = (today(now()) + timedelta(days=9)).isoformat()
    taken = administering.send(f"{unit}/sections/{section.id}/end", page=unit, ends_on=ends_on)
    assert taken.status_code == 200
    rows = everything(founded).scalars(select(UnitSection).where(UnitSection.from_number == "402")).all()
    assert sorted(one.known.upper is None for one in rows) == [False, True]


def test_nobody_holds_roles_of_both_sides(founded: Session) -> None:
    account = founded.get_one(Account, PEOPLE["officer"].id)
    day = today(now())

    def grant(role: Role, unit_id: str) -> None:
        grant_role(
            founded, viewer=LOCAL_OPERATOR, account=account, role=role, unit_id=unit_id, valid_from=day
        )

    with pytest.raises(Conflict):
        grant(Role.COUNTERPART_OFFICER, "xiangkhouang")
    with pytest.raises(InvalidInput):
        grant(Role.COUNTERPART_OFFICER, "nghe-an")
    with pytest.raises(InvalidInput):
        grant(Role.OFFICER, "xiangkhouang")
    with pytest.raises(Conflict):
        grant(Role.OFFICER, "don-nam-can")
    grant(Role.COMMANDER, "don-nam-can")


@pytest.mark.parametrize(
    ("login", "sees", "reads", "writes", "audience"),
    [
        ("officer", Sees.UNITS, {"don-nam-can", "don-na-loi", "don-na-ngoi"}, {"don-nam-can"}, OWN),
        ("specialist", Sees.UNITS, {"nghe-an"}, {"nghe-an"}, OWN),
        ("auditor", Sees.ALL, set(), set(), OWN),
        ("administrator", Sees.NOTHING, set(), set(), OWN),
        ("lao-officer-xk", Sees.SHARED, set(), set(), "xiangkhouang"),
        ("lao-specialist-hp", Sees.SHARED, set(), set(), "houaphanh"),
        (
            "tester",
            Sees.ALL,
            {"nghe-an", "don-nam-can", "don-na-loi", "don-na-ngoi"},
            {"nghe-an", "don-nam-can"},
            OWN,
        ),
    ],
)
def test_areas_of_duty(
    founded: Session, login: str, sees: Sees, reads: set[str], writes: set[str], audience: str
) -> None:
    viewer = viewer_of(founded, founded.get_one(Account, PEOPLE[login].id), today(now()))
    assert (viewer.sees, set(viewer.reads), set(viewer.writes), viewer.audience) == (
        sees,
        reads,
        writes,
        audience,
    )
    assert viewer.side == ("LA" if login.startswith("lao") else "VN")
