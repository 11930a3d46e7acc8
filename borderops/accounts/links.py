"""Links that are used once: invitations, resets, and the one by which the first administrator is made."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.accounts.actions import grant_role, make_account
from borderops.accounts.attempts import record_attempt
from borderops.accounts.invitations import LIFE
from borderops.accounts.models import Account, AccountLink
from borderops.accounts.own_account import change_password
from borderops.accounts.passwords import check_password
from borderops.accounts.people import administrators
from borderops.accounts.rules import Role
from borderops.accounts.tokens import new_token, token_hash
from borderops.accounts.viewers import viewer_of
from borderops.accounts.vocabulary import LinkPurpose, Outcome, Step
from borderops.boundary.models import Unit
from borderops.boundary.rules import UnitKind
from borderops.core.clock import today
from borderops.core.columns import Mark
from borderops.core.database import work_for
from borderops.core.elevation import as_system
from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.viewer import LOCAL_OPERATOR, Viewer

#: The unit of the first administrator, where the installation has none of that kind yet.
ADMINISTRATORS_OFFICE = "administrators-office"


class LinkIsOver(NotFound):
    """The link was used, ended, or never was."""

    code = "link-is-over"


@dataclass(frozen=True)
class UsableLink:
    """A link that can be used now. `account` is None for the first administrator's."""

    id: UUID
    purpose: LinkPurpose
    account: Account | None


def get_link(session: Session, *, token: str, now: datetime) -> UsableLink:
    """The link of a token. Raises LinkIsOver, whatever the reason."""
    with as_system(session):
        held = session.scalar(
            select(AccountLink).where(AccountLink.token_hash == token_hash(token)).with_for_update()
        )
        account = session.get(Account, held.account_id) if held is not None and held.account_id else None
    if (
        held is None
        or held.used_at is not None
        or held.ended_at is not None
        or held.ends_at <= now
        or (account is not None and account.ended_at is not None)
    ):
        raise LinkIsOver(N_("This link was used already, or its time is over. Ask for another one."))
    return UsableLink(held.id, LinkPurpose(held.purpose), account)


def use_link(session: Session, *, token: str, password: str, origin: str, now: datetime) -> Account:
    """Set the password by an invitation or a reset; the link is used with that.

    All sessions of the person end; a second factor stays. Raises LinkIsOver and PasswordTooWeak.
    """
    link = get_link(session, token=token, now=now)
    if link.account is None:
        raise LinkIsOver(N_("This link was used already, or its time is over. Ask for another one."))
    with as_system(session):
        viewer = viewer_of(session, link.account, today(now), origin=origin)
        change_password(session, viewer=viewer, account=link.account, password=password, keep=None, now=now)
        _used(session, link, origin=origin, now=now)
    return link.account


def make_first_link(session: Session, *, now: datetime) -> str:
    """The token by which whoever reads the console makes the first administrator; earlier ones end."""
    session.execute(
        update(AccountLink)
        .where(
            AccountLink.purpose == LinkPurpose.FIRST_RUN.value,
            AccountLink.used_at.is_(None),
            AccountLink.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    token = new_token()
    session.add(
        AccountLink(
            id=uuid4(),
            purpose=LinkPurpose.FIRST_RUN.value,
            token_hash=token_hash(token),
            made_at=now,
            made_by=LOCAL_OPERATOR.name,
            ends_at=now + LIFE[LinkPurpose.FIRST_RUN],
        )
    )
    session.flush()
    return token


def make_first_administrator(
    session: Session, *, token: str, login: str, name: str, password: str, now: datetime
) -> Account:
    """The first person who may sign in, by the console's link.

    From here the session works for the machine's operator, on whose console the link was. Raises
    LinkIsOver, InvalidInput and PasswordTooWeak.
    """
    link = get_link(session, token=token, now=now)
    if link.purpose is not LinkPurpose.FIRST_RUN or has_administrator(session, now=now):
        raise LinkIsOver(N_("This link was used already, or its time is over. Ask for another one."))
    check_password(password, second_factor=True, words=(login, name))
    viewer = LOCAL_OPERATOR
    work_for(session, viewer)
    account = make_account(session, viewer=viewer, login=login, name=name)
    grant_role(
        session,
        viewer=viewer,
        account=account,
        role=Role.ADMINISTRATOR,
        unit_id=administrators_office(session, viewer=viewer),
        valid_from=today(now),
    )
    change_password(session, viewer=viewer, account=account, password=password, keep=None, now=now)
    _used(session, link, origin="", now=now)
    return account


def administrators_office(session: Session, *, viewer: Viewer) -> str:
    """The id of the unit that administrators belong to; it is made where there is none."""
    held = session.scalar(
        select(Unit.id)
        .where(Unit.kind == UnitKind.ADMINISTRATORS_OFFICE, func.upper_inf(Unit.valid))
        .order_by(Unit.id)
        .limit(1)
    )
    if held is None:
        session.add(
            Unit(
                id=ADMINISTRATORS_OFFICE,
                kind=UnitKind.ADMINISTRATORS_OFFICE,
                side="VN",
                name_vi="Văn phòng quản trị",
                name_en="Administrator's office",
                valid=Range(None, None),
                mark=Mark.SOURCED,
                recorded_by=viewer.name,
            )
        )
        session.flush()
    return held or ADMINISTRATORS_OFFICE


def has_administrator(session: Session, *, now: datetime) -> bool:
    """Whether anybody who can sign in is an administrator today."""
    with as_system(session):
        able = or_(Account.password_hash.is_not(None), Account.issuer.is_not(None))
        found = session.scalar(administrators(today(now)).where(able).limit(1))
    return found is not None


def _used(session: Session, link: UsableLink, *, origin: str, now: datetime) -> None:
    session.execute(update(AccountLink).where(AccountLink.id == link.id).values(used_at=now))
    record_attempt(
        session,
        step=Step.LINK,
        outcome=Outcome.PASSED,
        address=origin,
        now=now,
        account_id=link.account.id if link.account is not None else None,
        detail=link.purpose.value,
    )
