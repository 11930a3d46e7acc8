"""Reading a page's question from its address: what was typed stays, and what is wrong is told at its field.

A page never fails over its address. What cannot be read is left out of the question and named in
`problems`, so that the reader sees both the list and what to mend.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from starlette.datastructures import QueryParams

from borderops.core.asof import AsOf
from borderops.core.clock import today
from borderops.core.errors import BorderopsError, InvalidInput
from borderops.core.messages import N_
from borderops.core.web import asked_dates
from borderops.inspections.rules import State
from borderops.markers.numbers import NumberRange, looks_like_number, parse_numbers, parse_range
from borderops.markers.rules import Kind, Side, Standing
from borderops.register.filters import PRESENT, RegisterFilter
from borderops.register.queries import Order

PAGE_SIZE = 50

#: The parameters that narrow a list, in the order in which they are shown.
FILTERS = (
    "q",
    "damaged",
    "overdue",
    "state",
    "province",
    "kind",
    "responsible_side",
    "unit",
    "section",
    "standing",
)

_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

NOT_A_DATE = N_('"%(given)s" is not a date; write it as 2024-06-30.')
NOT_A_CHOICE = N_('"%(given)s" is none of the choices here.')


class UnreadableQuestion(InvalidInput):
    """A part of the address that cannot be read."""

    code = "unreadable-question"


@dataclass(frozen=True)
class Question:
    """What a list page is asked: which features, in which order, which part; and what could not be read."""

    asked: RegisterFilter
    order: Order
    descending: bool
    page: int
    problems: tuple[BorderopsError, ...]
    params: QueryParams

    @property
    def sort(self) -> str:
        """The order as the address says it, with a leading minus when turned round."""
        return ("-" if self.descending else "") + self.order.value

    def given(self, name: str) -> str:
        """What was typed in a field."""
        return self.params.get(name, "")

    def has(self, name: str, value: str) -> bool:
        """Whether a choice of a field is taken."""
        return value in self.params.getlist(name)

    @property
    def in_use(self) -> list[tuple[str, str]]:
        """The filters in use, as pairs of parameter and value."""
        return [(name, value) for name in FILTERS for value in self.params.getlist(name) if value.strip()]


def read_dates(params: QueryParams, *, moment: datetime) -> tuple[AsOf, list[BorderopsError]]:
    """The two dates of the address, and what is wrong with them; today and now where they cannot be read."""
    problems: list[BorderopsError] = []
    as_of = _read_date(params, "as_of", problems)
    known_at: date | datetime | None = None
    text = params.get("known_at", "").strip()
    if "T" in text or " " in text:
        try:
            known_at = datetime.fromisoformat(text)
            if known_at.tzinfo is None:
                known_at = None
                raise ValueError
        except ValueError:
            problems.append(UnreadableQuestion(NOT_A_DATE, field="known_at", given=text))
    else:
        known_at = _read_date(params, "known_at", problems)
    return asked_dates(as_of=as_of, known_at=known_at, moment=moment), problems


def read_question(
    params: QueryParams, *, moment: datetime, provinces: Collection[str], units: Collection[str]
) -> Question:
    """The question of a list's address. `provinces` and `units` are the ids that may be asked for."""
    at, problems = read_dates(params, moment=moment)
    sort = params.get("sort", "") or Order.NUMBER.value
    order = Order.NUMBER
    try:
        order = Order(sort.removeprefix("-"))
    except ValueError:
        problems.append(UnreadableQuestion(NOT_A_CHOICE, field="sort", given=sort))
    text = params.get("q", "").strip() or None
    if text is not None and looks_like_number(text):
        try:
            parse_numbers(text, field="q")
        except InvalidInput as problem:
            problems.append(problem)
            text = None
    asked = RegisterFilter(
        at=at,
        kind=_read_choices(params, "kind", Kind, problems),
        province=_read_ids(params, "province", provinces, problems),
        state=_read_choices(params, "state", State, problems),
        responsible_side=_read_choices(params, "responsible_side", Side, problems),
        unit=_read_ids(params, "unit", units, problems),
        section=_read_section(params, problems),
        text=text,
        damaged=_read_yes_no(params, "damaged", problems),
        overdue=_read_yes_no(params, "overdue", problems),
        standing=_read_choices(params, "standing", Standing, problems) or PRESENT,
    )
    return Question(
        asked=asked,
        order=order,
        descending=sort.startswith("-"),
        page=_read_page(params, problems),
        problems=tuple(problems),
        params=params,
    )


def is_past(at: AsOf, *, moment: datetime) -> bool:
    """Whether the question is about another day or another knowledge than the present."""
    return at.as_of != today(moment) or at.known_at is not None


E = TypeVar("E", bound=StrEnum)


def _values(params: QueryParams, name: str) -> list[str]:
    return [value.strip() for value in params.getlist(name) if value.strip()]


def _read_choices(
    params: QueryParams, name: str, choices: type[E], problems: list[BorderopsError]
) -> tuple[E, ...]:
    found = []
    for value in _values(params, name):
        try:
            found.append(choices(value))
        except ValueError:
            problems.append(UnreadableQuestion(NOT_A_CHOICE, field=name, given=value))
    return tuple(found)


def _read_ids(
    params: QueryParams, name: str, known: Collection[str], problems: list[BorderopsError]
) -> tuple[str, ...]:
    values = _values(params, name)
    problems += [
        UnreadableQuestion(NOT_A_CHOICE, field=name, given=value) for value in values if value not in known
    ]
    return tuple(value for value in values if value in known)


def _read_yes_no(params: QueryParams, name: str, problems: list[BorderopsError]) -> bool | None:
    value = params.get(name, "").strip().casefold()
    if value and value not in _YES_NO:
        problems.append(UnreadableQuestion(NOT_A_CHOICE, field=name, given=value))
    return _YES_NO.get(value)


def _read_section(params: QueryParams, problems: list[BorderopsError]) -> NumberRange | None:
    text = params.get("section", "").strip()
    if not text:
        return None
    try:
        return parse_range(text, field="section")
    except InvalidInput as problem:
        problems.append(problem)
        return None


def _read_date(params: QueryParams, name: str, problems: list[BorderopsError]) -> date | None:
    text = params.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(UnreadableQuestion(NOT_A_DATE, field=name, given=text))
        return None


def _read_page(params: QueryParams, problems: list[BorderopsError]) -> int:
    text = params.get("page", "").strip() or "1"
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) == int(text):
        return int(text)
    problems.append(UnreadableQuestion(N_('"%(given)s" is not a page.'), field="page", given=text))
    return 1
