"""Accounts of the demonstration: one for each role, with secrets that it may print.

They are marked in the database, and while one of them is open the program listens on this machine only. What
one needs to sign in is kept in `BORDEROPS_HOME/demo-accounts.json`, so that a second start prints the same.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.accounts.actions import grant_role, make_account
from borderops.accounts.credentials import PERSONS_ONLY
from borderops.accounts.models import Account, Credential
from borderops.accounts.passwords import hash_password
from borderops.accounts.people import find_account
from borderops.accounts.rules import PERMISSIONS, SECOND_FACTOR, Role
from borderops.accounts.second_factor import new_secret
from borderops.accounts.tokens import BEARER_PREFIX, new_token, token_hash
from borderops.accounts.vault import Vault
from borderops.accounts.vocabulary import CredentialKind
from borderops.core.clock import today
from borderops.core.data_folder import write_file
from borderops.core.errors import Unavailable
from borderops.core.messages import N_
from borderops.core.viewer import Viewer

FILE = "demo-accounts.json"

_TOKEN_LIFE = timedelta(days=365)
_HINT = len(BEARER_PREFIX) + 4


@dataclass(frozen=True)
class DemoPerson:
    """Who is made, as what and for which unit of the founding data."""

    login: str
    name: str
    role: Role
    unit_id: str


DEMO_PEOPLE: Sequence[DemoPerson] = (
    DemoPerson("demo-officer", "Cán bộ đồn Nậm Cắn (demo)", Role.OFFICER, "don-nam-can"),
    DemoPerson("demo-commander", "Chỉ huy đồn Nậm Cắn (demo)", Role.COMMANDER, "don-nam-can"),
    DemoPerson("demo-specialist", "Chuyên viên Nghệ An (demo)", Role.SPECIALIST, "nghe-an"),
    DemoPerson("demo-lao-officer", "ເຈົ້າໜ້າທີ່ຊຽງຂວາງ (demo)", Role.COUNTERPART_OFFICER, "xiangkhouang"),
    DemoPerson("demo-lao-specialist", "ຊ່ຽວຊານຊຽງຂວາງ (demo)", Role.COUNTERPART_SPECIALIST, "xiangkhouang"),
    DemoPerson("demo-auditor", "Thanh tra (demo)", Role.AUDITOR, "nghe-an"),
    DemoPerson("demo-administrator", "Quản trị (demo)", Role.ADMINISTRATOR, "nghe-an"),
)


@dataclass(frozen=True)
class DemoAccount:
    """What signs a person of the demonstration in; `totp_secret` is empty where none is asked for."""

    login: str
    role: str
    unit: str
    password: str
    totp_secret: str
    token: str


def make_demo_accounts(
    session: Session, *, viewer: Viewer, vault: Vault, home: Path, now: datetime
) -> list[DemoAccount]:
    """The demonstration's accounts as they were printed before, or new ones; kept in the data folder."""
    kept = _read(home / FILE)
    made = [
        _ensure(session, person, kept.get(person.login), viewer=viewer, vault=vault, now=now)
        for person in DEMO_PEOPLE
    ]
    owner = home.stat()
    told = json.dumps([asdict(one) for one in made], ensure_ascii=False, indent=2) + "\n"
    write_file(home / FILE, told, uid=owner.st_uid, gid=owner.st_gid)
    return made


def _read(path: Path) -> Mapping[str, DemoAccount]:
    if not path.exists():
        return {}
    held = [DemoAccount(**one) for one in json.loads(path.read_text(encoding="utf-8"))]
    return {one.login: one for one in held}


def _ensure(
    session: Session,
    person: DemoPerson,
    kept: DemoAccount | None,
    *,
    viewer: Viewer,
    vault: Vault,
    now: datetime,
) -> DemoAccount:
    account = find_account(session, login=person.login)
    if account is not None and not account.is_demo:
        raise Unavailable(
            N_("Somebody signs in as %(login)s already: this is not a demonstration."), login=person.login
        )
    secret = new_secret() if person.role in SECOND_FACTOR else ""
    shown = kept or DemoAccount(
        login=person.login,
        role=person.role.value,
        unit=person.unit_id,
        password=secrets.token_urlsafe(15),
        totp_secret=secret,
        token=new_token(BEARER_PREFIX),
    )
    is_new = account is None
    if account is None:
        account = make_account(session, viewer=viewer, login=person.login, name=person.name, is_demo=True)
        grant_role(
            session,
            viewer=viewer,
            account=account,
            role=person.role,
            unit_id=person.unit_id,
            valid_from=today(now),
        )
    if is_new or kept is None:
        account.password_hash = hash_password(shown.password)
        account.password_set_at = now
        if shown.totp_secret:
            account.totp_secret = vault.seal(shown.totp_secret)
            account.totp_confirmed_at = now
            account.totp_step = None
    _ensure_token(session, account, person.role, shown.token, viewer=viewer, now=now)
    session.flush()
    return shown


def _ensure_token(
    session: Session, account: Account, role: Role, token: str, *, viewer: Viewer, now: datetime
) -> None:
    if session.scalar(select(Credential.id).where(Credential.token_hash == token_hash(token))) is not None:
        return
    session.add(
        Credential(
            id=uuid4(),
            kind=CredentialKind.API_TOKEN.value,
            token_hash=token_hash(token),
            hint=token[:_HINT],
            account_id=account.id,
            label="demo",
            permissions=sorted(one.value for one in PERMISSIONS[role] - PERSONS_ONLY),
            made_at=now,
            made_by=viewer.name,
            ends_at=now + _TOKEN_LIFE,
        )
    )


def list_open_demo_logins(session: Session) -> Sequence[str]:
    """The demonstration's accounts that can still be signed in with."""
    return session.scalars(
        select(Account.login).where(Account.is_demo, Account.ended_at.is_(None)).order_by(Account.login)
    ).all()
