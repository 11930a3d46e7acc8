"""One figure of a coordinate as people write it: an angle or a length, and the direction it claims.

Degrees may be decimal or degrees, minutes and seconds, with typographic, ASCII or no marks, and letters or
words for the direction in English or Vietnamese (Bắc, Đông; `B` and `Đ`). `N` is always north: in
Vietnamese it could also abbreviate Nam (south), but nothing on this border lies south of the equator. A
decimal may be a point or a comma. Metres may have their thousands grouped. Pairs are read by `pairs`.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from borderops.core.errors import InvalidInput
from borderops.core.messages import N_, Message
from borderops.core.systems import System, SystemKind

Axis = Literal["x", "y"]

PAIR_FIELD = "xy"
"""The field that errors name when one text was given for both figures and they cannot be told apart."""


class UnreadableFigures(InvalidInput):
    """What was written cannot be read as coordinates in the system; the sentence says what would be right."""

    code = "unreadable-coordinates"


# One character for one, so that what is found in the tidied text lies at the same place in the given one.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("º˚∘", "°"),
        **dict.fromkeys("'’‘ʹʼ´`‵＇", "′"),
        **dict.fromkeys('"”“ʺ‶〃＂', "″"),
        **dict.fromkeys("−–—‐‑", "-"),
        **dict.fromkeys("()[]=", " "),
        "Ð": "đ",
        "ð": "đ",
    }
)

_PLUS_X: tuple[Axis, int] = ("x", 1)
_MINUS_X: tuple[Axis, int] = ("x", -1)
_PLUS_Y: tuple[Axis, int] = ("y", 1)
_MINUS_Y: tuple[Axis, int] = ("y", -1)
DIRECTIONS: Mapping[str, tuple[Axis, int]] = MappingProxyType(
    {
        **dict.fromkeys(("n", "north", "northing", "b", "bắc", "bac"), _PLUS_Y),
        **dict.fromkeys(("vĩ", "vi", "lat", "latitude"), _PLUS_Y),
        **dict.fromkeys(("s", "south", "nam"), _MINUS_Y),
        **dict.fromkeys(("e", "east", "easting", "đ", "đông", "dong"), _PLUS_X),
        **dict.fromkeys(("kinh", "lon", "lng", "long", "longitude"), _PLUS_X),
        **dict.fromkeys(("w", "west", "t", "tây", "tay"), _MINUS_X),
    }
)
"""Letters and words (lower case) to the axis they speak of and the sign they give."""

# Words that say nothing about direction. Vietnamese surveyors call the northing X and the easting Y, others
# the other way round: in one text for both, sizes decide, not these letters.
_SILENT = frozenset(("độ", "do", "tuyến", "m", "mét", "metres", "meters", "x", "y", "tọa", "toạ"))

WORD = re.compile(r"[^\W\d_]+")
NUMBER = r"\d+(?:[.,]\d+)?"
_WORD_AMONG_DIGITS = re.compile(r"\d\D*[^\W\d_]\D*\d")
_DEGREES = re.compile(
    rf"(?P<sign>[+-]?)\s*(?P<d>{NUMBER})\s*(?:[°:\s]|$)\s*"
    rf"(?:(?P<m>{NUMBER})\s*(?:[′:\s]|$)\s*(?:(?P<s>{NUMBER})\s*″?)?)?"
)
_PLAIN_METRES = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_GROUPED_METRES = re.compile(
    r"[+-]?\d{1,3}(?P<group>[., ])\d{3}(?:(?P=group)\d{3})*(?:(?!(?P=group))[.,]\d+)?"
)

_RIGHT_DEGREES = Message(N_("Write degrees such as 104.0839 or 104°05′02″."))
_RIGHT_METRES = Message(N_("Write metres such as 429456.321."))


def read_figure(given: str, system: System, field: Axis | None) -> tuple[float, Axis | None]:
    """The number that `given` means in `system` (degrees or metres), and the axis its letters claim, if any.

    `field` is what the figure was named, None for a half of one text. South and west are negative.

    Raises `UnreadableFigures` with that field, or the axis claimed, or `PAIR_FIELD`.
    """
    text = tidy(given).replace("′′", "″")
    for mark, word in (("°", "độ"), ("′", "phút"), ("″", "giây")):
        text = re.sub(rf"(?<=\d)\s*{word}\b", mark, text)
    says: Axis | None = None
    sign = 1
    for word in WORD.findall(text):
        if word in _SILENT:
            continue
        if word not in DIRECTIONS:
            raise UnreadableFigures(
                N_("“%(word)s” cannot be read in a coordinate. %(right)s"),
                field=field or PAIR_FIELD,
                word=word,
                right=how_to_write(system),
            )
        axis, direction = DIRECTIONS[word]
        if says is not None and axis != says:
            raise same_axis(system, field or PAIR_FIELD)
        says, sign = axis, min(sign, direction)
    where = field or says or PAIR_FIELD
    bare = " ".join(WORD.sub(" ", text).strip(" ,;:\n\t").split())
    if not bare:
        raise UnreadableFigures(N_("A figure is missing. %(right)s"), field=where, right=how_to_write(system))
    if _WORD_AMONG_DIGITS.search(text):
        raise _unreadable(given.strip(), how_to_write(system), where)
    value = _degrees(bare, where) if system.kind is SystemKind.GEOGRAPHIC else _metres(bare, where)
    return (-abs(value) if sign < 0 else value), says


def tidy(text: str) -> str:
    """Lower case, plain digits, one kind of each mark: character for character once `text` is in NFC."""
    tidied = []
    for character in unicodedata.normalize("NFC", text).translate(_PLAIN):
        digit = unicodedata.decimal(character, None)
        wide = unicodedata.normalize("NFKC", character)
        plain = str(digit) if digit is not None else wide if len(wide) == 1 else character
        lower = plain.lower()
        tidied.append(lower if len(lower) == 1 else plain)
    return "".join(tidied)


def how_to_write(system: System) -> Message:
    """A sentence with an example of a figure in `system`."""
    return _RIGHT_DEGREES if system.kind is SystemKind.GEOGRAPHIC else _RIGHT_METRES


def same_axis(system: System, field: str) -> UnreadableFigures:
    """The error for two letters of one axis where one of each is needed."""
    return UnreadableFigures(
        N_("The letters do not fit together: one %(x)s and one %(y)s are needed."),
        field=field,
        x=Message(system.x_label),
        y=Message(system.y_label),
    )


def _degrees(text: str, field: str) -> float:
    match = _DEGREES.fullmatch(text)
    if match is None:
        raise _unreadable(text, _RIGHT_DEGREES, field)
    parts = [part for part in match.group("d", "m", "s") if part is not None]
    if any(not part.isdigit() for part in parts[:-1]):
        raise _unreadable(text, _RIGHT_DEGREES, field)
    degrees, minutes, seconds = ([float(part.replace(",", ".")) for part in parts] + [0.0, 0.0])[:3]
    if degrees > 1000:
        raise UnreadableFigures(
            N_("“%(given)s” looks like metres, but this system is in degrees. Choose the system it is in."),
            field=field,
            given=text,
        )
    if minutes >= 60 or seconds >= 60:
        raise UnreadableFigures(
            N_("“%(given)s” has minutes or seconds of 60 or more. %(right)s"),
            field=field,
            given=text,
            right=_RIGHT_DEGREES,
        )
    value = degrees + minutes / 60 + seconds / 3600
    if value > 180:
        raise UnreadableFigures(N_("“%(given)s” is more than 180 degrees."), field=field, given=text)
    return -value if match.group("sign") == "-" else value


def _metres(text: str, field: str) -> float:
    if any(mark in text for mark in "°′″"):
        raise UnreadableFigures(
            N_("“%(given)s” is in degrees, but this system is in metres. Choose the system it is in."),
            field=field,
            given=text,
        )
    if _PLAIN_METRES.fullmatch(text):
        value = float(text.replace(",", "."))
    else:
        grouped = _GROUPED_METRES.fullmatch(text)
        if grouped is None:
            raise _unreadable(text, _RIGHT_METRES, field)
        value = float(text.replace(grouped.group("group"), "").replace(",", "."))
    if not math.isfinite(value):
        raise _unreadable(text, _RIGHT_METRES, field)
    return value


def _unreadable(text: str, right: Message, field: str) -> UnreadableFigures:
    return UnreadableFigures(
        N_("“%(given)s” cannot be read. %(right)s"), field=field, given=text, right=right
    )
