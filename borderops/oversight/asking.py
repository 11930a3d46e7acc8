"""Reading the question of the page of events from its address; what cannot be read is told at its field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from borderops.audit.queries import EventFilter
from borderops.core.errors import BorderopsError, InvalidInput
from borderops.core.messages import N_

PAGE_SIZE = 50

_LONGEST = 200


class UnreadableQuestion(InvalidInput):
    """A part of the address that cannot be read."""

    code = "unreadable-question"


@dataclass(frozen=True)
class Question:
    """Which events, which page of them, and what could not be read. `given` is what was typed."""

    asked: EventFilter
    page: int
    problems: tuple[BorderopsError, ...]
    given: Mapping[str, str]


def read_question(params: Mapping[str, str]) -> Question:
    """The question in the parameters of an address. The subject is as typed: a number, a code or an id."""
    given = {
        name: params.get(name, "").strip().replace("\0", "")[:_LONGEST]
        for name in ("actor", "action", "subject", "since", "until", "page")
    }
    problems: list[BorderopsError] = []
    return Question(
        asked=EventFilter(
            actor=given["actor"] or None,
            action=given["action"] or None,
            subject_id=given["subject"] or None,
            since=_day(given, "since", problems),
            until=_day(given, "until", problems),
        ),
        page=_page(given["page"]),
        problems=tuple(problems),
        given=given,
    )


def _day(given: Mapping[str, str], name: str, problems: list[BorderopsError]) -> date | None:
    if not given[name]:
        return None
    try:
        return date.fromisoformat(given[name])
    except ValueError:
        problems.append(
            UnreadableQuestion(
                N_('"%(given)s" is not a date; write it as 2024-06-30.'), field=name, given=given[name]
            )
        )
        return None


def _page(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 8 else 1
