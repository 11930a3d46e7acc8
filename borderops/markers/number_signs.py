"""The signs and words that marker numbers are written with.

People write one number in many ways: "mốc 397(2)", "MỐC SỐ ３９７（２）", "ຫຼັກໝາຍ ໓໙໗(໒)". Here such a text
becomes a row of tokens of a few kinds. Nothing is refused here: what is not understood is a token of the
kind OTHER, and number_grammar says why it cannot stand.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """What a token of a written number is."""

    NUMBER = "number"  # a run of digits
    OPEN = "open"
    CLOSE = "close"
    SLASH = "slash"
    TO = "to"  # a dash of any length, or "đến", "to"
    ALSO = "also"  # a comma, a semicolon, or "và", "and"
    FROM = "from"  # "từ", "from"
    NOUN = "noun"  # "mốc", "cọc dấu", "marker" …
    ORDINAL = "ordinal"  # "số", "no."
    OTHER = "other"


@dataclass(frozen=True)
class Token:
    """A sign or word at `start`..`end` of the tidy text, with its `digits` in ASCII when it is a number."""

    sign: Sign
    start: int
    end: int
    digits: str = ""


# Only another form of the same sign is taken for it: ３ is 3 and ⑴ is (1). A raised ² and ½ are left as they
# are and so refused: "39²" must not become 392.
_SAME_SIGN = {"<wide>", "<narrow>", "<small>", "<compat>", "<noBreak>"}
# Beside Unicode's own dashes (Pd): the minus, the tildes, and ÷, which Vietnamese papers write for "to".
_DASHES = "−~∼⁓÷"
_SLASHES = "⁄∕"
_STROKED = {"đ": "d", "Đ": "d"}


def tidy(text: str) -> str:
    """`text` in NFC with wide, narrow and presentation forms replaced and invisible characters removed."""
    signs = []
    for sign in unicodedata.normalize("NFC", text):
        if unicodedata.category(sign) == "Cf":
            continue
        form = unicodedata.decomposition(sign).partition(" ")[0]
        signs.append(unicodedata.normalize("NFKC", sign) if form in _SAME_SIGN else sign)
    return "".join(signs)


def _plain(sign: str) -> str:
    """One plain character for one character: ASCII digits, one kind of dash and slash, bare small letters."""
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    if sign in _DASHES or unicodedata.category(sign) == "Pd":
        return "-"
    if sign in _SLASHES:
        return "/"
    return _STROKED.get(sign) or unicodedata.normalize("NFD", sign)[0].lower()[0]


# The words are compared without diacritics, because many type "moc so 390" on a phone. They must not run on
# into a further letter; Lao is written without spaces, so there a word ends where the next one begins.
_END = r"(?![^\W\d_])"
_WORDS: tuple[tuple[Sign, str], ...] = (
    (
        Sign.NOUN,
        r"(?:cac\s+)?(?:(?:cot\s*)?moc(?:\s+(?:quoc\s+gioi|bien\s+gioi|gioi))?(?:\s+(?:dai|trung|tieu))?"
        r"(?:\s+(?:don|doi|ba))?|coc(?:\s+dau)?)" + _END,
    ),
    (Sign.NOUN, r"(?:(?:boundary|border)\s+)?(?:markers?|stakes?)" + _END),
    (Sign.NOUN, tidy(r"(?:ຫ[ຼລ]ັກໝາຍ|ເສົາໝາຍ)(?:\s*ຊາຍແດນ)?")),
    (Sign.ORDINAL, r"(?:so(?:\s+hieu)?|no|numbers?)" + _END + r"(?:(?<=no)\.)?"),
    (Sign.ORDINAL, tidy(r"ເລກ(?:ທີ)?")),
    (Sign.FROM, r"(?:tu|from)" + _END + tidy("|ຈາກ|ແຕ່")),
    (Sign.TO, r"(?:den|toi|to)" + _END + tidy("|ເຖິງ|ຫາ")),
    (Sign.ALSO, r"(?:va|and)" + _END + tidy("|ແລະ")),
    (Sign.NUMBER, r"\d+"),
    (Sign.OPEN, r"\("),
    (Sign.CLOSE, r"\)"),
    (Sign.SLASH, r"/"),
    (Sign.TO, r"-+"),
    (Sign.ALSO, r"[,;&](?:\s*(?:va|and)" + _END + r")?"),
    (Sign.OTHER, r"[^\s()/,;&-]+"),
)
_SIGNS = re.compile("|".join(f"({pattern})" for _, pattern in _WORDS))


def read_signs(tidied: str) -> list[Token]:
    """The tokens of a text that `tidy` has returned, in order; spaces only part them."""
    plain = "".join(_plain(sign) for sign in tidied)
    tokens = []
    for found in _SIGNS.finditer(plain):
        sign = _WORDS[(found.lastindex or 1) - 1][0]
        tokens.append(Token(sign, *found.span(), digits=found.group() if sign is Sign.NUMBER else ""))
    return tokens
