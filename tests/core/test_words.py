"""Names compared as people type them: with all marks, some, or none."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from borderops.core.words import Query, Rank, exact, find_meant, folded, matches, rank

NAMES = [
    "Nậm Cắn",
    "Nậm Càn",
    "Nậm Cắn – Nậm Cắn",
    "Thông Thụ – Nậm Tạy",
    "Nậm Táy",
    "Thanh Thủy",
    "Mường Xén",
    "Mường Quắn",
    "Keng Đu",
    "Đoọc Mạy",
    "Hủa Phăn",
    "Xiêng Khoảng",
    "Bo Ly Khăm Xay",
    "Houaphanh",
    "ຫົວພັນ",
    "ຊຽງຂວາງ",
    "Đồn Biên phòng Mường Ải",
]
NAME = st.sampled_from(NAMES)
SYLLABLES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "b", "ch", "đ", "kh", "ng", "qu", "th", "x"]),
    st.sampled_from(
        ["a", "ă", "ê", "i", "o", "ơ", "ư", "y", "oa", "oă", "oe", "uâ", "uê", "uy", "uyê", "iê", "ươ"]
    ),
    st.sampled_from(["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]),
    st.sampled_from(["", "c", "i", "n", "ng", "nh", "t"]),
)
MADE_UP = st.lists(SYLLABLES, min_size=1, max_size=4).map(
    lambda words: unicodedata.normalize("NFC", " ".join(words))
)
Form = Literal["NFC", "NFD"]
FORMS: st.SearchStrategy[Form] = st.sampled_from(("NFC", "NFD"))
ANY_NAME = NAME | MADE_UP


class TestForms:
    @pytest.mark.parametrize(
        ("text", "spelled", "bare"),
        [
            ("Nậm Cắn", "nậm cắn", "nam can"),
            ("  NẬM\u00a0\n CẮN ", "nậm cắn", "nam can"),
            ("Nậm Cắn – Nậm Cắn", "nậm cắn nậm cắn", "nam can nam can"),
            ("Thông Thụ-Nậm Tạy", "thông thụ nậm tạy", "thong thu nam tay"),
            ("Mường Quắn/Mường Quan", "mường quắn mường quan", "muong quan muong quan"),
            ("Nậm Om (Nậm On)", "nậm om nậm on", "nam om nam on"),
            ("TP. Vinh, P'Xá", "tp vinh pxá", "tp vinh pxa"),
            ("Đồn 519", "đồn 519", "don 519"),
            ("Thuỷ", "thủy", "thuy"),
            ("hoà, khoẻ, hoàn, quý", "hòa khỏe hòan qúy", "hoa khoe hoan quy"),
            ("ຫົວພັນ", "ຫົວພັນ", "ຫົວພັນ"),
            ("ແຂວງ\u200bຫົວພັນ", "ແຂວງຫົວພັນ", "ແຂວງຫົວພັນ"),
            ("– . –", "", ""),
        ],
    )
    def test_known_spellings(self, text: str, spelled: str, bare: str) -> None:
        assert exact(text) == spelled
        assert folded(text) == bare

    @given(st.text() | ANY_NAME)
    def test_a_form_is_its_own_form(self, text: str) -> None:
        assert exact(exact(text)) == exact(text)
        assert folded(folded(text)) == folded(text)
        assert folded(exact(text)) == folded(text)

    @given(ANY_NAME, FORMS, st.sampled_from([str, str.upper, str.title]))
    def test_encoding_and_case_do_not_matter(self, name: str, form: Form, case: type[str]) -> None:
        assert exact(unicodedata.normalize(form, case(name))) == exact(name)

    @given(st.text("ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮະາຳິີຶືຸູັົຼຽເແໂໃໄ່້໊໋໌ໍໜໝ", min_size=1))
    def test_lao_stays_as_it_is(self, text: str) -> None:
        assert exact(text) == folded(text) == unicodedata.normalize("NFC", text)

    @given(MADE_UP)
    def test_vietnamese_is_bare_when_folded(self, name: str) -> None:
        assert folded(name).isascii()


class TestMatching:
    @pytest.mark.parametrize(
        ("typed", "acute", "grave"),
        [
            ("Nam Can", True, True),
            ("Nậm Cắn", True, False),
            ("Nậm Can", True, True),
            ("nam cắn", True, False),
            ("nam càn", False, True),
            ("NẬM CÀN", False, True),
            ("Nâm Can", True, True),  # the vowel without its tone
            ("nam căn", True, False),
            ("nạm cán", True, False),  # the tone without its vowel
            ("Năm Can", False, False),
            ("Nậm Cẵn", False, False),
            ("can nam", True, True),
            ("namcan", True, True),
            ("ậm", True, True),
            ("ca", True, True),
            ("mcan", False, False),  # not across words unless from a beginning
            ("can can", True, True),
            ("nam cang", False, False),
        ],
    )
    def test_typed_marks_must_be_in_the_name(self, typed: str, acute: bool, grave: bool) -> None:
        assert matches(typed, "Nậm Cắn") is acute
        assert matches(typed, "Nậm Càn") is grave

    @pytest.mark.parametrize(
        ("typed", "name", "found"),
        [
            ("dooc", "Đoọc Mạy", True),
            ("đooc", "Đoọc Mạy", True),
            ("đon", "Don", False),
            ("thuỷ", "Thanh Thủy", True),
            ("thanh thủ", "Thanh Thủy", True),
            ("thúy", "Thanh Thủy", False),
            ("khoả", "Xiêng Khoảng", True),
            ("Xiêng Khỏang", "Xiêng Khoảng", True),
            ("Xiêng Khoáng", "Xiêng Khoảng", False),
            ("Huaphan", "Hua Phăn", True),
            ("Hua Phan", "Huaphan", True),
            ("ຫົວ", "ຫົວພັນ", True),
            ("ພັນ", "ຫົວພັນ", True),
            ("ຫວພນ", "ຫົວພັນ", False),  # Lao vowels are not marks that may be left out
            ("nam", "ຫົວພັນ", False),
        ],
    )
    def test_other_names(self, typed: str, name: str, found: bool) -> None:
        assert matches(typed, name) is found

    @given(ANY_NAME)
    def test_a_name_is_found_typed_in_full_or_bare(self, name: str) -> None:
        assert rank(name, name) is Rank.SAME
        assert matches(exact(name), name)
        assert matches(folded(name), name)

    @given(st.data(), ANY_NAME)
    def test_leaving_marks_out_never_loses_a_name(self, data: st.DataObject, name: str) -> None:
        apart = unicodedata.normalize("NFD", exact(name))
        dropped = data.draw(st.sets(st.integers(0, len(apart) - 1)))
        typed = "".join(
            sign for at, sign in enumerate(apart) if not ("\u0300" <= sign <= "\u036f" and at in dropped)
        )
        assert matches(unicodedata.normalize("NFC", typed), name)

    @given(ANY_NAME, ANY_NAME)
    def test_a_bare_query_asks_the_folded_name(self, typed: str, name: str) -> None:
        assert matches(folded(typed), name) == matches(folded(typed), folded(name))

    @given(ANY_NAME, ANY_NAME)
    def test_marks_only_narrow_the_search(self, typed: str, name: str) -> None:
        if matches(typed, name):
            assert matches(folded(typed), name)

    @given(ANY_NAME)
    def test_a_name_is_found_while_it_is_being_typed(self, name: str) -> None:
        assert all(matches(name[:end], name) for end in range(len(name) + 1))

    @given(st.data(), ANY_NAME)
    def test_any_piece_of_a_word_finds_it(self, data: st.DataObject, name: str) -> None:
        word = data.draw(st.sampled_from(folded(name).split()))
        start = data.draw(st.integers(0, len(word) - 1))
        end = data.draw(st.integers(start + 1, len(word)))
        assume(not unicodedata.combining(word[start]))
        assert matches(word[start:end], name)

    @given(st.text(), st.text())
    def test_any_texts_can_be_compared(self, typed: str, name: str) -> None:
        query = Query(typed)
        assert query.matches(name) == (query.rank(name) is not None)

    @pytest.mark.parametrize("typed", ["", "  ", "–", "..."])
    def test_nothing_typed_agrees_with_every_name(self, typed: str) -> None:
        assert all(matches(typed, name) for name in NAMES)


class TestRank:
    @pytest.mark.parametrize(
        ("typed", "name", "how"),
        [
            ("nậm cắn", "Nậm Cắn", Rank.SAME),
            ("Nam Can", "Nậm Cắn", Rank.WHOLE),
            ("namcan", "Nậm Cắn", Rank.WHOLE),
            ("Nậm Cắn", "Nậm Cắn – Nậm Cắn", Rank.START),
            ("tay", "Thông Thụ – Nậm Tạy", Rank.WORDS),
            ("tay thong", "Thông Thụ – Nậm Tạy", Rank.WORDS),
            ("hong", "Thông Thụ – Nậm Tạy", Rank.INSIDE),
            ("Vinh", "Nậm Cắn", None),
        ],
    )
    def test_how_well_a_name_answers(self, typed: str, name: str, how: Rank | None) -> None:
        assert rank(typed, name) is how

    def test_the_best_answer_comes_first(self) -> None:
        query = Query("nam can")
        found = [(how, name) for name in NAMES if (how := query.rank(name)) is not None]
        assert [name for _, name in sorted(found)] == ["Nậm Càn", "Nậm Cắn", "Nậm Cắn – Nậm Cắn"]


NAMED = {
    "gate": ["Thanh Thủy – Nậm On"],
    "post": ["Đồn Biên phòng Nậm Cắn"],
    "commune": ["Nậm Cắn"],
    "other": ["Nậm Càn"],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nậm On", ["gate"]),
        ("Nam Can", ["post", "commune", "other"]),
        ("Nậm Cắn", ["post", "commune"]),
        ("on", ["gate"]),
        ("ồn", ["post"]),
        ("Vinh", []),
        ("%", []),
        (" – ", []),
    ],
)
def test_inside_words_counts_only_where_nothing_answers_better(text: str, expected: list[str]) -> None:
    assert find_meant(text, NAMED) == expected
