"""People for tests: one for each role on the founding data, signed in by tokens that tests know.

They are part of the template `founding`, so every copy of it has them. `TESTER` may do everything that
several roles together allow; the others are there to be refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from playwright._impl._api_structures import SetCookieParam
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.accounts.cookies import session_cookie
from borderops.accounts.models import Account, AccountRole, AccountSession, Credential
from borderops.accounts.rules import PERMISSIONS, Role
from borderops.accounts.tokens import token_hash
from borderops.ui.form_token import derive_token

_NAMESPACE = UUID("6f0e9f3e-5a1c-4b0e-9d55-2b1d6a1a3c11")

COOKIE = session_cookie(https=False)


@dataclass(frozen=True)
class Person:
    """A person with roles for units, the token of a session and that of a program."""

    login: str
    name: str
    roles: tuple[tuple[Role, str], ...]

    @property
    def id(self) -> UUID:
        return uuid5(_NAMESPACE, self.login)

    @property
    def token(self) -> str:
        return f"test-session-of-{self.login}"

    @property
    def bearer(self) -> str:
        return f"bo_test-token-of-{self.login}"

    @property
    def cookies(self) -> dict[str, str]:
        """For a test client or a browser that is signed in as this person."""
        return {COOKIE: self.token}

    @property
    def browser_cookies(self) -> list[SetCookieParam]:
        """For a context of a browser, on any port of this machine."""
        return [{"name": COOKIE, "value": self.token, "url": "http://127.0.0.1"}]

    @property
    def form_token(self) -> str:
        """What this person's browser sends with everything that writes."""
        return derive_token(self.token)

    @property
    def headers(self) -> dict[str, str]:
        """For a program that works for this person."""
        return {"Authorization": f"Bearer {self.bearer}"}


TESTER = Person(
    "tester",
    "Người Thử Nghiệm",
    (
        (Role.SPECIALIST, "nghe-an"),
        (Role.COMMANDER, "don-nam-can"),
        (Role.ADMINISTRATOR, "nghe-an"),
        (Role.AUDITOR, "nghe-an"),
    ),
)

PEOPLE: Mapping[str, Person] = {
    person.login: person
    for person in (
        TESTER,
        Person("officer", "Trần Văn Tuần", ((Role.OFFICER, "don-nam-can"),)),
        Person("officer-my-ly", "Lô Văn Biên", ((Role.OFFICER, "don-my-ly"),)),
        Person("commander", "Nguyễn Văn Đồn", ((Role.COMMANDER, "don-nam-can"),)),
        Person("specialist", "Lê Thị Ngoại", ((Role.SPECIALIST, "nghe-an"),)),
        Person("lao-officer-xk", "Khamphone", ((Role.COUNTERPART_OFFICER, "xiangkhouang"),)),
        Person("lao-specialist-xk", "Bounmy", ((Role.COUNTERPART_SPECIALIST, "xiangkhouang"),)),
        Person("lao-officer-hp", "Somchai", ((Role.COUNTERPART_OFFICER, "houaphanh"),)),
        Person("lao-specialist-hp", "Vilay", ((Role.COUNTERPART_SPECIALIST, "houaphanh"),)),
        Person("auditor", "Phạm Thanh Tra", ((Role.AUDITOR, "nghe-an"),)),
        Person("administrator", "Hoàng Quản Trị", ((Role.ADMINISTRATOR, "nghe-an"),)),
    )
}


def add_people(session: Session, *, now: datetime, people: Iterable[Person] = PEOPLE.values()) -> None:
    """Put everybody into the database, signed in."""
    everybody = tuple(people)
    for person in everybody:
        session.add(Account(id=person.id, login=person.login, name=person.name, is_demo=False))
    session.flush()
    for person in everybody:
        for role, unit_id in person.roles:
            session.add(
                AccountRole(account_id=person.id, role=role.value, unit_id=unit_id, valid=Range(None, None))
            )
        session.add(
            AccountSession(
                id=uuid5(person.id, "session"),
                token_hash=token_hash(person.token),
                account_id=person.id,
                complete=True,
                began_at=now,
                # However long the tests take, nobody was idle and nobody must show again who they are.
                seen_at=now + timedelta(hours=12),
                shown_at=now + timedelta(hours=12),
                address="127.0.0.1",
                agent="test",
            )
        )
        permissions = {permission.value for role, _ in person.roles for permission in PERMISSIONS[role]}
        session.add(
            Credential(
                id=uuid5(person.id, "credential"),
                kind="api_token",
                token_hash=token_hash(person.bearer),
                hint=person.bearer[:7],
                account_id=person.id,
                label="test",
                permissions=sorted(permissions),
                made_at=now,
                made_by=person.login,
                ends_at=now.replace(year=now.year + 1),
            )
        )
    session.flush()
