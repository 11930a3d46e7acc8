"""A pair of coordinates as people write it: two named texts, or one text with both."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from borderops.core.figures import (
    DIRECTIONS,
    NUMBER,
    PAIR_FIELD,
    WORD,
    Axis,
    UnreadableFigures,
    how_to_write,
    read_figure,
    same_axis,
    tidy,
)
from borderops.core.messages import N_
from borderops.core.systems import System, SystemKind, get_system

_EDGES = " ,;()[]\n\t"


@dataclass(frozen=True)
class Figures:
    """A pair of coordinates as given: numbers in `system` (a key), and the very texts they were read from.

    `x` is longitude in degrees or easting in metres, `y` latitude or northing: as the texts were named,
    even where that is the wrong way round.
    """

    x: float
    y: float
    system: str
    x_given: str
    y_given: str


def figures(x: float, y: float, system: str = "wgs84") -> Figures:
    """Figures that come as numbers (a GPS, a file), x longitude or easting; their texts are those numbers."""
    return Figures(x, y, get_system(system).key, repr(x), repr(y))


def parse_pair(given: str | tuple[str, str], system: str) -> Figures:
    """Read a pair of coordinates in `system` (a key or an EPSG code).

    `given` is two texts, x (longitude, easting) then y (latitude, northing), or one text with both. In one
    text the letters decide which is which; without letters, degrees beyond 90 are the longitude and metres
    of a million or more the northing; what stays open is refused.

    Two named texts are taken as named even if that looks the wrong way round, which is for
    `coordinates.plausibility` to say.

    Raises `UnreadableFigures` with `field` x, y, or `PAIR_FIELD` where one text cannot be taken apart;
    `UnknownSystem` or `RefusedSystem` as `systems.get_system` does.
    """
    found = get_system(system)
    if isinstance(given, str):
        return _parse_one(given, found)
    x_given, y_given = given
    x, x_says = read_figure(x_given, found, "x")
    y, y_says = read_figure(y_given, found, "y")
    if x_says is not None and x_says == y_says:
        wrong: Axis = "y" if x_says == "x" else "x"
        raise same_axis(found, wrong)
    return Figures(x, y, found.key, x_given.strip(), y_given.strip())


def _parse_one(text: str, system: System) -> Figures:
    given = unicodedata.normalize("NFC", text)
    first_given, second_given = _split(given, system)
    first, first_says = read_figure(first_given, system, None)
    second, second_says = read_figure(second_given, system, None)
    if first_says is not None and first_says == second_says:
        raise same_axis(system, PAIR_FIELD)
    if first_says is not None:
        first_is_x = first_says == "x"
    elif second_says is not None:
        first_is_x = second_says == "y"
    else:
        first_is_x = _first_is_x_by_size(first, second, system)
    x_given, y_given = (first_given, second_given) if first_is_x else (second_given, first_given)
    x, y = (first, second) if first_is_x else (second, first)
    return Figures(x, y, system.key, x_given.strip(_EDGES), y_given.strip(_EDGES))


def _first_is_x_by_size(first: float, second: float, system: System) -> bool:
    """Whether the first of two figures without letters is x, going by how large they are."""
    if system.kind is SystemKind.GEOGRAPHIC:
        large = (abs(first) > 90, abs(second) > 90)  # beyond any latitude
        large_is_x = True
    else:
        # North of 9°N every northing is above a million metres and every easting of a zone below.
        large = (abs(first) >= 1e6, abs(second) >= 1e6)
        large_is_x = False
    if large[0] == large[1]:
        raise UnreadableFigures(
            N_("It is not clear which figure is which: mark them E and N, such as 104.0839 E, 19.4790 N."),
            field=PAIR_FIELD,
        )
    return large[0] == large_is_x


def _split(given: str, system: System) -> tuple[str, str]:
    """Take one text for two figures apart; both halves are cut from `given` as it is."""
    text = tidy(given).rstrip(" ,;\n\t")
    for cut in (_strong_cut(text), _cut_at_words(text), _cut_at_degrees(text), _weak_cut(text, system)):
        if cut is not None and text[:cut].strip(_EDGES) and text[cut:].strip(_EDGES):
            return given[:cut], given[cut:]
    raise UnreadableFigures(
        N_("Two figures are needed, set apart by a comma and a space. %(right)s"),
        field=PAIR_FIELD,
        right=how_to_write(system),
    )


def _strong_cut(text: str) -> int | None:
    """Where a semicolon, line end, tab or bar stands, if there is exactly one."""
    found = [match.start() for match in re.finditer(r"\s*[;\n\t|]\s*", text)]
    return found[0] if len(found) == 1 else None


def _cut_at_words(text: str) -> int | None:
    """Where the words turn from one axis to the other: before the word if words lead, else after the last."""
    words = [
        (match, DIRECTIONS[match.group()][0]) for match in WORD.finditer(text) if match.group() in DIRECTIONS
    ]
    digit = re.search(r"\d", text)
    leads = bool(words and digit and words[0][0].start() < digit.start())
    for (earlier, axis), (later, next_axis) in pairwise(words):
        if axis != next_axis:
            return later.start() if leads else earlier.end()
    return None


def _cut_at_degrees(text: str) -> int | None:
    """Before the number of the second degree mark, if there are exactly two marks."""
    marked = list(re.finditer(rf"[+-]?{NUMBER}\s*(?:°|độ)", text))
    return marked[1].start() if len(marked) == 2 else None


def _weak_cut(text: str, system: System) -> int | None:
    """At the one comma with a space beside it, the one space, the one comma among points, or the middle."""
    spaced = [match.start() for match in re.finditer(r"\s*,\s+|\s+,\s*", text)]
    gaps = [match.start() for match in re.finditer(r"(?<=\S)\s+(?=\S)", text)]
    if len(spaced) == 1:
        return spaced[0]
    if len(gaps) == 1:
        return gaps[0]
    if text.count(",") == 1 and "." in text:
        return text.index(",")
    if system.kind is SystemKind.GEOGRAPHIC and len(gaps) in {3, 5}:
        return gaps[len(gaps) // 2]
    return None
