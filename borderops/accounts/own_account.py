"""What a person does to their own account: password, second factor, recovery codes, links used."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from borderops.accounts.models import Account, RecoveryCode
from borderops.accounts.passwords import check_password, hash_password, verify_password
from borderops.accounts.people import needs_second_factor, own_words
from borderops.accounts.second_factor import matching_step, new_recovery_codes, new_secret
from borderops.accounts.sessions import end_sessions
from borderops.accounts.signed_in import SignedIn, accounts_changed
from borderops.accounts.tokens import token_hash
from borderops.accounts.vault import Vault
from borderops.accounts.viewers import viewer_of
from borderops.audit.actions import record_event
from borderops.core.clock import today
from borderops.core.elevation import as_system
from borderops.core.errors import InvalidInput, NotSignedIn
from borderops.core.messages import N_
from borderops.core.viewer import Viewer

#: For how long one who has proved who they are need not do it again before a sensitive step.
FRESH = timedelta(minutes=15)


class ShowAgain(NotSignedIn):
    """A sensitive step asks once more who one is."""

    code = "sign-in-again"


def require_fresh(signed_in: SignedIn, *, now: datetime) -> None:
    """Raise ShowAgain where the person last proved who they are too long ago, or a token asks."""
    if signed_in.shown_at is None or now - signed_in.shown_at > FRESH:
        raise ShowAgain(N_("Show once more who you are."))


def change_password(
    session: Session,
    *,
    viewer: Viewer,
    account: Account,
    password: str,
    keep: UUID | None,
    now: datetime,
    field: str = "password",
) -> None:
    """Set another password; every session but `keep` ends. Raises PasswordTooWeak."""
    two = account.totp_confirmed_at is not None or needs_second_factor(
        session, account=account, today=today(now)
    )
    check_password(password, second_factor=two, words=own_words(account), field=field)
    account.password_hash = hash_password(password)
    account.password_set_at = now
    ended = end_sessions(session, account_id=account.id, by=viewer.name, now=now, but=keep)
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action="change_password",
        subject_kind="account",
        subject_id=account.login,
        after={"sessions_ended": ended},
    )


def begin_second_factor(session: Session, *, vault: Vault, account: Account) -> str:
    """A secret for the person's app, kept until a first code confirms it; the one begun before, if any.

    Raises InvalidInput where the account has a confirmed one.
    """
    if account.totp_confirmed_at is not None:
        raise InvalidInput(N_("There is a second factor already; remove it first."))
    with as_system(session):
        if account.totp_secret is None:
            account.totp_secret = vault.seal(new_secret())
            account.totp_step = None
    return vault.open(account.totp_secret)


def confirm_second_factor(
    session: Session, *, vault: Vault, account: Account, code: str, origin: str, now: datetime
) -> list[str]:
    """Take the app's first code; from now on it is asked for. Returns new recovery codes, shown once.

    Raises InvalidInput for a wrong code.
    """
    if account.totp_secret is None or account.totp_confirmed_at is not None:
        raise InvalidInput(N_("Begin anew: read the picture with your app."), field="code")
    step = matching_step(vault.open(account.totp_secret), code, after=None, now=now)
    if step is None:
        raise InvalidInput(N_("This is not the code that the app shows now."), field="code")
    with as_system(session):
        account.totp_confirmed_at = now
        account.totp_step = step
        codes = _renew_codes(session, account, now)
        accounts_changed(session)
        record_event(
            session,
            viewer=viewer_of(session, account, today(now), origin=origin),
            action="set_second_factor",
            subject_kind="account",
            subject_id=account.login,
        )
    return codes


def renew_recovery_codes(session: Session, *, viewer: Viewer, account: Account, now: datetime) -> list[str]:
    """New recovery codes; those given out before are worth nothing from now on."""
    if account.totp_confirmed_at is None:
        raise InvalidInput(N_("There is no second factor yet."))
    with as_system(session):
        codes = _renew_codes(session, account, now)
    record_event(
        session,
        viewer=viewer,
        action="renew_recovery_codes",
        subject_kind="account",
        subject_id=account.login,
    )
    return codes


def drop_second_factor(
    session: Session, *, viewer: Viewer, account: Account, password: str, now: datetime
) -> None:
    """Give the second factor up. Raises InvalidInput where a role demands it or the password is wrong.

    Raises PasswordTooWeak where the password does not stand alone.
    """
    if needs_second_factor(session, account=account, today=today(now)):
        raise InvalidInput(N_("Your role demands a second factor; it can be replaced, not given up."))
    if not verify_password(password, account.password_hash)[0]:
        raise InvalidInput(N_("This is not your password."), field="password")
    check_password(password, second_factor=False, words=own_words(account))
    with as_system(session):
        forget_second_factor(session, account=account, now=now)
    record_event(
        session,
        viewer=viewer,
        action="remove_second_factor",
        subject_kind="account",
        subject_id=account.login,
    )


def replace_second_factor(session: Session, *, viewer: Viewer, account: Account, now: datetime) -> None:
    """Forget the second factor so that another app can be set up at once."""
    with as_system(session):
        forget_second_factor(session, account=account, now=now)
    record_event(
        session,
        viewer=viewer,
        action="replace_second_factor",
        subject_kind="account",
        subject_id=account.login,
    )


def forget_second_factor(session: Session, *, account: Account, now: datetime) -> None:
    """Forget the secret and end its recovery codes."""
    account.totp_secret = account.totp_confirmed_at = account.totp_step = None
    _end_codes(session, account, now)
    session.flush()
    accounts_changed(session)


def _renew_codes(session: Session, account: Account, now: datetime) -> list[str]:
    _end_codes(session, account, now)
    codes = new_recovery_codes()
    session.add_all(
        RecoveryCode(account_id=account.id, code_hash=token_hash(code), made_at=now) for code in codes
    )
    session.flush()
    return codes


def _end_codes(session: Session, account: Account, now: datetime) -> None:
    session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.account_id == account.id, RecoveryCode.ended_at.is_(None))
        .values(ended_at=now)
    )
