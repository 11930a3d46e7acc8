"""Signing in: name and password, the second factor, a recovery code.

Nothing here raises for a wrong answer: what was tried must be written down and stay written. Whoever is not
known and whoever gives a wrong password are told the same, after the same work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from borderops.accounts.attempts import record_attempt
from borderops.accounts.gate import Gate, Visitor
from borderops.accounts.models import Account, AccountSession, RecoveryCode
from borderops.accounts.passwords import verify_password
from borderops.accounts.people import as_login, needs_second_factor
from borderops.accounts.second_factor import as_recovery_code, matching_step
from borderops.accounts.signed_in import accounts_changed, find_session
from borderops.accounts.tokens import new_token, token_hash
from borderops.accounts.vault import Vault
from borderops.accounts.viewers import viewer_of
from borderops.accounts.vocabulary import Outcome, Step
from borderops.audit.actions import record_event
from borderops.core.clock import today
from borderops.core.elevation import as_system
from borderops.core.viewer import NOBODY, Viewer

#: How long one may take for the second factor.
PENDING_LIFE = timedelta(minutes=10)

_LONGEST_AGENT = 300


class Result(StrEnum):
    """Where a try led."""

    IN = "in"
    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    WRONG = "wrong"
    SLOWED = "slowed"
    OVER = "over"


@dataclass(frozen=True)
class Entry:
    """What came of a try. `token` is for the session's cookie; `wait` says how long to wait when slowed."""

    result: Result
    token: str = ""
    wait: timedelta = timedelta(0)
    account: Account | None = None
    viewer: Viewer = NOBODY


def enter(
    session: Session, *, vault: Vault, login: str, password: str, visitor: Visitor, now: datetime
) -> Entry:
    """Try a name and a password; begins a session, which waits where a second factor is asked for."""
    with as_system(session):
        name = as_login(login)
        gate = Gate(session, vault=vault, login=name, visitor=visitor, now=now)
        if gate.wait > timedelta(0):
            return _slowed(gate, Step.PASSWORD)
        account = gate.account
        open_to = account if account is not None and account.ended_at is None else None
        right, renewed = verify_password(password, open_to.password_hash if open_to else None)
        if open_to is None or not right:
            gate.record(Step.PASSWORD, Outcome.WRONG)
            return Entry(Result.WRONG)
        if renewed is not None:
            open_to.password_hash = renewed
        if open_to.totp_confirmed_at is not None:
            return _begin(session, open_to, visitor, now, result=Result.SECOND_FACTOR)
        if needs_second_factor(session, account=open_to, today=today(now)):
            return _begin(session, open_to, visitor, now, result=Result.ENROL)
        gate.record(Step.PASSWORD, Outcome.PASSED)
        return _begin(session, open_to, visitor, now, result=Result.IN)


def find_pending(session: Session, *, token: str, now: datetime) -> tuple[AccountSession, Account] | None:
    """The session that waits for a second factor, with its account; None where none does."""
    with as_system(session):
        found = find_session(session, token=token)
    if found is None:
        return None
    held, account = found
    waits = not held.complete and held.ended_at is None and account.ended_at is None
    return (held, account) if waits and now - held.began_at < PENDING_LIFE else None


def confirm(
    session: Session, *, vault: Vault, token: str, code: str, visitor: Visitor, now: datetime
) -> Entry:
    """Try the second factor, or a recovery code, of a session that waits for it.

    The waiting session ends and another begins, so that a token seen before is worth nothing after.
    """
    pending = find_pending(session, token=token, now=now)
    if pending is None or pending[1].totp_confirmed_at is None:
        return Entry(Result.OVER)
    held, account = pending
    with as_system(session):
        gate = Gate(session, vault=vault, login=account.login, visitor=visitor, now=now)
        typed_digits = code.replace(" ", "").isdigit()
        step = Step.SECOND_FACTOR if typed_digits else Step.RECOVERY_CODE
        if gate.wait > timedelta(0):
            return _slowed(gate, step)
        taken = (
            take_code(session, vault=vault, account=account, code=code, now=now)
            if typed_digits
            else take_recovery_code(session, account=account, code=code, now=now)
        )
        if not taken:
            gate.record(step, Outcome.WRONG)
            return Entry(Result.WRONG, account=account)
        gate.record(step, Outcome.PASSED)
        _end(held, account, now)
        entry = _begin(session, account, visitor, now, result=Result.IN)
        if step is Step.RECOVERY_CODE:
            record_event(
                session,
                viewer=viewer_of(session, account, today(now), origin=visitor.address),
                action="use_recovery_code",
                subject_kind="account",
                subject_id=account.login,
            )
    return entry


def complete(
    session: Session, *, pending: tuple[AccountSession, Account], visitor: Visitor, now: datetime
) -> Entry:
    """Begin the real session of one who has just set up a second factor while signing in."""
    held, account = pending
    with as_system(session):
        _end(held, account, now)
        _passed(session, account, visitor, now, step=Step.SECOND_FACTOR)
        return _begin(session, account, visitor, now, result=Result.IN)


def begin_by_organisation(session: Session, *, account: Account, visitor: Visitor, now: datetime) -> Entry:
    """Begin the session of one whom the organisation's own sign-in has named.

    Where the person has a second factor here, or must have one, it is asked for all the same.
    """
    with as_system(session):
        if account.totp_confirmed_at is not None:
            return _begin(session, account, visitor, now, result=Result.SECOND_FACTOR)
        if needs_second_factor(session, account=account, today=today(now)):
            return _begin(session, account, visitor, now, result=Result.ENROL)
        _passed(session, account, visitor, now, step=Step.ORGANISATION)
        return _begin(session, account, visitor, now, result=Result.IN)


def show_again(
    session: Session,
    *,
    vault: Vault,
    account: Account,
    session_id: object,
    password: str,
    code: str,
    visitor: Visitor,
    now: datetime,
) -> Entry:
    """Prove once more who one is, within a session: password, and the second factor where there is one."""
    with as_system(session):
        gate = Gate(session, vault=vault, login=account.login, visitor=visitor, now=now)
        if gate.wait > timedelta(0):
            return _slowed(gate, Step.PASSWORD)
        right, _renewed = verify_password(password, account.password_hash)
        if right and account.totp_confirmed_at is not None:
            right = take_code(session, vault=vault, account=account, code=code, now=now)
        if not right:
            gate.record(Step.PASSWORD, Outcome.WRONG)
            return Entry(Result.WRONG)
        gate.record(Step.PASSWORD, Outcome.PASSED)
        session.execute(update(AccountSession).where(AccountSession.id == session_id).values(shown_at=now))
        accounts_changed(session)
        return Entry(Result.IN)


def take_code(session: Session, *, vault: Vault, account: Account, code: str, now: datetime) -> bool:
    """Whether the code is right now and was not taken before; it is taken with that."""
    if account.totp_secret is None:
        return False
    step = matching_step(vault.open(account.totp_secret), code, after=account.totp_step, now=now)
    if step is None:
        return False
    # Of two who send the same code at once one changes the row.
    taken = session.execute(
        update(Account)
        .where(Account.id == account.id, func.coalesce(Account.totp_step, -1) < step)
        .values(totp_step=step)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(account, ["totp_step"])
    return taken is not None


def take_recovery_code(session: Session, *, account: Account, code: str, now: datetime) -> bool:
    """Whether the recovery code is one of the account's that was not used; it is used with that."""
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == token_hash(as_recovery_code(code)),
            RecoveryCode.used_at.is_(None),
            RecoveryCode.ended_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).first()
    return used is not None


def _begin(session: Session, account: Account, visitor: Visitor, now: datetime, *, result: Result) -> Entry:
    token = new_token()
    session.add(
        AccountSession(
            id=uuid4(),
            token_hash=token_hash(token),
            account_id=account.id,
            complete=result is Result.IN,
            began_at=now,
            seen_at=now,
            shown_at=now,
            address=visitor.address,
            agent=visitor.agent.replace("\0", "")[:_LONGEST_AGENT],
        )
    )
    session.flush()
    viewer = viewer_of(session, account, today(now), origin=visitor.address)
    if result is Result.IN:
        record_event(
            session, viewer=viewer, action="sign_in", subject_kind="account", subject_id=account.login
        )
    return Entry(result, token=token, account=account, viewer=viewer)


def _slowed(gate: Gate, step: Step) -> Entry:
    gate.record_slowed(step)
    return Entry(Result.SLOWED, wait=gate.wait)


def _passed(session: Session, account: Account, visitor: Visitor, now: datetime, *, step: Step) -> None:
    record_attempt(
        session,
        step=step,
        outcome=Outcome.PASSED,
        address=visitor.address,
        now=now,
        login=account.login,
        account_id=account.id,
    )


def _end(held: AccountSession, account: Account, now: datetime) -> None:
    held.ended_at, held.ended_by = now, account.login
