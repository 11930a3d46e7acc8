"""Being asked to end (SIGTERM, SIGHUP) as an ordinary way out, so that what was started is stopped."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn


@contextlib.contextmanager
def termination_as_exit() -> Iterator[None]:
    """While the block lasts, a signal to end raises `SystemExit`, unless the program handles it already.

    By default such a signal ends Python on the spot and no `finally` runs. uvicorn handles it, but then
    restores what it found and sends the signal once more. Outside the main thread this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    replaced = [each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) is signal.SIG_DFL]
    for each in replaced:
        signal.signal(each, _exit)
    try:
        yield
    finally:
        for each in replaced:
            signal.signal(each, signal.SIG_DFL)


def _exit(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
