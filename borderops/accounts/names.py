"""What people are called, for those who read what they recorded."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.accounts.models import Account
from borderops.core.elevation import as_system


def list_names(session: Session, *, logins: Collection[str]) -> Mapping[str, str]:
    """The names of the people with these sign-in names; whoever is no person is left out.

    A colleague's name is no secret beside what the colleague recorded, so it is read by the program itself.
    """
    with as_system(session):
        found = session.execute(select(Account.login, Account.name).where(Account.login.in_(logins)))
        return {login: name for login, name in found if name}
