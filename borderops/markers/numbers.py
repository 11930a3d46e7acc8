"""Marker numbers as text: reading one, a list, a section of the line; printing them for people.

The grammar is in number_grammar, the signs it is written with in number_signs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from borderops.core.messages import N_
from borderops.markers.marker_number import LAST_MARKER, MarkerNumber, NotANumber
from borderops.markers.number_grammar import Item, NumberReader, is_short_end
from borderops.markers.number_signs import Sign, read_signs, tidy

__all__ = [
    "MOST_NUMBERS",
    "MarkerNumber",
    "NotANumber",
    "NumberRange",
    "format_numbers",
    "looks_like_number",
    "parse_number",
    "parse_numbers",
    "parse_range",
]

MOST_NUMBERS = 1000  # in one list; the whole line has 1,002 markers

SEVERAL = N_('"%(piece)s" names several numbers where one is wanted; write for example 390, 397(2) or 425/1.')
TOO_MANY = N_(
    'With "%(piece)s" the list names more than %(most)s numbers; give fewer, or the section from … to ….'
)
UNEVEN = N_(
    'The range "%(piece)s" runs from %(first)s to %(last)s, and only the register knows what stands between; '
    "name each, or give both ends in the same form, like 359–363, 397(1–3) or 425/1–425/3."
)
NOT_A_SECTION = N_('"%(piece)s" is a list; a section is two numbers with a dash between, like 359–363.')
RANGE_REVERSED = N_(
    '"%(piece)s" runs backwards: %(last)s comes before %(first)s on the line; the lower number first.'
)


@dataclass(frozen=True)
class NumberRange:
    """A section of the line from `first` to `last`, both included. Raises NotANumber when it runs backwards.

    An end without brackets takes in all markers of its position: 397–405 contains 397(2), 400/1 and 405(1),
    but not 405/1, which stands beyond 405. An end with brackets is that marker: 397(2)–405 has no 397(1).
    """

    first: MarkerNumber
    last: MarkerNumber

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise NotANumber(RANGE_REVERSED, piece=self, first=self.first, last=self.last)

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def line_orders(self) -> tuple[int, int]:
        """The least and the greatest `line_order` in the section, for a BETWEEN in the database."""
        within = 0 if self.last.marker is not None else LAST_MARKER
        return self.first.line_order, self.last.line_order + within

    def contains(self, number: MarkerNumber) -> bool:
        """Whether `number` stands in the section."""
        least, greatest = self.line_orders
        return least <= number.line_order <= greatest


def parse_number(text: str, *, field: str | None = None) -> MarkerNumber:
    """The one number in `text`, with or without a word such as "mốc số". Raises NotANumber."""
    items = list(NumberReader(text, field=field).items())
    if len(items) != 1 or items[0].until is not None or len(items[0].numbers) != 1:
        raise NotANumber(SEVERAL, field=field, piece=", ".join(item.piece for item in items[:3]))
    return items[0].numbers[0]


def parse_numbers(text: str, *, field: str | None = None) -> list[MarkerNumber]:
    """All numbers of a list with ranges ("397(1–3), 405(1)"), each once, in line order. Raises NotANumber.

    A range names what it spells: 359–363 the five position numbers, not the stakes between them. A section of
    the line with all that stands on it is a `NumberRange`.
    """
    numbers: set[MarkerNumber] = set()
    for item in NumberReader(text, field=field).items():
        numbers.update(item.numbers)
        if item.until is not None:
            numbers.update(_spelled(item, item.until, field))
        if len(numbers) > MOST_NUMBERS:
            raise NotANumber(TOO_MANY, field=field, piece=item.piece, most=MOST_NUMBERS)
    return sorted(numbers)


def parse_range(text: str, *, field: str | None = None) -> NumberRange:
    """The section "from marker A to marker B" in `text`; a number alone is the section of itself.

    Raises NotANumber.
    """
    items = list(NumberReader(text, field=field).items())
    if len(items) != 1 or len(items[0].numbers) != 1:
        raise NotANumber(NOT_A_SECTION, field=field, piece=", ".join(item.piece for item in items[:3]))
    first = items[0].numbers[0]
    return NumberRange(first, items[0].until or first)


def looks_like_number(text: str) -> bool:
    """Whether a searcher means a number, right or wrong, rather than a name: "397(9)" yes, "Bản 3" no.

    It begins with digits and has no words but those of numbers; after "mốc" and the like, digits suffice.
    """
    tokens = read_signs(tidy(text))
    lead = {Sign.FROM, Sign.NOUN, Sign.ORDINAL}
    begun = next((at for at, token in enumerate(tokens) if token.sign not in lead), None)
    if begun is None or tokens[begun].sign is not Sign.NUMBER:
        return False
    if any(token.sign is Sign.NOUN for token in tokens[:begun]):
        return True
    tidied = tidy(text)
    return not any(
        token.sign is Sign.OTHER and any(sign.isalpha() for sign in tidied[token.start : token.end])
        for token in tokens
    )


def format_numbers(numbers: Iterable[MarkerNumber]) -> str:
    """The numbers in line order, each once, neighbours drawn together: "385–386, 397(1–3), 425/1–2".

    `parse_numbers` reads it back. Empty for none.
    """
    runs: list[tuple[MarkerNumber, MarkerNumber]] = []
    for number in sorted(set(numbers)):
        if runs and _follows(runs[-1][1], number):
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(_written(first, last) for first, last in runs)


def _follows(number: MarkerNumber, further: MarkerNumber) -> bool:
    """Whether a range may run on from `number` to `further`: the same form, the last part one more."""
    if further.marker is not None:
        return further.position_number == number.position_number and number.marker == further.marker - 1
    if number.marker is not None:
        return False
    if further.stake is not None:
        return number.position == further.position and number.stake == further.stake - 1
    return number.stake is None and number.position == further.position - 1


def _written(first: MarkerNumber, last: MarkerNumber) -> str:
    if first == last:
        return str(first)
    if first.marker is not None:
        return f"{first.position_number}({first.marker}–{last.marker})"
    if last.stake is not None and is_short_end(first, last.stake):
        return f"{first}–{last.stake}"
    return f"{first}–{last}"


def _spelled(item: Item, until: MarkerNumber, field: str | None) -> list[MarkerNumber]:
    """The numbers that a range spells out. Raises NotANumber where its ends differ in form."""
    first = item.numbers[0]
    if first == until:
        return [first]
    position = first.position_number
    if first.marker is not None and until.marker is not None and position == until.position_number:
        return [replace(position, marker=marker) for marker in range(first.marker, until.marker + 1)]
    if first.marker is None and until.marker is None:
        if first.stake is None and until.stake is None:
            return [MarkerNumber(position) for position in range(first.position, until.position + 1)]
        if first.stake is not None and until.stake is not None and first.position == until.position:
            return [MarkerNumber(first.position, stake) for stake in range(first.stake, until.stake + 1)]
    raise NotANumber(UNEVEN, field=field, piece=item.piece, first=first, last=until)
