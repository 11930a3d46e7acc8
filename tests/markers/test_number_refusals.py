"""Every refusal of a marker number: its reason, and the piece it quotes."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.core.errors import InvalidInput
from borderops.markers import marker_number as parts
from borderops.markers import number_grammar as grammar
from borderops.markers import numbers as lists
from borderops.markers.numbers import NotANumber, looks_like_number, parse_number, parse_numbers, parse_range

# (text, reason, quoted piece)
REFUSALS = [
    ("", grammar.NOTHING, ""),
    (" \u200b ", grammar.NOTHING, ""),
    ("Mốc số", grammar.NOTHING, "Mốc số"),
    ("0", parts.POSITION_RANGE, "0"),
    ("000", parts.POSITION_RANGE, "000"),
    ("1000", parts.POSITION_RANGE, "1000"),
    ("９" * 5000, parts.POSITION_RANGE, "9" * 39 + "…"),
    ("425/0", parts.STAKE_RANGE, "0"),
    ("425/100", parts.STAKE_RANGE, "100"),
    ("mốc 397(4)", parts.MARKER_RANGE, "4"),
    ("397(0)", parts.MARKER_RANGE, "0"),
    ("397(1–4)", parts.MARKER_RANGE, "4"),
    ("0397", grammar.LEADING_ZERO, "0397"),
    ("05/06", grammar.LEADING_ZERO, "05"),
    ("425/01", grammar.LEADING_ZERO, "01"),
    ("397(02)", grammar.LEADING_ZERO, "02"),
    ("M12", grammar.OLD_NAME, "M12"),
    ("mốc G5", grammar.OLD_NAME, "G5"),
    ("bản 3", grammar.NO_PLACE, "bản"),
    ("Nậm Cắn", grammar.NO_PLACE, "Nậm"),
    ("397a", grammar.NO_PLACE, "a"),
    ("39²", grammar.NO_PLACE, "²"),
    ("425½", grammar.NO_PLACE, "½"),
    ("397.2", grammar.NO_PLACE, ".2"),
    ("397(%s)", grammar.NO_PLACE, "%s"),
    ("x" * 50, grammar.NO_PLACE, "x" * 39 + "…"),
    ("397[2]", grammar.ROUND, "[2]"),
    ("397(2", grammar.NOT_CLOSED, "397(2"),
    ("397(1(2))", grammar.NOT_CLOSED, "397(1"),
    ("397)", grammar.NOT_OPENED, "397)"),
    ("397(1)(2)", grammar.SECOND_BRACKET, "397(1)(2)"),
    ("397(1)/2", grammar.SLASH_LAST, "397(1)/"),
    ("425/1/2", grammar.SECOND_SLASH, "425/1/"),
    ("30/6/2024", grammar.SECOND_SLASH, "30/6/"),
    ("397()", grammar.NUMBER_MISSING, "397("),
    ("397((2))", grammar.NUMBER_MISSING, "397("),
    ("425/", grammar.NUMBER_MISSING, "425/"),
    ("425/(1)", grammar.NUMBER_MISSING, "425/"),
    ("397–", grammar.NUMBER_MISSING, "397–"),
    ("385,", grammar.NUMBER_MISSING, ","),
    ("385, mốc", grammar.NUMBER_MISSING, "mốc"),
    ("385,,386", grammar.NUMBER_FIRST, ",386"),
    (",386", grammar.NUMBER_FIRST, ",386"),
    ("–397", grammar.NUMBER_FIRST, "–397"),
    ("(2)", grammar.NUMBER_FIRST, "(2)"),
    ("/2", grammar.NUMBER_FIRST, "/2"),
    ("397(1), mốc (2)", grammar.NUMBER_FIRST, "(2)"),
    ("397 398", grammar.COMMA_MISSING, "397 398"),
    ("3 97", grammar.COMMA_MISSING, "3 97"),
    ("397(1 2)", grammar.COMMA_MISSING, "397(1 2"),
    ("390 marker", grammar.COMMA_MISSING, "390 marker"),
    ("từ 359", grammar.NO_END, "từ 359"),
    ("359–361–363", grammar.THIRD_END, "359–361–"),
    ("397(1–3)–405", grammar.END_IS_SEVERAL, "397(1–3)–405"),
    ("385, 363–359", grammar.REVERSED, "363–359"),
    ("397(3–1)", grammar.REVERSED, "397(3–1"),
    ("425/3–1", grammar.REVERSED, "425/3–1"),
    ("mốc 397-2", grammar.REVERSED_OR_MARKER, "mốc 397-2"),
    ("397(1)–405", lists.UNEVEN, "397(1)–405"),
    ("425/1–426", lists.UNEVEN, "425/1–426"),
    ("425–425/3", lists.UNEVEN, "425–425/3"),
    ("25/1–26", lists.UNEVEN, "25/1–26"),
    ("425/1–426/2", lists.UNEVEN, "425/1–426/2"),
    ("397(1)–398(1)", lists.UNEVEN, "397(1)–398(1)"),
    ("1–999, 425/1–99", lists.TOO_MANY, "425/1–99"),
    ("390," * 2501, grammar.TOO_LONG, "390," * 9 + "390…"),
]


class TestRefusals:
    @pytest.mark.parametrize(("text", "reason", "piece"), REFUSALS)
    def test_a_refusal_says_why_and_quotes_the_piece(self, text: str, reason: str, piece: str) -> None:
        with pytest.raises(NotANumber) as refused:
            parse_numbers(text, field="numbers")
        assert refused.value.message.text == reason
        assert refused.value.message.values["piece"] == piece
        assert refused.value.field == "numbers"
        assert refused.value.code == "not-a-marker-number"
        assert isinstance(refused.value, InvalidInput)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("397(4)", "a position holds one to three markers"),
            ("397-2", "write 397(2)"),
            ("363–359", "359 comes before 363"),
            ("0397", "write 397."),
        ],
    )
    def test_a_refusal_says_what_would_be_right(self, text: str, said: str) -> None:
        with pytest.raises(NotANumber) as refused:
            parse_number(text)
        assert said in str(refused.value.message)

    @pytest.mark.parametrize("text", ["385, 386", "359–363", "397(1–3)", "397(1, 2)"])
    def test_several_numbers_are_not_one(self, text: str) -> None:
        with pytest.raises(NotANumber) as refused:
            parse_number(text, field="number")
        assert refused.value.message.text == lists.SEVERAL
        assert refused.value.field == "number"

    @given(st.text() | st.text("0129(),;/–- mốcvàđếnM²[].٣"))
    def test_any_text_is_read_or_refused_with_a_sentence(self, text: str) -> None:
        for parse in (parse_number, parse_numbers, parse_range):
            assert _outcome(parse, text)
        looks_like_number(text)


def _outcome(parse: Callable[[str], object], text: str) -> str:
    try:
        return f"read: {parse(text)}"
    except NotANumber as refused:
        return str(refused.message)
