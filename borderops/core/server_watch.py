"""Watching over the database server while a program uses it: one that is killed is started again."""

import contextlib
import logging
import os
import select
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from borderops.core.errors import Unavailable
from borderops.core.server_process import postmaster_pid

log = logging.getLogger("borderops")


@contextlib.contextmanager
def watched(data: Path, *, revive: Callable[[], None]) -> Iterator[None]:
    """While the block lasts, call `revive` in a thread of its own whenever the server on `data` ends."""
    leaving, left = os.pipe()
    watcher = threading.Thread(target=_watch, args=(data, revive, leaving), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        os.close(left)  # the other end becomes readable, which ends the watcher
        watcher.join()
        os.close(leaving)


def _watch(data: Path, revive: Callable[[], None], leaving: int) -> None:
    try:
        while not _we_leave_first(data, leaving):
            revive()
    except Unavailable as error:
        log.error("the database server ended and cannot be started again: %s", error)


def _we_leave_first(data: Path, leaving: int) -> bool:
    """Wait, without polling, for our leaving or the server's end; whether it was our leaving."""
    pid = postmaster_pid(data)
    server = None
    with contextlib.suppress(ProcessLookupError):
        server = os.pidfd_open(pid) if pid is not None else None
    if server is None:
        return leaving in select.select([leaving], [], [], 0)[0]
    try:
        return leaving in select.select([leaving, server], [], [])[0]
    finally:
        os.close(server)
