"""Small files of the installation's own (keys, heads of the chain): closed to others, whole or not there.

What root makes in another user's data folder stays usable to that user: files belong to whom their folder
belongs to.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o600
READABLE = 0o644


def make_private_folder(folder: Path) -> None:
    """Make the folder, closed to other users, where it does not exist; so its parents."""
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _belong(folder, beside=folder.parent)


def write_whole(path: Path, content: bytes, *, mode: int = PRIVATE, at_once: bool = True) -> None:
    """Write the file so that a reader, or a power cut, finds the old content or the new and nothing between.

    With `at_once` it is the new one as soon as this returns; without, a power cut may still bring the old one
    back, and the wait is half as long. Raises OSError where the disk or the folder refuses.
    """
    make_private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _belong(draft, beside=path.parent)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if at_once:
        flush_folder(path.parent)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file `path` while the block lasts; one program, and one thread of it, at a time."""
    make_private_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE)
    with open(descriptor, "ab") as file:
        _belong(path, beside=path.parent)
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _belong(path: Path, *, beside: Path) -> None:
    if os.geteuid() == 0:
        owner = beside.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def flush_folder(folder: Path) -> None:
    """Have the disk keep the names that the folder holds now."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
