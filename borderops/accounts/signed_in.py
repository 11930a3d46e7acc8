"""Who a request comes from: the session of a cookie or the credential of a header."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from borderops.accounts.models import Account, AccountSession, Credential
from borderops.accounts.tokens import token_hash
from borderops.accounts.viewers import viewer_of
from borderops.core.clock import today
from borderops.core.viewer import NOBODY, Viewer

#: How often it is written down that a session or a credential was used: one row is enough for a minute.
SEEN_EVERY = timedelta(minutes=1)

_ENDS = "accounts_changed"


@dataclass(frozen=True)
class SessionLimits:
    """How long a session lasts: without a request, and at all."""

    idle: timedelta = timedelta(minutes=60)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True)
class SignedIn:
    """The viewer of a request and by what it was known.

    `shown_at` is when the person last proved who they are; None for a credential, which proves no person.
    """

    viewer: Viewer = NOBODY
    session_id: UUID | None = None
    credential_id: UUID | None = None
    shown_at: datetime | None = None


NOT_SIGNED_IN = SignedIn()


def find_session(session: Session, *, token: str) -> tuple[AccountSession, Account] | None:
    """The session of a cookie's token with its account, in whatever state; None where there never was one."""
    return session.execute(
        select(AccountSession, Account)
        .join(Account, Account.id == AccountSession.account_id)
        .where(AccountSession.token_hash == token_hash(token))
    ).one_or_none()


def find_by_cookie(
    session: Session, *, token: str, limits: SessionLimits, address: str, now: datetime
) -> SignedIn:
    """Who is signed in by a cookie's token; nobody where the session is over, waits, or never was."""
    found = find_session(session, token=token)
    if found is None:
        return NOT_SIGNED_IN
    held, account = found
    if not held.complete or is_over(held, limits=limits, now=now) or account.ended_at is not None:
        return NOT_SIGNED_IN
    if now - held.seen_at >= SEEN_EVERY:
        session.execute(
            update(AccountSession)
            .where(AccountSession.id == held.id)
            .values(seen_at=now)
            .execution_options(synchronize_session=False)
        )
    return SignedIn(
        viewer=viewer_of(session, account, today(now), origin=address),
        session_id=held.id,
        shown_at=held.shown_at,
    )


def is_over(held: AccountSession, *, limits: SessionLimits, now: datetime) -> bool:
    """Whether a session was ended, was left idle for too long, or is too old."""
    return (
        held.ended_at is not None
        or now - held.seen_at >= limits.idle
        or now - held.began_at >= limits.absolute
    )


def find_by_credential(session: Session, *, token: str, address: str, now: datetime) -> SignedIn:
    """Whom a credential's token speaks for, with no more than its permissions; nobody where it is over."""
    found = session.execute(
        select(Credential, Account)
        .join(Account, Account.id == Credential.account_id)
        .where(Credential.token_hash == token_hash(token))
    ).one_or_none()
    if found is None:
        return NOT_SIGNED_IN
    held, account = found
    if held.ended_at is not None or held.ends_at <= now or account.ended_at is not None:
        return NOT_SIGNED_IN
    if held.used_at is None or now - held.used_at >= SEEN_EVERY or held.used_from != address:
        session.execute(
            update(Credential)
            .where(Credential.id == held.id)
            .values(used_at=now, used_from=address)
            .execution_options(synchronize_session=False)
        )
    return SignedIn(
        viewer=viewer_of(session, account, today(now), only=frozenset(held.permissions), origin=address),
        credential_id=held.id,
    )


def accounts_changed(session: Session) -> None:
    """Note that who may do what changes with this transaction; what is remembered of it is forgotten then."""
    session.info[_ENDS] = True


def take_accounts_changed(session: Session) -> bool:
    """Whether the transaction that ended changed who may do what; asked once."""
    return bool(session.info.pop(_ENDS, False))
