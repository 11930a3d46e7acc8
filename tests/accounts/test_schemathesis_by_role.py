"""Whatever each role's people send, they are answered as documented, and with no row out of their scope."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from borderops.app import DERIVE
from borderops.core.database import Database
from borderops.core.files import FileStore
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.markers.models import Feature
from tests.accounts.places import EVERYBODY, SHARED_WITH, add_places, list_visible, role_of
from tests.accounts.test_matrix import named_in_json
from tests.api.test_schemathesis import CHECKS, SCHEMA
from tests.conftest import Databases, listening
from tests.people import Person

#: One of each role.
ONE_OF_EACH = tuple({role_of(person)[0]: person for person in reversed(EVERYBODY)}.values())


@dataclass(frozen=True)
class Served:
    """The application on features of every place, and its database to compare with."""

    address: str
    database: Database

    def out_of_scope(self, person: Person, named: set[str]) -> set[str]:
        """Those of the names that are features which the person may not see."""
        with self.database.transaction() as session:
            return named & _features(session) - list_visible(session, person)


def _features(session: Session) -> set[str]:
    return {name for row in session.execute(select(Feature.id, Feature.code)) for name in map(str, row)}


@pytest.fixture(scope="module")
def serve(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Person], Served]]:
    """An installation for each person: what one shares must not become what another may see."""
    with ExitStack() as stack:

        @cache
        def serve(person: Person) -> Served:
            return stack.enter_context(_serve(databases, tmp_path_factory.mktemp(person.login)))

        yield serve


@contextmanager
def _serve(databases: Databases, home: Path) -> Iterator[Served]:
    with databases.copy("founding") as name:
        database = Database(databases.app(name), derive=DERIVE, viewer=LOCAL_OPERATOR)
        with database.transaction() as session:
            add_places(session, FileStore(home / "files"))
        with listening(databases, name, home) as address:
            yield Served(address, database)
        database.close()


@pytest.mark.parametrize("person", ONE_OF_EACH, ids=lambda person: person.login)
@SCHEMA.parametrize()
@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_role_is_answered_as_documented_and_within_its_scope(
    case: schemathesis.Case[Any], serve: Callable[[Person], Served], person: Person
) -> None:
    served = serve(person)
    answer = case.call_and_validate(base_url=served.address, headers=person.headers, checks=CHECKS)
    if answer.status_code < 400 and "json" in answer.headers.get("content-type", [""])[0]:
        named = set(named_in_json(json.loads(answer.content)))
        assert served.out_of_scope(person, named) == set()


def test_what_is_shared_is_among_what_is_compared(serve: Callable[[Person], Served]) -> None:
    """Else the other side's people would be compared with nothing."""
    theirs = [person for person in ONE_OF_EACH if role_of(person)[1] in SHARED_WITH.values()]
    assert theirs
    for person in theirs:
        with serve(person).database.transaction() as session:
            assert set(SHARED_WITH) <= list_visible(session, person)
