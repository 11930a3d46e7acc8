"""A register with two provinces on our side, asked by plain connections as the application role."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from borderops.app import DERIVE
from borderops.boundary.models import Unit, UnitSection
from borderops.core.database import Database
from borderops.core.provision import libpq_url
from borderops.core.viewer import LOCAL_OPERATOR, Sees, Viewer, viewer_settings
from borderops.inspections.actions import record_inspection
from borderops.inspections.schemas import InspectionIn
from borderops.markers.actions import register_feature
from borderops.markers.numbers import parse_number
from borderops.markers.schemas import FeatureIn
from tests.conftest import Databases

NOW = datetime.now(UTC)

#: Stands in for the next province along the line; nothing of it is in the founding data.
OTHER = "ha-tinh"
OTHER_POST = "don-son-hong"
OTHER_NUMBERS = ("470", "471")

#: One of each way of seeing, as accounts would make them (accounts/scope.py).
OFFICER = Viewer(
    "officer",
    sees=Sees.UNITS,
    permissions=frozenset({"read_register", "read_history", "record_inspection", "state_position"}),
    reads=frozenset({"don-nam-can", "don-na-loi"}),
    writes=frozenset({"don-nam-can"}),
)
SPECIALIST = Viewer(
    "specialist",
    sees=Sees.UNITS,
    permissions=frozenset(
        {
            "read_register",
            "read_history",
            "record_inspection",
            "state_position",
            "register_feature",
            "tell_event",
            "assign_duty",
            "decide_gate",
            "disclose",
            "see_as_counterpart",
        }
    ),
    reads=frozenset({"nghe-an"}),
    writes=frozenset({"nghe-an"}),
)
OTHER_SPECIALIST = Viewer(
    "other-specialist",
    sees=Sees.UNITS,
    permissions=SPECIALIST.permissions,
    reads=frozenset({OTHER}),
    writes=frozenset({OTHER}),
)
AUDITOR = Viewer("auditor", sees=Sees.ALL, permissions=frozenset({"read_register", "read_events"}))
ADMINISTRATOR = Viewer(
    "administrator", permissions=frozenset({"manage_people", "manage_units", "manage_settings"})
)
COUNTERPART = Viewer(
    "lao",
    sees=Sees.SHARED,
    permissions=frozenset({"read_register", "state_view"}),
    audience="xiangkhouang",
    side="LA",
)
OTHER_COUNTERPART = Viewer(
    "lao-hp",
    sees=Sees.SHARED,
    permissions=frozenset({"read_register", "state_view"}),
    audience="houaphanh",
    side="LA",
)
VIEWERS = {
    viewer.name: viewer
    for viewer in (
        OFFICER,
        SPECIALIST,
        OTHER_SPECIALIST,
        AUDITOR,
        ADMINISTRATOR,
        COUNTERPART,
        OTHER_COUNTERPART,
        LOCAL_OPERATOR,
    )
}


def add_other_province(session: Session) -> None:
    """Two markers beyond Nghệ An's, in another province's post."""
    units = (
        Unit(
            id=OTHER, kind="province", side="VN", name_vi="Hà Tĩnh", valid=Range(None, None), mark="unknown"
        ),
        Unit(
            id=OTHER_POST,
            kind="border_post",
            side="VN",
            parent_id=OTHER,
            name_vi="Đồn Biên phòng Sơn Hồng",
            valid=Range(None, None),
            mark="unknown",
        ),
    )
    for unit in units:
        session.add(unit)
        session.flush()
    first, last = (parse_number(number).line_order for number in ("470", "479"))
    session.add(
        UnitSection(
            unit_id=OTHER_POST,
            from_number="470",
            to_number="479",
            from_order=first,
            to_order=last,
            line_id="nghe-an",
            mark="unknown",
            valid=Range(None, None),
            known=Range(None, None),
        )
    )
    for number in OTHER_NUMBERS:
        feature = register_feature(
            session,
            viewer=LOCAL_OPERATOR,
            sent=FeatureIn(id=uuid4(), kind="marker", number=number),
            now=NOW,
        )
        session.flush()
        record_inspection(session, viewer=LOCAL_OPERATOR, sent=seen(str(feature.id)), now=NOW)


def seen(feature: str, **more: Any) -> InspectionIn:
    """An inspection that found the feature's body poor."""
    return InspectionIn(
        **{
            "id": uuid4(),
            "feature": feature,
            "observed_at": NOW,
            "occasion": "inspection",
            "finding": "seen",
            "components": {"body": "poor"},
            "notes": "Only for our own side.",
            **more,
        }
    )


@pytest.fixture(scope="module")
def register(databases: Databases) -> Iterator[str]:
    """The name of a database with both provinces; its committed rows are for reading."""
    with databases.copy("founding") as name:
        database = Database(databases.app(name), derive=DERIVE, viewer=LOCAL_OPERATOR)
        with database.transaction() as session:
            add_other_province(session)
        database.close()
        yield name


@pytest.fixture
def owner(databases: Databases, register: str) -> Iterator[psycopg.Connection[Any]]:
    """The tables' owner, who sees every row."""
    with psycopg.connect(libpq_url(databases.owner(register))) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def app(databases: Databases, register: str) -> Iterator[psycopg.Connection[Any]]:
    """The application role, told nothing yet; undone at the end."""
    with psycopg.connect(libpq_url(databases.app(register))) as connection:
        yield connection
        connection.rollback()


def tell(connection: psycopg.Connection[Any], viewer: Viewer | Mapping[str, str]) -> None:
    """Say for whom the connection's transaction works."""
    settings = viewer_settings(viewer) if isinstance(viewer, Viewer) else viewer
    for name, value in settings.items():
        connection.execute("SELECT set_config(%s, %s, true)", (name, value))


@contextmanager
def as_viewer(database: Database, viewer: Viewer) -> Iterator[Session]:
    """A transaction for a viewer, undone at the end."""
    with database.sessions() as session:
        session.info["viewer"] = viewer
        session.begin()
        yield session
        session.rollback()
