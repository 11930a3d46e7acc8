"""Lookups that wait at the same time are one statement, and each is told its own."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from borderops.core.lookups import AT_ONCE, Lookups, Question
from borderops.core.viewer import Viewer
from tests.loop import in_a_loop

QUESTION = Question("SELECT", {})
FIRST, SECOND = Viewer("first"), Viewer("second")


class Refused(Exception):
    """The statement failed."""


class Asked:
    """Answers with the key itself, as bytes, when it is let; remembers every statement."""

    def __init__(self) -> None:
        self.statements: list[tuple[Question, list[str], Viewer]] = []
        self.may = asyncio.Event()

    async def __call__(self, question: Question, keys: Sequence[str], viewer: Viewer) -> Mapping[str, bytes]:
        self.statements.append((question, list(keys), viewer))
        await self.may.wait()
        if "bad" in keys:
            raise Refused
        return {key: key.encode() for key in keys if key != "none"}


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_those_of_one_turn_are_one_statement() -> None:
    async def run() -> None:
        asked = Asked()
        asked.may.set()
        lookups = Lookups(asked)
        keys = ["405(1)", "409", "405(1)", "none"]
        told = await asyncio.gather(*(lookups.find(QUESTION, key, FIRST) for key in keys))
        assert told == [b"405(1)", b"409", b"405(1)", None]
        assert asked.statements == [(QUESTION, keys, FIRST)]

    in_a_loop(run())


def test_those_who_come_meanwhile_are_the_next() -> None:
    async def run() -> None:
        asked = Asked()
        lookups = Lookups(asked)
        waiting = []
        for key in map(str, range(AT_ONCE + 4)):
            waiting.append(asyncio.ensure_future(lookups.find(QUESTION, key, FIRST)))
            await settle()
        asked.may.set()
        assert await asyncio.gather(*waiting) == [str(key).encode() for key in range(AT_ONCE + 4)]
        assert [len(keys) for _question, keys, _viewer in asked.statements] == [*[1] * AT_ONCE, 4]

    in_a_loop(run())


def test_viewers_and_questions_are_kept_apart() -> None:
    async def run() -> None:
        asked = Asked()
        asked.may.set()
        lookups = Lookups(asked)
        other = Question("SELECT", {})
        kinds = [(QUESTION, FIRST), (QUESTION, SECOND), (other, FIRST), (QUESTION, FIRST)]
        await asyncio.gather(*(lookups.find(question, "409", viewer) for question, viewer in kinds))
        assert asked.statements == [
            (QUESTION, ["409", "409"], FIRST),
            (QUESTION, ["409"], SECOND),
            (other, ["409"], FIRST),
        ]

    in_a_loop(run())


def test_a_failure_is_told_to_all_whose_statement_it_was_and_to_nobody_else() -> None:
    async def run() -> None:
        asked = Asked()
        asked.may.set()
        lookups = Lookups(asked)
        told = await asyncio.gather(
            lookups.find(QUESTION, "409", FIRST),
            lookups.find(QUESTION, "bad", FIRST),
            lookups.find(QUESTION, "409", SECOND),
            return_exceptions=True,
        )
        assert [type(one) for one in told] == [Refused, Refused, bytes]
        assert await lookups.find(QUESTION, "410", FIRST) == b"410"

    in_a_loop(run())


def test_who_hangs_up_takes_nobody_elses_answer_away() -> None:
    async def run() -> None:
        asked = Asked()
        lookups = Lookups(asked)
        gone = asyncio.ensure_future(lookups.find(QUESTION, "409", FIRST))
        stays = asyncio.ensure_future(lookups.find(QUESTION, "410", FIRST))
        await settle()
        gone.cancel()
        await settle()
        asked.may.set()
        assert await stays == b"410"
        with pytest.raises(asyncio.CancelledError):
            await gone

    in_a_loop(run())
