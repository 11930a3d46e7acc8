"""In whose scope each feature lies: posts, communes, provinces, gates, and what nobody has placed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from borderops.boundary.queries import get_line
from borderops.core.changes import settle
from borderops.core.clock import today
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.markers.actions import register_feature, state_position
from borderops.markers.models import Feature, FeatureScope
from borderops.markers.queries import get_feature
from borderops.markers.schemas import FeatureIn, PositionIn
from borderops.register.derivation import rebuild
from borderops.register.models import FeaturePeriod
from tests.scope.conftest import OTHER, OTHER_POST, add_other_province

NOW = datetime.now(UTC)


def scope(session: Session, unit: str) -> set[str]:
    """The codes of the features in a unit's scope today."""
    found = session.scalars(
        select(Feature.code)
        .join(FeatureScope, FeatureScope.feature_id == Feature.id)
        .where(FeatureScope.unit_id == unit, FeatureScope.valid.contains(today(NOW)))
    ).all()
    assert len(found) == len(set(found))
    return set(found)


def units_of(session: Session, code: str) -> set[str]:
    return set(
        session.scalars(
            select(FeatureScope.unit_id)
            .join(Feature, Feature.id == FeatureScope.feature_id)
            .where(Feature.code == code, FeatureScope.valid.contains(today(NOW)))
        )
    )


def test_a_province_has_every_feature_of_its_line(founded: Session) -> None:
    assert scope(founded, "nghe-an") == set(founded.scalars(select(Feature.code)))


def test_lao_provinces_share_the_line_among_them(founded: Session) -> None:
    parts = [scope(founded, unit) for unit in ("houaphanh", "xiangkhouang", "bolikhamxay")]
    assert set.union(*parts) == set(founded.scalars(select(Feature.code)))
    assert sum(map(len, parts)) == len(set.union(*parts))


@pytest.mark.parametrize(
    ("unit", "codes"),
    [
        ("don-nam-can", {"405(1)", "405(2)", "406", "407", "408", "409", "nam-can"}),
        ("don-na-loi", {"399", "400", "401"}),
        ("don-thanh-thuy", {"460", "461", "462", "thanh-thuy"}),
    ],
)
def test_a_post_has_its_numbers_and_the_gate_among_them(founded: Session, unit: str, codes: set[str]) -> None:
    registered = set(founded.scalars(select(Feature.code)))
    assert scope(founded, unit) == codes & registered
    assert codes & registered >= {code for code in codes if not code.isdigit()}


def test_a_gate_belongs_to_the_post_beside_it_and_to_the_companys_province(founded: Session) -> None:
    assert {"don-nam-can", "dai-doi-221", "nghe-an", "xiangkhouang", "xa-nam-can"} <= units_of(
        founded, "nam-can"
    )


def measure(session: Session, code: str, chainage_m: float, *, minute: int) -> None:
    lon, lat = get_line(session, viewer=LOCAL_OPERATOR).point_at(chainage_m)
    feature = get_feature(session, viewer=LOCAL_OPERATOR, address=code)
    sent = PositionIn(id=uuid4(), x=str(lon), y=str(lat), system="wgs84", method="gnss", accuracy_m=3)
    at = NOW + timedelta(minutes=minute)
    state_position(session, viewer=LOCAL_OPERATOR, feature=feature, sent=sent, now=at)
    session.commit()


def test_a_gate_belongs_to_whose_markers_stand_around_it(founded: Session) -> None:
    """Measured outside the post's section it is not the post's, until the first marker is found before it."""
    first = founded.scalar(
        select(FeaturePeriod.chainage_m).where(
            FeaturePeriod.code == "405(1)",
            func.upper_inf(FeaturePeriod.valid),
            func.upper_inf(FeaturePeriod.known),
        )
    )
    assert first is not None
    assert "don-nam-can" in units_of(founded, "nam-can")
    measure(founded, "nam-can", first - 1000, minute=0)
    assert "don-nam-can" not in units_of(founded, "nam-can")
    assert "nghe-an" in units_of(founded, "nam-can")
    measure(founded, "405(1)", first - 1400, minute=1)
    assert "don-nam-can" in units_of(founded, "nam-can")


def test_what_nobody_has_placed_belongs_to_every_province_until_somebody_does(founded: Session) -> None:
    add_other_province(founded)
    sent = FeatureIn(id=uuid4(), kind="gate", code="new-gate", name_vi="Mới – Mới")
    register_feature(founded, viewer=LOCAL_OPERATOR, sent=sent, now=NOW)
    founded.commit()
    assert {"nghe-an"} <= units_of(founded, "new-gate")
    assert units_of(founded, "470") == {OTHER, OTHER_POST}
    feature = get_feature(founded, viewer=LOCAL_OPERATOR, address="new-gate")
    placed = PositionIn(id=uuid4(), x="104.0839", y="19.4786", system="wgs84", method="gnss", accuracy_m=3)
    state_position(founded, viewer=LOCAL_OPERATOR, feature=feature, sent=placed, now=NOW)
    founded.commit()
    assert {"nghe-an", "xiangkhouang"} <= units_of(founded, "new-gate")
    assert OTHER not in units_of(founded, "new-gate")


def held(session: Session) -> set[tuple[UUID, str, object, object]]:
    return {
        (row.feature_id, row.unit_id, row.valid.lower, row.valid.upper)
        for row in session.execute(select(FeatureScope.feature_id, FeatureScope.unit_id, FeatureScope.valid))
    }


def test_step_by_step_is_the_same_as_from_nothing(founded: Session) -> None:
    add_other_province(founded)
    settle(founded)
    before = held(founded)
    rebuild(founded)
    assert held(founded) == before


def test_a_unit_that_ended_has_its_days(founded: Session) -> None:
    """Vietnam's districts ended on 1 July 2025."""
    days = founded.scalars(
        select(FeatureScope.valid).where(FeatureScope.unit_id == "con-cuong-district")
    ).all()
    assert days
    assert {str(valid.upper) for valid in days} == {"2025-07-01"}
