"""Names compared as people type them.

Vietnamese is typed with all its marks, with some, or with none: "Nậm Cắn", "Nâm Căn", "Nam Can". A typed
letter agrees with a letter of a name when it is the same letter and the name's letter has every mark that was
typed. So what is typed bare finds all, and what is typed in full tells Nậm Cắn from Nậm Càn.

Lao is compared as it stands: its vowel signs and tone marks are not decoration that may be left out.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

_FIRST_MARK, _LAST_MARK = "\u0300", "\u036f"  # the accents of Latin letters; Lao signs lie elsewhere
_STROKE = "\u0335"  # Unicode does not take đ apart; here it is d with this mark
_JOINED = "'’‘ʼ`´.·"  # written inside a word and not missed when left out: "P'Xá", "TP."
# The tone of "uy", "oa", "oe" is written on either letter: Thủy and Thuỷ are one name. It is moved within
# words too, so that a word half typed ("khoả") goes on agreeing with the whole one ("Khoảng").
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_QUALITIES = "\u0302\u0306"
_TONE_ON_SECOND = re.compile(rf"(u(?=y)|o(?=[ae]))([aey][{_QUALITIES}]?)([{_TONES}])")


def exact(text: str) -> str:
    """`text` in one spelling: small letters, NFC, words parted by one space, without punctuation.

    Dashes, brackets and other signs part words; apostrophes and full stops are left out. A tone that may be
    written on either of two vowels stands on the first. Lao letters stay as they are.
    """
    signs = []
    for sign in unicodedata.normalize("NFD", _small(text)):
        kind = unicodedata.category(sign)
        if kind == "Cf" or sign in _JOINED:
            continue
        signs.append(sign if kind[0] in "LMN" else " ")
    spelled = _TONE_ON_SECOND.sub(r"\1\3\2", " ".join("".join(signs).split()))
    return unicodedata.normalize("NFC", spelled)


def folded(text: str) -> str:
    """`exact`, and without the marks of Vietnamese: "Đồn Nậm Cắn" is "don nam can"."""
    bare = (sign for sign in _apart(exact(text)) if not _is_mark(sign))
    return unicodedata.normalize("NFC", "".join(bare))


class Rank(IntEnum):
    """How well a name answers a query; the lower the better."""

    SAME = 0  # the name as it is spelled, with its marks
    WHOLE = 1  # the name, typed with fewer marks
    START = 2  # the name begins so
    WORDS = 3  # every typed word begins a word of the name
    INSIDE = 4  # found somewhere


@dataclass(frozen=True)
class _Letter:
    base: str
    marks: frozenset[str]

    def agrees_with(self, named: "_Letter") -> bool:
        return self.base == named.base and self.marks <= named.marks


@dataclass(frozen=True)
class _Name:
    """A name's letters without its spaces, and where its words begin."""

    spelled: str
    letters: tuple[_Letter, ...]
    starts: tuple[int, ...]

    def word_end(self, at: int) -> int:
        return next((start for start in self.starts if start > at), len(self.letters))

    def begins(self, typed: tuple[_Letter, ...], at: int) -> bool:
        named = self.letters[at : at + len(typed)]
        return len(named) == len(typed) and all(map(_Letter.agrees_with, typed, named))


class Query:
    """What was typed, ready to be held against many names. One without letters agrees with every name."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._spelled = exact(text)
        self._words = tuple(_letters(word) for word in self._spelled.split())
        self._all = tuple(letter for word in self._words for letter in word)

    def matches(self, name: str) -> bool:
        """Whether every typed word is found in the name, anywhere and in any order.

        A word is found inside one word of the name, or from a word's beginning on across the spaces
        ("muongxen", "Huaphan" for "Hua Phăn").
        """
        return self.rank(name) is not None

    def rank(self, name: str) -> Rank | None:
        """How well the name answers, or None when it does not."""
        named = _name(name)
        if named.spelled == self._spelled:
            return Rank.SAME
        places = [_places(word, named) for word in self._words]
        if not all(places):
            return None
        if named.begins(self._all, 0):
            return Rank.WHOLE if len(self._all) == len(named.letters) else Rank.START
        starts = set(named.starts)
        return Rank.WORDS if all(starts & set(found) for found in places) else Rank.INSIDE


def matches(query: str, name: str) -> bool:
    """`Query.matches` for a single name."""
    return Query(query).matches(name)


def rank(query: str, name: str) -> Rank | None:
    """`Query.rank` for a single name."""
    return Query(query).rank(name)


def _places(word: tuple[_Letter, ...], named: _Name) -> list[int]:
    return [
        at
        for at in range(len(named.letters) - len(word) + 1)
        if (at in named.starts or at + len(word) <= named.word_end(at)) and named.begins(word, at)
    ]


@lru_cache(maxsize=4096)  # the register's names are a few hundred, asked again at every search
def _name(text: str) -> _Name:
    spelled = exact(text)
    letters: list[_Letter] = []
    starts = []
    for word in spelled.split():
        starts.append(len(letters))
        letters.extend(_letters(word))
    return _Name(spelled, tuple(letters), tuple(starts))


def _letters(word: str) -> tuple[_Letter, ...]:
    bases: list[tuple[str, set[str]]] = []
    for sign in _apart(word):
        if _is_mark(sign) and bases:
            bases[-1][1].add(sign)
        else:
            bases.append((sign, set()))
    return tuple(_Letter(base, frozenset(marks)) for base, marks in bases)


def _apart(spelled: str) -> str:
    return unicodedata.normalize("NFD", spelled).replace("đ", "d" + _STROKE)


def _is_mark(sign: str) -> bool:
    return _FIRST_MARK <= sign <= _LAST_MARK


def _small(text: str) -> str:
    """Small letters by Unicode's caseless matching; folding again settles the few signs that change twice."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold()).casefold()


def find_meant(text: str, named: Mapping[str, Iterable[str]]) -> list[str]:
    """The keys whose names a person may mean by the text, in the mapping's order.

    Names that only hold the text somewhere inside their words count where no name answers it better: "Nậm On"
    means the gate of that name, not every post (đồn). A text without letters or digits means none.
    """
    if not exact(text):
        return []
    query = Query(text)
    ranks = {
        key: min(found)
        for key, names in named.items()
        if (found := [answer for name in names if (answer := query.rank(name)) is not None])
    }
    better = any(answer < Rank.INSIDE for answer in ranks.values())
    return [key for key, answer in ranks.items() if answer < Rank.INSIDE or not better]
