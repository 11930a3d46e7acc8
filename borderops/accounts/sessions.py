"""Ending sessions: one's own, somebody's, all of an account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from borderops.accounts.models import Account, AccountSession
from borderops.accounts.signed_in import accounts_changed
from borderops.audit.actions import record_event
from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.viewer import Viewer


def end_sessions(
    session: Session, *, account_id: UUID, by: str, now: datetime, but: UUID | None = None
) -> int:
    """End all sessions of an account, but for one where it is named; returns how many."""
    query = (
        update(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.ended_at.is_(None))
        .values(ended_at=now, ended_by=by)
        .returning(AccountSession.id)
    )
    if but is not None:
        query = query.where(AccountSession.id != but)
    ended = session.scalars(query).all()
    accounts_changed(session)
    return len(ended)


def end_session(session: Session, *, viewer: Viewer, session_id: UUID, now: datetime) -> AccountSession:
    """End one session of the viewer's own, or for an administrator of anybody's. Raises NotFound."""
    held = session.get(AccountSession, session_id)
    allowed = held is not None and (held.account_id == viewer.account_id or viewer.may("manage_people"))
    if held is None or not allowed:
        raise NotFound(N_("There is no such session."))
    if held.ended_at is None:
        held.ended_at, held.ended_by = now, viewer.name
        session.flush()
        accounts_changed(session)
        record_event(
            session,
            viewer=viewer,
            action="end_session",
            subject_kind="session",
            subject_id=held.id,
            before={"account": _login_of(session, held.account_id), "address": held.address},
        )
    return held


def _login_of(session: Session, account_id: UUID) -> str | None:
    return session.scalar(select(Account.login).where(Account.id == account_id))
