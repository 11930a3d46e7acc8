"""Tokens of programs and credentials of devices: making them, ending them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from borderops.accounts.models import Account, Credential
from borderops.accounts.rules import Permission
from borderops.accounts.signed_in import accounts_changed
from borderops.accounts.tokens import BEARER_PREFIX, new_token, token_hash
from borderops.accounts.vocabulary import CredentialKind
from borderops.audit.actions import record_event
from borderops.core.errors import BorderopsError, InvalidInput, NotFound, Problems
from borderops.core.messages import N_
from borderops.core.viewer import Viewer

#: The longest that a token may be of use.
LONGEST = timedelta(days=366)

#: What only a person does, never a program: their own account and who else may sign in.
PERSONS_ONLY = frozenset(
    {
        Permission.OWN_ACCOUNT,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_UNITS,
        Permission.MANAGE_INSTALLATION,
    }
)

_HINT = len(BEARER_PREFIX) + 4


@dataclass(frozen=True)
class MadeCredential:
    """A credential with its token, which is shown once and nowhere kept."""

    credential: Credential
    token: str


def grantable(viewer: Viewer) -> list[Permission]:
    """The permissions that a person can hand to a program."""
    return [one for one in Permission if viewer.may(one) and one not in PERSONS_ONLY]


def make_credential(
    session: Session,
    *,
    viewer: Viewer,
    account: Account,
    kind: CredentialKind,
    label: str,
    permissions: Collection[str],
    ends_at: datetime,
    now: datetime,
) -> MadeCredential:
    """A token for some of the permissions that the account's own viewer has.

    It never does more than the person may on the day it is used. Raises Problems.
    """
    problems: list[BorderopsError] = []
    allowed = {one.value for one in grantable(viewer)}
    if not label.strip():
        problems.append(InvalidInput(N_("Say what it is for."), field="label"))
    if not permissions:
        problems.append(InvalidInput(N_("Choose what it may do."), field="permissions"))
    if set(permissions) - allowed:
        problems.append(InvalidInput(N_("It can do no more than you may yourself."), field="permissions"))
    if not now < ends_at <= now + LONGEST:
        problems.append(InvalidInput(N_("Give an end within one year from now."), field="ends_on"))
    if problems:
        raise Problems(problems)
    token = new_token(BEARER_PREFIX)
    made = Credential(
        id=uuid4(),
        kind=kind.value,
        token_hash=token_hash(token),
        hint=token[:_HINT],
        account_id=account.id,
        label=label.strip()[:100],
        permissions=sorted(permissions),
        made_at=now,
        made_by=viewer.name,
        ends_at=ends_at,
    )
    session.add(made)
    session.flush()
    record_event(
        session,
        viewer=viewer,
        action="make_credential",
        subject_kind="credential",
        subject_id=made.id,
        after={
            "account": account.login,
            "kind": made.kind,
            "label": made.label,
            "permissions": made.permissions,
            "ends_at": ends_at.isoformat(),
        },
    )
    return MadeCredential(made, token)


def end_credential(session: Session, *, viewer: Viewer, credential_id: UUID, now: datetime) -> Credential:
    """End one's own credential, or for an administrator anybody's. Raises NotFound."""
    held = session.get(Credential, credential_id)
    allowed = held is not None and (
        held.account_id == viewer.account_id or viewer.may(Permission.MANAGE_PEOPLE)
    )
    if held is None or not allowed:
        raise NotFound(N_("There is no such token."))
    if held.ended_at is None:
        held.ended_at, held.ended_by = now, viewer.name
        session.flush()
        accounts_changed(session)
        record_event(
            session,
            viewer=viewer,
            action="end_credential",
            subject_kind="credential",
            subject_id=held.id,
            before={"label": held.label, "kind": held.kind},
        )
    return held
