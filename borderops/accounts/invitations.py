"""Links by which a person sets a password, once: made, ended."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from borderops.accounts.models import Account, AccountLink
from borderops.accounts.tokens import new_token, token_hash
from borderops.accounts.vocabulary import LinkPurpose
from borderops.audit.actions import record_event
from borderops.core.errors import Conflict
from borderops.core.messages import N_
from borderops.core.viewer import Viewer

#: How long a link can be used. A reset is asked for by one who waits for it.
LIFE = {
    LinkPurpose.FIRST_RUN: timedelta(hours=1),
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=24),
}


def make_link(
    session: Session, *, viewer: Viewer, account: Account, purpose: LinkPurpose, now: datetime
) -> str:
    """A link's token by which the person sets a password, once; earlier links of the account end.

    Raises Conflict for an account that has ended.
    """
    if account.ended_at is not None:
        raise Conflict(N_("The account has ended already."))
    end_links(session, account_id=account.id, now=now)
    token = new_token()
    ends_at = now + LIFE[purpose]
    session.add(
        AccountLink(
            id=uuid4(),
            purpose=purpose.value,
            token_hash=token_hash(token),
            account_id=account.id,
            made_at=now,
            made_by=viewer.name,
            ends_at=ends_at,
        )
    )
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action=f"make_{purpose.value}_link",
        subject_kind="account",
        subject_id=account.login,
        after={"ends_at": ends_at.isoformat()},
    )
    return token


def end_links(session: Session, *, account_id: UUID, now: datetime) -> None:
    """End the links of an account that were not used."""
    session.execute(
        update(AccountLink)
        .where(
            AccountLink.account_id == account_id,
            AccountLink.used_at.is_(None),
            AccountLink.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
