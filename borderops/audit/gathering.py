"""Reads that come by the hundred, told once a minute for the same reader and question.

A map that is moved about asks for its features again and again. The first read of a minute is told at once,
after its reply; those that follow are counted and told with the next one, or when somebody else's read finds
their minute over, or when the program ends. Killed, it loses the count of repeated reads and never a first.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool

from borderops.audit.actions import record_read
from borderops.audit.canonical import canonical
from borderops.audit.rules import READS, Read
from borderops.core.database import work_for
from borderops.core.viewer import Viewer

log = logging.getLogger("borderops")

MINUTE_S = 60


@dataclass
class _Gathered:
    """Reads of one reader that asked the same: how many are not told yet, and since which minute."""

    viewer: Viewer
    read: Read
    question: Mapping[str, Any]
    minute: int
    features: int = 0
    untold: int = 0


_Key = tuple[str, str, Read, str]


class GatheredReads:
    """The reads that are gathered in this program; events are written in sessions of its own."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._held: dict[_Key, _Gathered] = {}
        self._lock = threading.Lock()

    async def note(
        self,
        *,
        viewer: Viewer,
        read: Read,
        question: Mapping[str, Any],
        count_features: Callable[[], int],
        now: datetime,
    ) -> None:
        """Count one read, and tell what is to be told. To be called after the reply.

        `count_features` is asked only where the read is the first of its minute.
        """
        key = (viewer.name, viewer.origin, read, canonical(dict(question)))
        minute = int(now.timestamp()) // MINUTE_S
        with self._lock:
            held = self._held.get(key)
            if held is not None and held.minute == minute:
                held.untold += 1
                return
        features = count_features()
        if features < READS[read].at_least:
            return
        with self._lock:
            held = self._held.setdefault(key, _Gathered(viewer, read, question, minute))
            held.viewer, held.minute = viewer, minute
            held.features = max(features, held.features)
            held.untold += 1
            due = [key, *(one for one, other in self._held.items() if other.minute < minute)]
            told = self._take(due, minute=minute)
        await run_in_threadpool(self._tell, told)

    def close(self) -> None:
        """Tell what is not told yet."""
        with self._lock:
            told = self._take(list(self._held), minute=None)
        self._tell(told)

    def _take(self, keys: list[_Key], *, minute: int | None) -> list[tuple[_Gathered, int]]:
        taken = []
        for key in keys:
            held = self._held[key]
            if held.untold:
                taken.append((held, held.untold))
                held.untold = 0
            if held.minute != minute:
                del self._held[key]
        return taken

    def _tell(self, told: list[tuple[_Gathered, int]]) -> None:
        if not told:
            return
        try:
            with self._sessions() as session:
                work_for(session, told[0][0].viewer)
                for held, times in told:
                    record_read(
                        session,
                        viewer=held.viewer,
                        read=held.read,
                        question=held.question,
                        features=held.features,
                        times=times,
                    )
                session.commit()
        except SQLAlchemyError as error:
            names = ", ".join(sorted({held.viewer.name for held, _times in told}))
            log.error("reads in bulk by %s could not be put on record: %s", names, error)


async def request_reads(request: Request) -> GatheredReads:
    """Where the application gathers its reads."""
    reads: GatheredReads = request.app.state.reads
    return reads


ReadsDep = Annotated[GatheredReads, Depends(request_reads)]
