"""How a server keeps its memory: what it has for the next reply, and what it leaves alone."""

import ctypes
import gc

#: From the C library's malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3

_MEGABYTE = 1 << 20


def keep_memory() -> None:
    """Have the C library keep what a reply of some megabytes took, for the next one.

    By default a thread gives a text of a megabyte back to the system as soon as it was sent, and fetches
    every page of the next one anew: 1 ms of a map's 6 (measured). Kept are 16 MB for each thread at most.
    Where the C library knows no `mallopt`, nothing happens.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_MMAP_THRESHOLD, 8 * _MEGABYTE)
        library.mallopt(_TRIM_THRESHOLD, 16 * _MEGABYTE)


def leave_alone() -> None:
    """Have Python's collector leave alone what the program is made of, and look for the rest less often.

    Left to itself it begins after every 700 new objects, and from time to time goes through every class,
    table and template there is: a tenth of the time of small replies (measured). To be called once all is
    made.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
