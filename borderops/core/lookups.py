"""Lookups of one thing each, asked together: those that wait at the same time become one statement.

A statement for eight features takes hardly longer than one for one: the journeys to the server, the planning
and the driver's work are the same. Nobody waits for others to come: who comes while the server is idle is
asked for at once, with whoever came in the same turn of the event loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from borderops.core.viewer import Viewer


@dataclass(frozen=True, eq=False)
class Question:
    """A statement in the driver's words, and the values of its parameters that are the same every time.

    One is made once and kept, so it is told from others by being itself.
    """

    sql: str
    fixed: Mapping[str, object]

    def about(self, values: Mapping[str, object]) -> "Question":
        """The same question with more of its values given."""
        return Question(self.sql, {**self.fixed, **values})


#: Asks for the texts of all these keys, for a viewer.
Ask = Callable[[Question, Sequence[str], Viewer], Awaitable[Mapping[str, bytes]]]

#: Statements under way at a time. While the server answers one, those who come wait for the next; with two
#: under way each is smaller and fewer are answered in all (measured).
AT_ONCE = 1


@dataclass
class _Batch:
    """Keys that go into one statement, and the work on it."""

    keys: list[str]
    work: asyncio.Task[Mapping[str, bytes]]


class Lookups:
    """The lookups of one event loop. Those of different viewers are never in one statement."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._open: dict[tuple[Question, Viewer], _Batch] = {}

    async def find(self, question: Question, key: str, viewer: Viewer) -> bytes | None:
        """The text for the key, or None. Raises what asking raises, to all whose statement it was."""
        kind = (question, viewer)
        batch = self._open.get(kind)
        if batch is None:
            keys: list[str] = []
            batch = self._open[kind] = _Batch(keys, asyncio.create_task(self._work(kind, keys)))
        batch.keys.append(key)
        # Who hangs up while waiting must not take the others' answer away.
        return (await asyncio.shield(batch.work)).get(key)

    async def _work(self, kind: tuple[Question, Viewer], keys: Sequence[str]) -> Mapping[str, bytes]:
        async with self._turns:
            del self._open[kind]
            question, viewer = kind
            return await self._ask(question, keys, viewer)
