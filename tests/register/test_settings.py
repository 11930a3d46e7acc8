from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from borderops.boundary.queries import find_setting
from borderops.core.asof import AsOf
from borderops.core.changes import settle
from borderops.core.errors import InvalidInput
from borderops.core.viewer import LOCAL_OPERATOR
from borderops.register.filters import RegisterFilter
from borderops.register.queries import list_features
from borderops.register.settings import change_setting

KEY = "inspection.interval_days.marker"
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
BASIS = "Văn bản thử"


def change(session: Session, value: object, *, valid_from: date, key: str = KEY, now: datetime = NOW) -> None:
    change_setting(
        session,
        viewer=LOCAL_OPERATOR,
        key=key,
        value=value,
        legal_basis=BASIS,
        valid_from=valid_from,
        now=now,
    )
    settle(session)


def overdue(session: Session, at: AsOf) -> set[str]:
    found = list_features(session, viewer=LOCAL_OPERATOR, asked=RegisterFilter(at, overdue=True)).features
    return {feature.code for feature in found}


def test_a_new_interval_counts_from_its_day_on_and_changes_no_earlier_answer(founded: Session) -> None:
    day, earlier = date(2026, 5, 1), date(2026, 4, 30)
    known_before = NOW - timedelta(seconds=1)
    assert "399" in overdue(founded, AsOf(day)), "visited on 18/4/2025, a year may pass"
    change(founded, 10_000, valid_from=day)
    assert "399" not in overdue(founded, AsOf(day))
    assert "399" in overdue(founded, AsOf(earlier))
    assert "399" in overdue(founded, AsOf(day, known_before))
    assert find_setting(founded, key=KEY, on=earlier).value == 365  # type: ignore[union-attr]
    changed = find_setting(founded, key=KEY, on=day)
    assert changed is not None
    assert (changed.value, changed.legal_basis, changed.mark) == (10_000, BASIS, "sourced")


def test_setting_again_for_an_earlier_day_takes_the_place_of_what_was_set_later(founded: Session) -> None:
    change(founded, 100, valid_from=date(2026, 6, 1))
    change(founded, 200, valid_from=date(2026, 3, 1), now=NOW + timedelta(seconds=1))
    values = {
        on: find_setting(founded, key=KEY, on=on).value  # type: ignore[union-attr]
        for on in (date(2026, 2, 1), date(2026, 4, 1), date(2026, 7, 1))
    }
    assert list(values.values()) == [365, 200, 200]


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [("inspection.interval", 3, "key"), (KEY, "often", "value"), ("duty.rule", 3, "value")],
)
def test_what_cannot_be_set(founded: Session, key: str, value: object, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(founded, value, key=key, valid_from=date(2026, 1, 1))
    assert refused.value.field == field
