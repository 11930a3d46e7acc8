"""Memory that a server keeps for its next reply."""

import ctypes

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
