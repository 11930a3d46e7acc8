"""Marker numbers: reading, printing, order, lists, ranges and sections."""

import unicodedata
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.markers import numbers as lists
from borderops.markers.numbers import (
    MarkerNumber,
    NotANumber,
    NumberRange,
    format_numbers,
    looks_like_number,
    parse_number,
    parse_numbers,
    parse_range,
)

NUMBERS = st.builds(
    MarkerNumber,
    st.integers(1, 999),
    st.none() | st.integers(1, 99),
    st.none() | st.integers(1, 3),
)
# Numbers close together, so that runs, gaps and neighbours of several forms come up.
NEAR = st.builds(
    MarkerNumber,
    st.integers(1, 5) | st.integers(423, 427),
    st.none() | st.integers(1, 4),
    st.none() | st.integers(1, 3),
)
LEADS = st.sampled_from(
    [
        "",
        "mốc",
        "mốc số",
        "mốc quốc giới",
        "mốc quốc giới số",
        "các mốc quốc giới số",
        "cột mốc",
        "cột mốc đại",
        "mốc đôi số hiệu",
        "mốc giới",
        "moc so",
        "cọc dấu",
        "cọc dấu số",
        "marker",
        "markers",
        "boundary marker no.",
        "stake number",
        "số",
        "ຫຼັກໝາຍ",
        "ຫຼັກໝາຍຊາຍແດນ",
        "ຫຼັກໝາຍເລກທີ",
        "ຫລັກໝາຍ",
        "ເສົາໝາຍ",
    ]
)
Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: st.SearchStrategy[Form] = st.sampled_from(("NFC", "NFD", "NFKC", "NFKD"))
SPACES = st.sampled_from(["", " ", "  ", "\u00a0", "\u200b", "\t"])
DIGITS = st.sampled_from(["0123456789", "０１２３４５６７８９", "໐໑໒໓໔໕໖໗໘໙"])
SLASHES = st.sampled_from(["/", "／", "∕", "⁄"])
BRACKETS = st.sampled_from(["()", "（）", "﹙﹚"])
DASHES = st.sampled_from(
    ["-", "–", "—", "‐", "−", "~", "～", "÷", "--", "－", " đến ", " to ", " ĐẾN ", " ເຖິງ "]
)
COMMAS = st.sampled_from([",", ";", "，", " và ", " and ", " VÀ ", "&", ", và ", "; and ", " ແລະ "])


@st.composite
def spelled(draw: st.DrawFn, number: MarkerNumber) -> str:
    """`number` as somebody might type it."""
    lead = draw(LEADS)
    lead = draw(st.sampled_from([lead, lead.upper(), lead.title()]))
    space = draw(SPACES)
    if lead and lead[-1] not in ".ຍີນ" and not space.isspace():
        space = draw(st.sampled_from(["", " "]))
    brackets = draw(BRACKETS)
    signs = str.maketrans({"/": draw(SLASHES), "(": brackets[0], ")": brackets[1]})
    digits = draw(DIGITS)
    pieces = [
        digits[int(sign)] if sign.isdigit() else f"{draw(SPACES)}{sign.translate(signs)}{draw(SPACES)}"
        for sign in str(number)
    ]
    return unicodedata.normalize(draw(FORMS), lead) + space + "".join(pieces)


class TestPrinting:
    @pytest.mark.parametrize(
        ("number", "printed"),
        [
            (MarkerNumber(390), "390"),
            (MarkerNumber(397, marker=2), "397(2)"),
            (MarkerNumber(425, 1), "425/1"),
            (MarkerNumber(511, 1), "511/1"),
            (MarkerNumber(425, 1, 2), "425/1(2)"),
        ],
    )
    def test_it_is_printed_as_on_the_stone(self, number: MarkerNumber, printed: str) -> None:
        assert str(number) == printed
        assert parse_number(printed) == number

    @given(NUMBERS)
    def test_what_is_printed_is_read_back(self, number: MarkerNumber) -> None:
        assert parse_number(str(number)) == number
        assert looks_like_number(str(number))

    @given(st.data(), NUMBERS)
    def test_the_way_of_writing_does_not_matter(self, data: st.DataObject, number: MarkerNumber) -> None:
        text = data.draw(spelled(number))
        assert parse_number(text) == number
        assert parse_numbers(text) == [number]
        assert parse_range(text) == NumberRange(number, number)
        assert looks_like_number(text)

    @given(NUMBERS)
    def test_a_marker_stands_at_its_position(self, number: MarkerNumber) -> None:
        position = number.position_number
        assert (position.position, position.stake, position.marker) == (number.position, number.stake, None)
        assert str(number).startswith(str(position))

    @pytest.mark.parametrize(
        ("position", "stake", "marker"),
        [
            (0, None, None),
            (1000, None, None),
            (1, 0, None),
            (1, 100, None),
            (1, None, 0),
            (1, None, 4),
            (-1, 1, 1),
        ],
    )
    def test_parts_out_of_range_make_no_number(
        self, position: int, stake: int | None, marker: int | None
    ) -> None:
        with pytest.raises(NotANumber):
            MarkerNumber(position, stake, marker)


class TestOrder:
    def test_the_line_order_of_the_forms(self) -> None:
        inline = ["425", "425(1)", "425(2)", "425/1", "425/1(1)", "425/1(2)", "425/2", "425/10", "426"]
        numbers = [parse_number(text) for text in inline]
        assert [str(number) for number in sorted(set(numbers))] == inline
        assert all(before < after for before, after in pairwise(numbers))

    @given(NEAR | NUMBERS, NEAR | NUMBERS)
    def test_comparison_and_line_order_agree(self, one: MarkerNumber, other: MarkerNumber) -> None:
        assert (one < other) == (one.line_order < other.line_order)
        assert (one <= other) == (one.line_order <= other.line_order)
        assert (one > other) == (one.line_order > other.line_order)
        assert (one >= other) == (one.line_order >= other.line_order)
        assert (one == other) == (one.line_order == other.line_order)
        assert [one < other, one == other, one > other].count(True) == 1

    @given(NUMBERS, NUMBERS)
    def test_the_order_is_by_position_then_stake_then_marker(
        self, one: MarkerNumber, other: MarkerNumber
    ) -> None:
        def by_parts(number: MarkerNumber) -> tuple[int, int, int]:
            return number.position, number.stake or 0, number.marker or 0

        assert (one < other) == (by_parts(one) < by_parts(other))

    @given(NUMBERS)
    def test_line_order_fits_a_database_integer(self, number: MarkerNumber) -> None:
        assert 0 < number.line_order < 2**31

    def test_a_number_is_not_compared_with_a_text(self) -> None:
        with pytest.raises(TypeError):
            assert MarkerNumber(390) < "390"


class TestLists:
    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("397(1–3)", "397(1) 397(2) 397(3)"),
            ("397(1-3)", "397(1) 397(2) 397(3)"),
            ("397(1)-397(3)", "397(1) 397(2) 397(3)"),
            ("397(1, 3)", "397(1) 397(3)"),
            ("397(1 và 2)", "397(1) 397(2)"),
            ("397(3, 1-2)", "397(1) 397(2) 397(3)"),
            ("397(2), (3)", "397(2) 397(3)"),
            ("397(1)–(2)", "397(1) 397(2)"),
            ("359–363", "359 360 361 362 363"),
            ("359-359", "359"),
            ("425/1, 425/2", "425/1 425/2"),
            ("425/1, /2, /3", "425/1 425/2 425/3"),
            ("425/1(1), (2), /2", "425/1(1) 425/1(2) 425/2"),
            ("425/1-3", "425/1 425/2 425/3"),
            ("425/1–425/3", "425/1 425/2 425/3"),
            ("425/1(1–2)", "425/1(1) 425/1(2)"),
            ("385 đến 386", "385 386"),
            ("385 den 386", "385 386"),
            ("385 to 386", "385 386"),
            ("từ mốc 385 đến mốc 386", "385 386"),
            ("from marker 385 to 386", "385 386"),
            ("ຈາກຫຼັກໝາຍ ໓໘໕ ເຖິງຫຼັກໝາຍ ໓໘໖", "385 386"),
            ("cột mốc quốc giới số 397(2), 410(1) và cột mốc đại 405(1)", "397(2) 405(1) 410(1)"),
            ("markers 409; 390, and 409", "390 409"),
            ("mốc 425, cọc dấu 425/1–3", "425 425/1 425/2 425/3"),
            ("397, 2", "2 397"),
        ],
    )
    def test_lists_and_ranges_as_people_write_them(self, text: str, numbers: str) -> None:
        assert [str(number) for number in parse_numbers(text)] == numbers.split()

    @given(st.data(), st.lists(NEAR | NUMBERS, min_size=1, max_size=6))
    def test_a_list_is_its_numbers_once_and_in_order(
        self, data: st.DataObject, numbers: list[MarkerNumber]
    ) -> None:
        text = data.draw(spelled(numbers[0]))
        for number in numbers[1:]:
            text += data.draw(COMMAS) + data.draw(spelled(number))
        assert parse_numbers(text) == sorted(set(numbers))

    @given(st.data(), st.integers(1, 999), st.integers(0, 40), DASHES)
    def test_a_range_of_positions_is_exactly_these(
        self, data: st.DataObject, first: int, more: int, dash: str
    ) -> None:
        last = min(first + more, 999)
        text = data.draw(spelled(MarkerNumber(first))) + dash + data.draw(spelled(MarkerNumber(last)))
        assert parse_numbers(text) == [MarkerNumber(position) for position in range(first, last + 1)]
        assert parse_range(text) == NumberRange(MarkerNumber(first), MarkerNumber(last))

    @given(NUMBERS, st.integers(1, 99), st.integers(1, 99), DASHES)
    def test_a_range_of_stakes_is_exactly_these(
        self, number: MarkerNumber, one: int, other: int, dash: str
    ) -> None:
        first, last = sorted((one, other))
        stakes = [MarkerNumber(number.position, stake) for stake in range(first, last + 1)]
        if last <= number.position:
            assert parse_numbers(f"{number.position}/{first}{dash}{last}") == stakes
        assert parse_numbers(f"{stakes[0]}{dash}{stakes[-1]}") == stakes

    @given(NUMBERS, st.integers(1, 3), st.integers(1, 3), DASHES)
    def test_a_range_of_markers_is_exactly_these(
        self, number: MarkerNumber, one: int, other: int, dash: str
    ) -> None:
        first, last = sorted((one, other))
        position = number.position_number
        markers = [
            MarkerNumber(position.position, position.stake, marker) for marker in range(first, last + 1)
        ]
        assert parse_numbers(f"{position}({first}{dash}{last})") == markers
        assert parse_numbers(f"{markers[0]}{dash}{markers[-1]}") == markers

    @given(st.lists(NEAR | NUMBERS, min_size=1, max_size=40))
    def test_what_is_printed_compactly_is_read_back(self, numbers: list[MarkerNumber]) -> None:
        assert parse_numbers(format_numbers(numbers)) == sorted(set(numbers))

    @pytest.mark.parametrize(
        ("numbers", "printed"),
        [
            ("", ""),
            ("397(3) 405(1) 397(1) 397(2)", "397(1–3), 405(1)"),
            ("397(1) 397(3)", "397(1), 397(3)"),
            ("2/1 2/2 2/3 3", "2/1–2/3, 3"),
            ("385 386 390", "385–386, 390"),
            ("424 425 425/1 425/2 425/2(1) 426", "424–425, 425/1–2, 425/2(1), 426"),
            ("409 409(1) 410(1)", "409, 409(1), 410(1)"),
        ],
    )
    def test_neighbours_are_drawn_together(self, numbers: str, printed: str) -> None:
        assert format_numbers(parse_number(text) for text in numbers.split()) == printed


class TestSections:
    @pytest.mark.parametrize(
        ("section", "inside", "outside"),
        [
            ("397 to 405", "397 397(2) 400/1 405 405(1) 405(3)", "396/9(3) 405/1 406"),
            ("425–426", "425 425/1 425/99(3) 426(2)", "424 426/1"),
            ("397(2) đến 405(1)", "397(2) 397(3) 397/1 405 405(1)", "397 397(1) 405(2)"),
            ("425/1–425/2", "425/1 425/1(1) 425/2(3)", "425 425(1) 425/3 426"),
            ("425/1–426", "425/1 425/3 426", "425 427"),
            ("405", "405 405(2)", "404 405/1"),
            ("425/1–3", "425/1 425/3", "425 425/4 426"),
            ("25/1–26", "25/1 25/30 26(1)", "25 26/1"),
            ("397(1–2)", "397(1) 397(2)", "397 397(3)"),
        ],
    )
    def test_what_stands_in_a_section(self, section: str, inside: str, outside: str) -> None:
        stretch = parse_range(section)
        assert all(stretch.contains(parse_number(text)) for text in inside.split())
        assert not any(stretch.contains(parse_number(text)) for text in outside.split())

    @given(NEAR | NUMBERS, NEAR | NUMBERS, NEAR | NUMBERS)
    def test_contains_agrees_with_the_orders_for_the_database(
        self, one: MarkerNumber, other: MarkerNumber, number: MarkerNumber
    ) -> None:
        stretch = NumberRange(*sorted((one, other)))
        least, greatest = stretch.line_orders
        assert stretch.contains(number) == (least <= number.line_order <= greatest)
        assert stretch.contains(stretch.first)
        assert stretch.contains(stretch.last)
        if stretch.first <= number <= stretch.last:
            assert stretch.contains(number)
        elif stretch.contains(number):
            assert number.position_number == stretch.last  # a marker of the last position

    @given(NEAR | NUMBERS, NEAR | NUMBERS)
    def test_a_section_is_read_back(self, one: MarkerNumber, other: MarkerNumber) -> None:
        stretch = NumberRange(*sorted((one, other)))
        assert parse_range(str(stretch)) == stretch

    def test_a_section_does_not_run_backwards(self) -> None:
        with pytest.raises(NotANumber) as refused:
            NumberRange(MarkerNumber(405), MarkerNumber(397))
        assert refused.value.message.text == lists.RANGE_REVERSED

    @pytest.mark.parametrize("text", ["385, 386", "397(1, 3)", "359–361, 363"])
    def test_a_list_is_not_a_section(self, text: str) -> None:
        with pytest.raises(NotANumber) as refused:
            parse_range(text)
        assert refused.value.message.text == lists.NOT_A_SECTION


class TestSearch:
    @pytest.mark.parametrize(
        "text",
        [
            "390",
            "397(9)",
            "mốc 397a",
            "0397",
            "425/",
            "359–",
            "385 đến 386",
            "từ 385",
            "cọc dấu 1000",
            "397[2]",
            "30/6/2024",
        ],
    )
    def test_numbers_right_or_wrong(self, text: str) -> None:
        assert looks_like_number(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "  ",
            "mốc",
            "Bản 3",
            "Nậm Cắn",
            "Co. 217",
            "M12",
            "2 tháng 9",
            "mốc Nậm Cắn 405",
            "(2)",
            "đến 405",
        ],
    )
    def test_names(self, text: str) -> None:
        assert not looks_like_number(text)
