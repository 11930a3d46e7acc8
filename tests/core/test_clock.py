from datetime import UTC, date, datetime, timedelta

import pytest

from borderops.core import clock


def test_now_is_aware() -> None:
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2024, 6, 30, 16, 59, 59, tzinfo=UTC), date(2024, 6, 30)),
        (datetime(2024, 6, 30, 17, 0, 0, tzinfo=UTC), date(2024, 7, 1)),
        (datetime(2024, 7, 1, 0, 30, tzinfo=clock.BORDER_TIME), date(2024, 7, 1)),
    ],
)
def test_the_day_begins_at_midnight_on_the_border(moment: datetime, expected: date) -> None:
    assert clock.today(moment) == expected


def test_a_naive_moment_has_no_date() -> None:
    with pytest.raises(ValueError, match="time zone"):
        clock.today(datetime(2024, 6, 30, 12, 0))
