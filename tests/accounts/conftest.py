"""What the matrix is played on: the application with features at every place, on one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import Connection
from starlette.testclient import TestClient

from borderops.accounts.routes import MarkedRoute
from borderops.app import DERIVE, make_app
from borderops.core.database import make_engine, make_sessions
from borderops.core.files import FileStore
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.ui.form_token import HEADER
from tests.accounts.calls import CALLS, address_of, is_local
from tests.accounts.places import EVERYBODY, Spot, add_places, list_visible, reads
from tests.conftest import Databases
from tests.people import Person


@dataclass(frozen=True)
class World:
    """The application on one transaction, with features at every place."""

    client: TestClient
    connection: Connection
    spots: Mapping[str, Spot]
    visible: Mapping[str, frozenset[str]]
    all_features: frozenset[str]

    def call(self, person: Person | None, route: MarkedRoute, spot: Spot | None) -> Response:
        """Make the route's call as a person, or as nobody, and undo all that it did."""
        call = CALLS[route.key]
        self.client.cookies.clear()
        headers = {}
        if person is not None:
            self.client.cookies.update(person.cookies)
            headers[HEADER] = person.form_token
        some = spot or next(iter(self.spots.values()))
        with self.connection.begin_nested() as undone:
            reply = self.client.request(
                route.method,
                address_of(route.key, some),
                headers=headers,
                json=call.json(some) if call.json else None,
                data=call.form(some) if call.form else None,
                files=call.files(some) if call.files else None,
            )
            undone.rollback()
        return reply

    def spots_of(self, route: MarkedRoute, person: Person | None) -> Sequence[Spot | None]:
        """The places at which a person calls the route."""
        if not is_local(route.key):
            return [None]
        if not CALLS[route.key].on_gate:
            return [spot for name, spot in self.spots.items() if not name.endswith("_gate")]
        gates = [self.spots[name] for name in ("own_gate", "far_section_gate")]
        # There is no gate in the other province: a marker serves to refuse those from elsewhere.
        elsewhere = person is None or not reads(person, "other_province")
        return [*gates, self.spots["other_province"]] if elsewhere else gates


@pytest.fixture(scope="module")
def world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("home")
    with databases.copy("founding") as name:
        engine = make_engine(databases.app(name))
        with engine.connect() as connection, connection.begin() as outer:
            options: dict[str, Any] = {"derive": DERIVE, "join_transaction_mode": "create_savepoint"}
            with make_sessions(connection, viewer=LOCAL_OPERATOR, **options)() as session:
                spots = add_places(session, FileStore(home / "files"))
                session.commit()
                visible = {person.login: list_visible(session, person) for person in EVERYBODY}
                everything = frozenset[str]().union(*visible.values())
            app = make_app(sessions=make_sessions(connection, **options), engine=engine, home=home)
            with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
                yield World(client, connection, spots, visible, everything)
            outer.rollback()
        engine.dispose()
