from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderops.core.messages import Message
from borderops.ui.languages import LANGUAGES, choose_language, get_translator


@pytest.mark.parametrize(
    ("asked", "remembered", "accepted", "chosen"),
    [
        (None, None, None, "vi"),
        (None, None, "", "vi"),
        (None, None, "lo-LA,en;q=0.5", "lo"),
        (None, None, "en;q=0.5, lo;q=0.8", "lo"),
        (None, None, "fr, de;q=0.9", "vi"),
        (None, None, "fr, EN-GB;q=0.1", "en"),
        (None, None, "lo;q=0, en", "en"),
        (None, None, "lo;q=x, en;q=0.2", "en"),
        (None, None, "en;q=0.5, vi;q=0.5", "en"),
        (None, "lo", "en", "lo"),
        (None, "xx", "en", "en"),
        ("en", "lo", "vi", "en"),
        ("EN", "lo", "vi", "lo"),
        ("../../etc", None, None, "vi"),
    ],
)
def test_the_address_then_the_cookie_then_the_browser_then_vietnamese(
    asked: str | None, remembered: str | None, accepted: str | None, chosen: str
) -> None:
    assert choose_language(asked=asked, remembered=remembered, accepted=accepted) == chosen


@given(st.text(), st.text(), st.text())
def test_any_header_gives_one_of_the_languages(
    asked: str | None, remembered: str | None, accepted: str | None
) -> None:
    assert choose_language(asked=asked, remembered=remembered, accepted=accepted) in LANGUAGES


@pytest.mark.parametrize(
    ("language", "precision", "said"),
    [
        ("vi", "day", "5/6/2024"),
        ("vi", "month", "6/2024"),
        ("vi", "year", "2024"),
        ("lo", "day", "5/6/2024"),
        ("lo", "month", "6/2024"),
        ("lo", "year", "2024"),
        ("en", "day", "5 Jun 2024"),
        ("en", "month", "June 2024"),
        ("en", "year", "2024"),
    ],
)
def test_a_date_is_said_as_precisely_as_it_is_known(language: str, precision: str, said: str) -> None:
    assert get_translator(language).date(date(2024, 6, 5), precision) == said


def test_a_moment_is_said_in_the_time_of_the_border() -> None:
    late = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    assert get_translator("vi").moment(late) == "22/11/2026, 01:30"
    assert get_translator("en").moment(late) == "22 Nov 2026, 01:30"


@pytest.mark.parametrize(
    ("metres", "vietnamese", "english"),
    [
        (None, "–", "–"),
        (0, "0 m", "0 m"),
        (0.05, "0,05 m", "0.05 m"),
        (1.1, "1,1 m", "1.1 m"),
        (52.4, "52 m", "52 m"),
        (999, "999 m", "999 m"),
        (1200, "1,2 km", "1.2 km"),
        (468281, "468,3 km", "468.3 km"),
        (1234567, "1.234,6 km", "1,234.6 km"),
    ],
)
def test_lengths(metres: float | None, vietnamese: str, english: str) -> None:
    assert get_translator("vi").length(metres) == vietnamese
    assert get_translator("en").length(metres) == english
    assert get_translator("lo").length(metres) == vietnamese


def test_accuracy_and_numbers() -> None:
    assert get_translator("vi").accuracy(6000) == "±6 km"
    assert get_translator("vi").accuracy(None) == "–"
    assert get_translator("vi").number(100000) == "100.000"
    assert get_translator("en").number(1.25, 1) == "1.2"


def test_values_are_said_in_the_language_too() -> None:
    vietnamese = get_translator("vi")
    assert vietnamese.t("As of %(day)s", day=date(2024, 6, 30)) == "Tính đến 30/6/2024"
    inner = Message("As of %(day)s", {"day": date(2024, 6, 30)})
    assert vietnamese.t(Message("%(a)s; %(b)s; %(c)s", {"a": inner, "b": 1.5, "c": 1002})) == (
        "Tính đến 30/6/2024; 1,5; 1002"
    )


def test_a_text_without_values_keeps_its_percent_signs() -> None:
    assert get_translator("vi").t("100% %(x)s") == "100% %(x)s"


def test_counted_texts_have_one_form_but_in_english() -> None:
    forms = ("%(n)s entry needs correcting", "%(n)s entries need correcting")
    assert get_translator("en").n(*forms, 1) == "1 entry needs correcting"
    assert get_translator("en").n(*forms, 1200) == "1,200 entries need correcting"
    assert get_translator("vi").n(*forms, 1) == "Có 1 chỗ cần sửa"
    assert get_translator("vi").n(*forms, 1200) == "Có 1.200 chỗ cần sửa"


def test_an_unknown_language_or_label_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="'fr' is none of vi, lo, en"):
        get_translator("fr")
    with pytest.raises(KeyError):
        get_translator("vi").label("level", "excellent")
