"""What was tried is kept for a year, by whoever asks; the next try removes what is older."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.accounts.attempts import record_attempt
from borderops.accounts.models import SignInAttempt
from borderops.accounts.vocabulary import Outcome, Step
from borderops.core.clock import now
from borderops.core.elevation import as_system
from borderops.core.provision import libpq_url
from tests.conftest import Databases
from tests.signing_in.conftest import everything

ADD = """
INSERT INTO sign_in_attempt (at, step, outcome, address, network)
VALUES (%s, 'password', 'wrong', %s, %s)
"""


def tried(session: Session, days_ago: float, address: str) -> None:
    record_attempt(
        session,
        step=Step.PASSWORD,
        outcome=Outcome.WRONG,
        address=address,
        now=now() - timedelta(days=days_ago),
    )


def test_the_next_try_forgets_what_is_older_than_a_year(founded: Session) -> None:
    with as_system(founded):
        for days_ago, address in ((800, "192.0.2.1"), (366, "192.0.2.2"), (364, "192.0.2.3")):
            tried(founded, days_ago, address)
        tried(founded, 0, "192.0.2.4")
    held = everything(founded).scalars(select(SignInAttempt.address).order_by(SignInAttempt.at))
    assert [address for address in held if address.startswith("192.0.2.")] == ["192.0.2.3", "192.0.2.4"]


@pytest.fixture
def owner(databases: Databases) -> Iterator[psycopg.Connection[tuple[int]]]:
    with (
        databases.copy("founding") as name,
        psycopg.connect(libpq_url(databases.owner(name))) as connection,
    ):
        yield connection
        connection.rollback()


def test_not_even_the_owner_removes_a_younger_one(owner: psycopg.Connection[tuple[int]]) -> None:
    owner.execute(ADD, (now() - timedelta(days=364), "192.0.2.1", "192.0.2.1"))
    with pytest.raises(errors.RestrictViolation), owner.transaction():
        owner.execute("DELETE FROM sign_in_attempt")
    owner.execute("SELECT forget_old_attempts(%s)", (now() + timedelta(days=9999),))
    assert owner.execute("SELECT count(*) FROM sign_in_attempt").fetchone() == (1,)
