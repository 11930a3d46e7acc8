"""The grammar of written marker numbers, with a reason for every text that is refused.

    list    = item { (“,” | “;” | “và” | “and”) item }
    item    = [“từ”] number [ (“–” | “đến”) number ]
    number  = [“mốc” …] [“số”] position [“/” stake] [“(” choice “)”]
            | [position as before] “/” stake … | [position and stake as before] “(” choice “)”
    choice  = marker [“–” marker] { “,” marker [“–” marker] }

Leading zeros are refused, not dropped. The stones carry none; where one is typed the text is mostly something
else (a date 05/06, a document number 06/2024) or has lost a digit, and a boundary record must not guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from borderops.core.messages import N_
from borderops.markers.marker_number import (
    LAST_MARKER,
    LAST_POSITION,
    LAST_STAKE,
    MARKER_RANGE,
    POSITION_RANGE,
    STAKE_RANGE,
    MarkerNumber,
    NotANumber,
)
from borderops.markers.number_signs import Sign, Token, read_signs, tidy

LONGEST_TEXT = 10_000  # characters; a thousand numbers with a word before each are shorter
_LONGEST_QUOTE = 40  # characters of the reader's text repeated in a refusal

NOTHING = N_('"%(piece)s" holds no number; write for example 390, 397(2) or 425/1.')
TOO_LONG = N_('"%(piece)s" is part of a text longer than %(most)s characters; give fewer numbers at once.')
NO_PLACE = N_(
    '"%(piece)s" cannot be part of a marker number; '
    "numbers are written like 390, 397(2) or 425/1, and parted by commas."
)
OLD_NAME = N_(
    '"%(piece)s" begins with a letter, as the markers of 1978–1987 were named; '
    "today's numbers begin with the position, like 390 or 397(2)."
)
ROUND = N_('"%(piece)s" is not a round bracket; write the marker in round brackets, like 397(2).')
LEADING_ZERO = N_(
    '"%(piece)s" begins with a zero, which no marker number does; if %(right)s is meant, write %(right)s.'
)
NUMBER_MISSING = N_('A number is missing after "%(piece)s"; write for example 390, 397(2) or 425/1.')
NUMBER_FIRST = N_('A number is missing before "%(piece)s"; write for example 390, 397(2) or 425/1.')
COMMA_MISSING = N_(
    'Between the numbers in "%(piece)s" a sign is missing; write a comma or, for a range, a dash.'
)
SECOND_SLASH = N_('"%(piece)s" has a second slash; a marker number has at most one, like 425/1.')
NOT_CLOSED = N_('A closing bracket is missing after "%(piece)s"; write for example 397(2) or 397(1–3).')
NOT_OPENED = N_('"%(piece)s" has a closing bracket without an opening one; write for example 397(2).')
SECOND_BRACKET = N_(
    '"%(piece)s" has a second pair of brackets; write several markers of a position like 397(1, 2).'
)
SLASH_LAST = N_('In "%(piece)s" the slash comes after the bracket; the stake comes first, like 425/1(2).')
THIRD_END = N_(
    '"%(piece)s" has more than two ends; a range is two numbers with a dash between, like 359–363.'
)
NO_END = N_('"%(piece)s" says where a range begins but not where it ends; write for example 359–363.')
END_IS_SEVERAL = N_('In "%(piece)s" an end of the range names several markers; each end is one number.')
REVERSED = N_(
    'The range "%(piece)s" runs backwards: %(last)s comes before %(first)s; the lower number first.'
)
REVERSED_OR_MARKER = N_(
    '"%(piece)s" runs backwards as a range; if one marker of position %(first)s is meant, write %(right)s.'
)


@dataclass(frozen=True)
class Item:
    """One item of a list as written: `numbers` one by one, or the range from the only one to `until`."""

    piece: str
    numbers: tuple[MarkerNumber, ...]
    until: MarkerNumber | None = None


@dataclass(frozen=True)
class _Written:
    """A number as written: one or more markers of a position, perhaps as a range, perhaps digits alone."""

    numbers: tuple[MarkerNumber, ...]
    until: MarkerNumber | None = None
    bare: bool = False


class NumberReader:
    """Reads the items of a text, each on its own; `field` names the form field in refusals."""

    def __init__(self, text: str, *, field: str | None = None) -> None:
        self._field = field
        self.text = tidy(text[: LONGEST_TEXT + 1]).strip()
        if len(text) > LONGEST_TEXT:
            raise self._refuse(TOO_LONG, 0, len(self.text), most=LONGEST_TEXT)
        self._tokens = read_signs(self.text)
        self._at = 0
        self._item_start = 0
        self._before: MarkerNumber | None = None

    def items(self) -> Iterator[Item]:
        """The items in the order written. Raises NotANumber at the first piece that cannot stand."""
        if all(token.sign in {Sign.NOUN, Sign.ORDINAL} for token in self._tokens):
            raise self._refuse(NOTHING, 0, len(self.text))
        yield self._item()
        while (token := self._next()) is not None:
            if token.sign is not Sign.ALSO:
                raise self._out_of_place(token)
            yield self._item()

    def _item(self) -> Item:
        opening = self._peek()
        self._item_start = opening.start if opening else self._tokens[-1].start
        comes_from = self._take(Sign.FROM) is not None
        first = self._number()
        if self._take(Sign.TO) is None:
            if comes_from and first.until is None:
                raise self._refuse_item(NO_END)
            return Item(self._piece(), first.numbers, first.until)
        last = self._number()
        if (further := self._take(Sign.TO)) is not None:
            raise self._refuse(THIRD_END, self._item_start, further.end)
        if any(end.until is not None or len(end.numbers) != 1 for end in (first, last)):
            raise self._refuse_item(END_IS_SEVERAL)
        start, until = first.numbers[0], last.numbers[0]
        if (
            last.bare
            and start.stake is not None
            and start.marker is None
            and is_short_end(start, until.position)
        ):
            until = MarkerNumber(start.position, until.position)
        self._in_order(start, until)
        self._before = until
        return Item(self._piece(), (start,), until)

    def _number(self) -> _Written:
        named = [self._take(Sign.NOUN), self._take(Sign.ORDINAL)]
        token = self._next()
        if token is None:
            raise self._missing()
        number = self._before
        if token.sign is Sign.NUMBER:
            number = MarkerNumber(self._count(token, LAST_POSITION, POSITION_RANGE))
        elif token.sign not in {Sign.SLASH, Sign.OPEN}:
            raise self._out_of_place(token, wanted=True)
        elif number is None or named != [None, None]:
            raise self._refuse(NUMBER_FIRST, token.start, self._tokens[-1].end)
        else:
            self._at -= 1
        if self._take(Sign.SLASH):
            stake = self._count(self._expect_number(), LAST_STAKE, STAKE_RANGE)
            number = MarkerNumber(number.position, stake)
            if (second := self._take(Sign.SLASH)) is not None:
                raise self._refuse(SECOND_SLASH, self._item_start, second.end)
        if self._take(Sign.OPEN):
            written = self._choice(number.position_number)
        else:
            bare = named == [None, None] and number.stake is None
            written = _Written((number,), bare=bare)
        self._before = written.until or written.numbers[-1]
        return written

    def _choice(self, position: MarkerNumber) -> _Written:
        """What stands in brackets, from after the opening one to the closing one."""
        spans: list[tuple[MarkerNumber, MarkerNumber]] = []
        while True:
            first = last = self._marker(position)
            if self._take(Sign.TO):
                last = self._marker(position)
                self._in_order(first, last)
            spans.append((first, last))
            token = self._next()
            if token is None or token.sign is Sign.OPEN:
                raise self._refuse(NOT_CLOSED, self._item_start, token.start if token else len(self.text))
            if token.sign is Sign.CLOSE:
                break
            if token.sign is not Sign.ALSO:
                raise self._out_of_place(token)
        if (further := self._take(Sign.OPEN)) is not None:
            raise self._refuse(SECOND_BRACKET, self._item_start, self._end_of_bracket(further))
        if (slash := self._take(Sign.SLASH)) is not None:
            raise self._refuse(SLASH_LAST, self._item_start, slash.end)
        if len(spans) == 1 and first != last:
            return _Written((first,), last)
        chosen = {index for start, end in spans for index in range(start.marker or 1, (end.marker or 1) + 1)}
        return _Written(tuple(replace(position, marker=index) for index in sorted(chosen)))

    def _marker(self, position: MarkerNumber) -> MarkerNumber:
        return replace(position, marker=self._count(self._expect_number(), LAST_MARKER, MARKER_RANGE))

    def _count(self, token: Token, last: int, why: str) -> int:
        digits = token.digits
        bare = digits.lstrip("0")
        # Compared by length first: Python refuses to convert very long runs of digits.
        if len(bare) > len(str(last)) or not 1 <= int(bare or 0) <= last:
            raise self._refuse(why, token.start, token.end, last=last)
        if bare != digits:
            raise self._refuse(LEADING_ZERO, token.start, token.end, right=bare)
        return int(bare)

    def _in_order(self, first: MarkerNumber, last: MarkerNumber) -> None:
        bare = last == MarkerNumber(last.position) and first == first.position_number
        if last < first and bare and last.position <= LAST_MARKER:  # 397-2
            right = replace(first, marker=last.position)
            raise self._refuse_item(REVERSED_OR_MARKER, first=first, right=right)
        if last < first:
            raise self._refuse_item(REVERSED, first=first, last=last)

    # The tokens

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self) -> Token | None:
        token = self._peek()
        if token is not None:
            self._at += 1
        return token

    def _take(self, sign: Sign) -> Token | None:
        token = self._peek()
        return self._next() if token is not None and token.sign is sign else None

    def _expect_number(self) -> Token:
        token = self._next()
        if token is None:
            raise self._missing()
        if token.sign is not Sign.NUMBER:
            raise self._out_of_place(token, wanted=True)
        return token

    def _end_of_bracket(self, opening: Token) -> int:
        closings = (token.end for token in self._tokens[self._at :] if token.sign is Sign.CLOSE)
        return next(closings, opening.end)

    # The refusals

    def _piece(self) -> str:
        return self.text[self._item_start : self._tokens[self._at - 1].end]

    def _missing(self) -> NotANumber:
        return self._refuse(NUMBER_MISSING, self._item_start, len(self.text))

    def _out_of_place(self, token: Token, *, wanted: bool = False) -> NotANumber:
        """The refusal for a token that cannot stand here, where a number was `wanted` or a sign."""
        piece = self.text[token.start : token.end]
        if token.sign is Sign.OTHER:
            why = NO_PLACE
            if piece[0] in "[]{}<>":
                why = ROUND
            elif wanted and len(piece) > 1 and piece[0].isalpha() and piece[1:].isdecimal():
                why = OLD_NAME
            return self._refuse(why, token.start, token.end)
        if wanted and token.start > self._item_start:
            return self._refuse(NUMBER_MISSING, self._item_start, self._tokens[self._at - 2].end)
        if wanted:
            return self._refuse(NUMBER_FIRST, token.start, self._tokens[-1].end)
        if token.sign is Sign.CLOSE:
            return self._refuse(NOT_OPENED, self._item_start, token.end)
        return self._refuse(COMMA_MISSING, self._item_start, token.end)

    def _refuse_item(self, why: str, **values: object) -> NotANumber:
        return NotANumber(why, field=self._field, row=None, piece=_quoted(self._piece()), **values)

    def _refuse(self, why: str, start: int, end: int, **values: object) -> NotANumber:
        return NotANumber(why, field=self._field, row=None, piece=_quoted(self.text[start:end]), **values)


def is_short_end(start: MarkerNumber, end: int) -> bool:
    """Whether `end` alone after a stake and a dash is a further stake: 425/1–3 is 425/1 to 425/3.

    Only where it could not be a position, because that would lie behind: 25/1–26 ends at position 26.
    """
    return end <= min(start.position, LAST_STAKE)


def _quoted(piece: str) -> str:
    piece = piece.strip()
    return piece if len(piece) <= _LONGEST_QUOTE else piece[: _LONGEST_QUOTE - 1] + "…"
