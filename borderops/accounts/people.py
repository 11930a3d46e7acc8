"""Finding people, and what is asked of an account before it is taken."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from borderops.accounts.models import (
    Account,
    AccountLink,
    AccountRole,
    AccountSession,
    Credential,
    RecoveryCode,
    SignInAttempt,
)
from borderops.accounts.rules import SECOND_FACTOR, Role
from borderops.accounts.signed_in import SessionLimits, is_over
from borderops.accounts.viewers import roles_in_force
from borderops.accounts.vocabulary import Outcome
from borderops.core.errors import InvalidInput, NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class PersonFacts:
    """An account with the roles that it has on a day."""

    account: Account
    roles: Sequence[AccountRole]


@dataclass(frozen=True)
class AttemptFacts:
    """Something that was tried, and the sign-in name where it belongs to anybody."""

    attempt: SignInAttempt
    login: str | None


def as_login(typed: str) -> str:
    """A sign-in name as it is kept: lower case, without spaces around it."""
    return unicodedata.normalize("NFC", typed).strip().lower().replace("\0", "")


def check_login(typed: str, *, field: str = "login") -> str:
    """The sign-in name for a new account. Raises InvalidInput."""
    login = as_login(typed)
    if not _LOGIN.fullmatch(login):
        raise InvalidInput(
            N_("Take small letters a–z, digits, dots and dashes, at most 40, such as tran.van.tuan."),
            field=field,
        )
    return login


def find_account(session: Session, *, login: str) -> Account | None:
    """The account with a sign-in name."""
    return session.scalar(select(Account).where(Account.login == as_login(login)))


def get_account(session: Session, *, viewer: Viewer, login: str) -> Account:
    """The account with a sign-in name, as the viewer may see it. Raises NotFound."""
    found = find_account(session, login=login)
    if found is None or not (viewer.may("manage_people") or viewer.account_id == found.id):
        raise NotFound(N_("Nobody signs in as %(login)s."), field="login", login=login)
    return found


def get_own_account(session: Session, *, viewer: Viewer) -> Account:
    """The account of the viewer. Raises NotFound for one who has none, as the machine's operator."""
    found = session.get(Account, viewer.account_id) if viewer.account_id else None
    if found is None:
        raise NotFound(N_("You have no account."))
    return found


def list_people(session: Session, *, viewer: Viewer, today: date) -> Sequence[PersonFacts]:
    """All accounts by sign-in name with the roles in force on the day; to administrators only."""
    if not viewer.may("manage_people"):
        return ()
    accounts = session.scalars(select(Account).order_by(Account.ended_at.is_not(None), Account.login)).all()
    roles: dict[UUID, list[AccountRole]] = {}
    for row in session.scalars(
        select(AccountRole)
        .where(AccountRole.valid.contains(today), AccountRole.ended_at.is_(None))
        .order_by(AccountRole.id)
    ):
        roles.setdefault(row.account_id, []).append(row)
    return [PersonFacts(account, roles.get(account.id, [])) for account in accounts]


def list_roles(session: Session, *, account: Account) -> Sequence[AccountRole]:
    """Every role an account has or had, the newest first."""
    return session.scalars(
        select(AccountRole)
        .where(AccountRole.account_id == account.id)
        .order_by(func.lower(AccountRole.valid).desc().nulls_last(), AccountRole.id.desc())
    ).all()


def list_sessions(
    session: Session, *, limits: SessionLimits, now: datetime, account: Account | None = None
) -> Sequence[tuple[AccountSession, Account]]:
    """The sessions that live, of one account or of all, the one used last first."""
    query = (
        select(AccountSession, Account)
        .join(Account, Account.id == AccountSession.account_id)
        .where(
            AccountSession.ended_at.is_(None),
            AccountSession.complete,
            AccountSession.seen_at > now - limits.idle,
        )
        .order_by(AccountSession.seen_at.desc())
    )
    if account is not None:
        query = query.where(AccountSession.account_id == account.id)
    return [
        (held, whose) for held, whose in session.execute(query) if not is_over(held, limits=limits, now=now)
    ]


def list_credentials(
    session: Session, *, account: Account | None = None
) -> Sequence[tuple[Credential, Account]]:
    """Tokens and devices of one account or of all, the newest first, those that ended too."""
    query = (
        select(Credential, Account)
        .join(Account, Account.id == Credential.account_id)
        .order_by(Credential.made_at.desc())
    )
    if account is not None:
        query = query.where(Credential.account_id == account.id)
    return [(held, whose) for held, whose in session.execute(query)]


def list_links(session: Session, *, account: Account, now: datetime) -> Sequence[AccountLink]:
    """The links of an account that can still be used."""
    return session.scalars(
        select(AccountLink)
        .where(
            AccountLink.account_id == account.id,
            AccountLink.used_at.is_(None),
            AccountLink.ended_at.is_(None),
            AccountLink.ends_at > now,
        )
        .order_by(AccountLink.made_at.desc())
    ).all()


def list_attempts(
    session: Session, *, viewer: Viewer, account: Account | None = None, limit: int = 200
) -> Sequence[AttemptFacts]:
    """What was tried and did not pass, the newest first; to administrators only."""
    if not viewer.may("manage_people"):
        return ()
    query = (
        select(SignInAttempt, Account.login)
        .outerjoin(Account, Account.id == SignInAttempt.account_id)
        .where(SignInAttempt.outcome != Outcome.PASSED.value)
        .order_by(SignInAttempt.id.desc())
        .limit(limit)
    )
    if account is not None:
        query = query.where(SignInAttempt.account_id == account.id)
    return [AttemptFacts(attempt, login) for attempt, login in session.execute(query)]


def count_recovery_codes(session: Session, *, account: Account) -> int:
    """How many recovery codes can still be used."""
    return (
        session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(
                RecoveryCode.account_id == account.id,
                RecoveryCode.used_at.is_(None),
                RecoveryCode.ended_at.is_(None),
            )
        )
        or 0
    )


def administrators(on: date) -> Select[UUID]:
    """The ids of the accounts that are administrators on a day, to be asked further."""
    return (
        select(Account.id)
        .join(AccountRole, Account.id == AccountRole.account_id)
        .where(
            AccountRole.role == Role.ADMINISTRATOR.value,
            AccountRole.ended_at.is_(None),
            AccountRole.valid.contains(on),
            Account.ended_at.is_(None),
        )
    )


def needs_second_factor(session: Session, *, account: Account, today: date) -> bool:
    """Whether the account's roles demand a second factor."""
    return demands_second_factor(
        Role(row.role) for row in roles_in_force(session, account=account, today=today)
    )


def demands_second_factor(roles: Iterable[Role]) -> bool:
    """Whether one of the roles demands a second factor."""
    return any(role in SECOND_FACTOR for role in roles)


def own_words(account: Account) -> tuple[str, ...]:
    """Names that this person's password may not be made of."""
    return (account.login, account.name)
