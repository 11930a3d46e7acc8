"""From an account to the viewer that everything else asks: its roles in force and their area of duty."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.accounts.models import Account, AccountRole
from borderops.accounts.rules import Role
from borderops.accounts.scope import Held, Place, Stretch, area_of
from borderops.boundary.models import Unit, UnitSection
from borderops.core.viewer import Viewer


def roles_in_force(session: Session, *, account: Account, today: date) -> Sequence[AccountRole]:
    """The account's roles that hold on the day and were not ended."""
    return session.scalars(
        select(AccountRole)
        .where(
            AccountRole.account_id == account.id,
            AccountRole.valid.contains(today),
            AccountRole.ended_at.is_(None),
        )
        .order_by(AccountRole.id)
    ).all()


def viewer_of(
    session: Session,
    account: Account,
    today: date,
    *,
    only: frozenset[str] | None = None,
    origin: str = "console",
) -> Viewer:
    """The viewer that a person is on a day. `only` narrows the permissions to a credential's.

    An account that has ended may do nothing and sees nothing.
    """
    rows = roles_in_force(session, account=account, today=today) if account.ended_at is None else ()
    held = [Held(Role(row.role), row.unit_id) for row in rows]
    units = {
        unit_id: Place(kind, parent_id)
        for unit_id, kind, parent_id in session.execute(select(Unit.id, Unit.kind, Unit.parent_id))
    }
    area = area_of(held, units=units, stretches=_stretches(session, held, units, today=today))
    return Viewer(
        name=account.login,
        sees=area.sees,
        permissions=area.permissions if only is None else area.permissions & only,
        reads=area.reads,
        writes=area.writes,
        audience=area.audience,
        side=area.side,
        account_id=account.id,
        person=account.name,
        roles=tuple(dict.fromkeys(one.role.value for one in held)),
        origin=origin,
    )


def _stretches(
    session: Session, held: Sequence[Held], units: dict[str, Place], *, today: date
) -> list[Stretch]:
    """The parts of the line, by numbers, that units of the same kind as the person's have on the day."""
    kinds = {units[one.unit_id].kind for one in held if one.unit_id in units}
    found = session.execute(
        select(UnitSection.unit_id, UnitSection.from_order, UnitSection.to_order)
        .join(Unit, Unit.id == UnitSection.unit_id)
        .where(
            Unit.kind.in_(kinds),
            UnitSection.valid.contains(today),
            func.upper_inf(UnitSection.known),
        )
    )
    return [
        Stretch(unit_id, first, last)
        for unit_id, first, last in found
        if first is not None and last is not None
    ]
