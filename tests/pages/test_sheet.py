"""Cells of the CSV file: nothing in it may run in a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.register.sheet import safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_what_looks_like_a_formula_is_text(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@given(st.one_of(st.integers(), st.floats(allow_nan=False)))
def test_numbers_stay_numbers(value: float) -> None:
    assert safe_cell(value) == value


@given(st.text())
def test_no_cell_begins_a_formula(text: str) -> None:
    assert not str(safe_cell(text)).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
