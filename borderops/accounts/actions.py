"""What an administrator does to people: accounts, roles by date, their second factor, ends."""

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.accounts.invitations import end_links
from borderops.accounts.models import Account, AccountRole, Credential
from borderops.accounts.own_account import forget_second_factor
from borderops.accounts.people import administrators, check_login, find_account, list_roles
from borderops.accounts.rules import COUNTERPART, Role
from borderops.accounts.scope import holds_both_sides
from borderops.accounts.sessions import end_sessions
from borderops.accounts.signed_in import accounts_changed
from borderops.audit.actions import record_event
from borderops.boundary.models import Unit
from borderops.core.clock import today
from borderops.core.errors import Conflict, InvalidInput, NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer


class LoginTaken(Conflict):
    """Somebody has this sign-in name; names are never given to another person."""

    code = "login-taken"


def make_account(
    session: Session, *, viewer: Viewer, login: str, name: str, is_demo: bool = False
) -> Account:
    """A person who may sign in once invited. Raises InvalidInput and LoginTaken."""
    wanted = check_login(login)
    if not name.strip():
        raise InvalidInput(N_("Give the person's name."), field="name")
    if find_account(session, login=wanted) is not None:
        raise LoginTaken(N_("Somebody signs in as %(login)s already."), field="login", login=wanted)
    account = Account(id=uuid4(), login=wanted, name=name.strip(), is_demo=is_demo, recorded_by=viewer.name)
    session.add(account)
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action="make_account",
        subject_kind="account",
        subject_id=account.login,
        after={"name": account.name, "demo": is_demo},
    )
    return account


def grant_role(
    session: Session,
    *,
    viewer: Viewer,
    account: Account,
    role: Role,
    unit_id: str,
    valid_from: date,
    valid_to: date | None = None,
) -> AccountRole:
    """Let a person be something for a unit from a day on, up to and not including `valid_to`.

    Raises InvalidInput for a unit that does not fit the role, and Conflict where the person is that already.
    """
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise InvalidInput(N_("There is no unit %(unit)s."), field="unit", unit=unit_id)
    if (role in COUNTERPART) != (unit.side == "LA"):
        raise InvalidInput(N_("The role and the unit belong to different sides."), field="unit")
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInput(N_("The end lies before the begin."), field="valid_to")
    _one_at_a_time(session, account)
    held = [row for row in list_roles(session, account=account) if row.ended_at is None]
    overlapping = [row for row in held if _overlap(row.valid, valid_from, valid_to)]
    if any(row.role == role and row.unit_id == unit_id for row in overlapping):
        raise Conflict(N_("The person holds this role for this unit in that time already."), field="role")
    if holds_both_sides([role, *(Role(row.role) for row in overlapping)]):
        raise Conflict(N_("Nobody holds roles of both sides."), field="role")
    granted = AccountRole(
        account_id=account.id,
        role=role.value,
        unit_id=unit_id,
        valid=Range(valid_from, valid_to),
        recorded_by=viewer.name,
    )
    session.add(granted)
    session.flush()
    accounts_changed(session)
    record_event(
        session,
        viewer=viewer,
        action="grant_role",
        subject_kind="account",
        subject_id=account.login,
        after={
            "role": role.value,
            "unit": unit_id,
            "from": valid_from.isoformat(),
            "to": valid_to.isoformat() if valid_to else None,
        },
    )
    return granted


def _one_at_a_time(session: Session, account: Account) -> None:
    """One administrator at a time changes an account's roles."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"account {account.id}", 3))))


def _overlap(held: Range[date], valid_from: date, valid_to: date | None) -> bool:
    starts_before_end = valid_to is None or held.lower is None or held.lower < valid_to
    ends_after_start = held.upper is None or held.upper > valid_from
    return starts_before_end and ends_after_start


def end_role(
    session: Session, *, viewer: Viewer, account: Account, role_id: int, now: datetime, reason: str = ""
) -> AccountRole:
    """End a role at once. Raises NotFound, and Conflict for the last administrator's."""
    held = session.get(AccountRole, role_id)
    if held is None or held.account_id != account.id or held.ended_at is not None:
        raise NotFound(N_("The person does not hold this role."))
    if held.role == Role.ADMINISTRATOR:
        _refuse_last_administrator(session, leaving=account, now=now)
    held.ended_at, held.ended_by = now, viewer.name
    session.flush()
    accounts_changed(session)
    record_event(
        session,
        viewer=viewer,
        action="end_role",
        subject_kind="account",
        subject_id=account.login,
        before={"role": held.role, "unit": held.unit_id},
        reason=reason or None,
    )
    return held


def _refuse_last_administrator(session: Session, *, leaving: Account, now: datetime) -> None:
    others = administrators(today(now)).where(Account.id != leaving.id)
    if session.scalar(others.limit(1)) is None:
        raise Conflict(N_("This is the only administrator; make another one first."))


def end_account(
    session: Session, *, viewer: Viewer, account: Account, now: datetime, reason: str = ""
) -> None:
    """End an account with its roles, sessions, credentials and links. What the person did stays theirs.

    Raises Conflict where it ended already or is the only administrator's.
    """
    if account.ended_at is not None:
        raise Conflict(N_("The account has ended already."))
    roles = [row for row in list_roles(session, account=account) if row.ended_at is None]
    if any(row.role == Role.ADMINISTRATOR for row in roles):
        _refuse_last_administrator(session, leaving=account, now=now)
    for row in roles:
        row.ended_at, row.ended_by = now, viewer.name
    account.ended_at = now
    end_sessions(session, account_id=account.id, by=viewer.name, now=now)
    end_links(session, account_id=account.id, now=now)
    session.execute(
        update(Credential)
        .where(Credential.account_id == account.id, Credential.ended_at.is_(None))
        .values(ended_at=now, ended_by=viewer.name)
    )
    session.flush()
    accounts_changed(session)
    record_event(
        session,
        viewer=viewer,
        action="end_account",
        subject_kind="account",
        subject_id=account.login,
        reason=reason or None,
    )


def remove_second_factor(session: Session, *, viewer: Viewer, account: Account, now: datetime) -> None:
    """Forget a lost second factor with its recovery codes; the next sign-in asks for a new one.

    All sessions of the person end.
    """
    forget_second_factor(session, account=account, now=now)
    end_sessions(session, account_id=account.id, by=viewer.name, now=now)
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action="remove_second_factor",
        subject_kind="account",
        subject_id=account.login,
    )


def link_organisation(
    session: Session, *, viewer: Viewer, account: Account, issuer: str, subject: str
) -> None:
    """Say who the person is at the organisation's own sign-in; empty values take it away.

    Raises Conflict where another account is that person.
    """
    issuer, subject = issuer.strip(), subject.strip()
    if bool(issuer) != bool(subject):
        raise InvalidInput(N_("Give both, or neither."), field="subject")
    other = session.scalar(
        select(Account.login).where(
            Account.issuer == issuer, Account.subject == subject, Account.id != account.id
        )
    )
    if issuer and other is not None:
        raise Conflict(N_("%(login)s is that person already."), field="subject", login=other)
    before = {"issuer": account.issuer, "subject": account.subject}
    account.issuer, account.subject = issuer or None, subject or None
    session.flush()
    accounts_changed(session)
    record_event(
        session,
        viewer=viewer,
        action="link_organisation",
        subject_kind="account",
        subject_id=account.login,
        before=before,
        after={"issuer": account.issuer, "subject": account.subject},
    )
