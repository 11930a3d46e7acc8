"""Signing in: name and password, the second factor, a recovery code.

Nothing here raises for a wrong answer: what was tried must be written down and stay written. Whoever is not
known and whoever gives a wrong password are told the same, after the same work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from borderops.accounts.attempts import login_digest, network_of, record_attempt
from borderops.accounts.models import Account, AccountSession, RecoveryCode, SignInAttempt
from borderops.accounts.passwords import verify_password
from borderops.accounts.people import as_login, find_account, needs_second_factor
from borderops.accounts.second_factor import as_recovery_code, matching_step
from borderops.accounts.signed_in import accounts_changed
from borderops.accounts.throttle import WINDOW, NetworkTries, Try, wait_for
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
_SLOWED_ONCE_IN = timedelta(minutes=1)


class Result(StrEnum):
    """Where a try led."""

    IN = "in"
    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    WRONG = "wrong"
    SLOWED = "slowed"
    OVER = "over"


@dataclass(frozen=True)
class Visitor:
    """From where somebody tries: the network address, the browser, the device's cookie where it has one."""

    address: str
    agent: str = ""
    device_cookie: str = ""


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
        gate = _Gate(session, vault=vault, login=name, visitor=visitor, now=now)
        if gate.wait > timedelta(0):
            return gate.slow(Step.PASSWORD)
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
        found = session.execute(
            select(AccountSession, Account)
            .join(Account, Account.id == AccountSession.account_id)
            .where(AccountSession.token_hash == token_hash(token))
        ).one_or_none()
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
        gate = _Gate(session, vault=vault, login=account.login, visitor=visitor, now=now)
        typed_digits = code.replace(" ", "").isdigit()
        step = Step.SECOND_FACTOR if typed_digits else Step.RECOVERY_CODE
        if gate.wait > timedelta(0):
            return gate.slow(step)
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
        record_attempt(
            session,
            step=Step.SECOND_FACTOR,
            outcome=Outcome.PASSED,
            address=visitor.address,
            now=now,
            login=account.login,
            account_id=account.id,
        )
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
        record_attempt(
            session,
            step=Step.ORGANISATION,
            outcome=Outcome.PASSED,
            address=visitor.address,
            now=now,
            login=account.login,
            account_id=account.id,
        )
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
        gate = _Gate(session, vault=vault, login=account.login, visitor=visitor, now=now)
        if gate.wait > timedelta(0):
            return gate.slow(Step.PASSWORD)
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


def _end(held: AccountSession, account: Account, now: datetime) -> None:
    held.ended_at, held.ended_by = now, account.login


class _Gate:
    """What was tried at a name before, and whether the next try is looked at now."""

    def __init__(
        self, session: Session, *, vault: Vault, login: str, visitor: Visitor, now: datetime
    ) -> None:
        self._session, self._login, self._visitor, self._now = session, login, visitor, now
        # Tries at one name are looked at one after the other, so that many at once are counted.
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"sign in {login}", 3))))
        self.account = find_account(session, login=login)
        known = vault.read_device(visitor.device_cookie) if visitor.device_cookie else None
        fits = known is not None and self.account is not None and known.account_id == self.account.id
        self._device = known.device if known is not None and fits else None
        self._network = network_of(visitor.address)
        self.wait = wait_for(
            tries=self._tries(),
            network=self._network_tries(),
            from_network=self._network,
            device=self._device,
            now=now,
        )

    def slow(self, step: Step) -> Entry:
        """Refuse without looking; it is written down once in a minute, so that nobody fills the table."""
        said = self._session.scalar(
            select(func.max(SignInAttempt.at)).where(
                SignInAttempt.login_digest == login_digest(self._login),
                SignInAttempt.network == self._network,
                SignInAttempt.outcome == Outcome.SLOWED.value,
            )
        )
        if said is None or self._now - said >= _SLOWED_ONCE_IN:
            self.record(step, Outcome.SLOWED)
        return Entry(Result.SLOWED, wait=self.wait)

    def record(self, step: Step, outcome: Outcome) -> None:
        """Write down what came of the try."""
        record_attempt(
            self._session,
            step=step,
            outcome=outcome,
            address=self._visitor.address,
            now=self._now,
            login=self._login,
            account_id=self.account.id if self.account is not None else None,
            device=self._device,
        )

    def _tries(self) -> list[Try]:
        found = self._session.execute(
            select(SignInAttempt.at, SignInAttempt.network, SignInAttempt.device, SignInAttempt.outcome)
            .where(
                SignInAttempt.login_digest == login_digest(self._login),
                SignInAttempt.at > self._now - WINDOW,
                SignInAttempt.outcome.in_([Outcome.WRONG.value, Outcome.PASSED.value]),
            )
            .order_by(SignInAttempt.at, SignInAttempt.id)
        )
        return [Try(at, network, device, outcome == Outcome.PASSED) for at, network, device, outcome in found]

    def _network_tries(self) -> NetworkTries:
        failures, last_at = self._session.execute(
            select(func.count(), func.max(SignInAttempt.at)).where(
                SignInAttempt.network == self._network,
                SignInAttempt.at > self._now - WINDOW,
                SignInAttempt.outcome == Outcome.WRONG.value,
            )
        ).one()
        return NetworkTries(failures, last_at)
