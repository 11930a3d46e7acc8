"""Which period comes before, and how two reports differ."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.reports.rules import previous_period_end


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2024, 6, 30), date(2023, 12, 31)),
        (date(2024, 7, 1), date(2024, 6, 30)),
        (date(2024, 12, 31), date(2024, 6, 30)),
        (date(2025, 1, 1), date(2024, 12, 31)),
        (date.min, date.min),
    ],
)
def test_the_half_year_before(as_of: date, expected: date) -> None:
    assert previous_period_end(as_of) == expected


@given(st.dates())
def test_it_never_lies_after(as_of: date) -> None:
    assert previous_period_end(as_of) <= as_of
