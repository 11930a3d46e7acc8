"""The data folder on disk: what lies where, who may read it, and the locks that programs on it share."""

import contextlib
import fcntl
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from borderops.core.errors import Unavailable
from borderops.core.messages import N_

#: Linux allows 108 bytes for a socket's path, the last of them zero.
LONGEST_SOCKET_PATH = 107

_SOCKET_NAME = ".s.PGSQL.5432"
_LOG_LIMIT_BYTES = 10 * 2**20
_LOG_TAIL_BYTES = 2000


class DataFolder:
    """The folder `home` of one installation (`BORDEROPS_HOME`). Nothing is made before `make`."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.cluster = self.home / "cluster"
        self.log = self.home / "logs" / "postgresql.log"
        self.sockets = _socket_folder(self.home)

    def make(self) -> None:
        """Make the folder, closed to other users, where it does not exist.

        Raises `Unavailable` where that cannot be done, or where it belongs to somebody else.
        """
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(
                N_("The data folder %(folder)s cannot be made: %(reason)s. Set BORDEROPS_HOME to another."),
                folder=self.home,
                reason=error.strerror or error,
            ) from error
        if not os.access(self.home, os.R_OK | os.W_OK | os.X_OK):
            raise Unavailable(
                N_("The data folder %(folder)s is not yours to write to. Set BORDEROPS_HOME to another."),
                folder=self.home,
            )
        self.log.parent.mkdir(mode=0o700, exist_ok=True)
        self._belong(self.log.parent)

    @contextlib.contextmanager
    def lock_file(self, name: str) -> Iterator[BinaryIO]:
        """Open the lock file `name`, for `fcntl.flock`; every opening is a holder of its own."""
        path = self.home / name
        with path.open("ab") as file:
            os.fchmod(file.fileno(), 0o600)
            self._belong(path)
            yield file

    @contextlib.contextmanager
    def open_log(self) -> Iterator[BinaryIO]:
        """The server's log, to append to."""
        with self.log.open("ab") as file:
            os.fchmod(file.fileno(), 0o600)
            self._belong(self.log)
            yield file

    def rotate_log(self) -> None:
        """Put a log that has grown large aside; one old one is kept."""
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.rename(self.log.with_suffix(".log.1"))

    def end_of_log(self) -> str:
        """The last lines of the server's log, for an error's reader."""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - _LOG_TAIL_BYTES))
            return file.read().decode(errors="replace")

    def make_socket_folder(self, *, uid: int, gid: int) -> None:
        """Make the socket's folder for the server's user alone.

        Raises `Unavailable` where something else is there: a folder in /tmp may be anybody's.
        """
        if not self.sockets.is_symlink() and not self.sockets.exists():
            make_folder(self.sockets, uid=uid, gid=gid)
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or stat.S_IMODE(found.st_mode) & 0o077:
            raise Unavailable(
                N_("%(folder)s is not a folder that only the database's user may enter; remove it."),
                folder=self.sockets,
            )

    def clear_socket(self) -> None:
        """Remove the socket that a killed server left behind."""
        for name in (_SOCKET_NAME, f"{_SOCKET_NAME}.lock"):
            (self.sockets / name).unlink(missing_ok=True)

    def _belong(self, path: Path) -> None:
        # What root makes in another user's data folder stays usable to that user.
        if os.geteuid() == 0:
            owner = self.home.stat()
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def make_folder(path: Path, *, uid: int, gid: int) -> None:
    """Make a folder that belongs to one user and is closed to all others."""
    path.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(path, uid, gid, follow_symlinks=False)


def write_file(path: Path, text: str, *, uid: int, gid: int) -> None:
    """Write a private file of one user, whole or not at all.

    The folder may belong to that user and we may be root, so nothing that lies there already is followed.
    """
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        if os.geteuid() == 0:
            os.fchown(descriptor, uid, gid)
        file.write(text)
    draft.replace(path)


def is_last_holder(file: BinaryIO) -> bool:
    """Whether nobody else holds `file`'s shared lock. Asking gives our own hold up or makes it exclusive."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _socket_folder(home: Path) -> Path:
    """Where clients of `home` find the socket: in it, or under /tmp if that name is of no use as an address.

    The system's /tmp, not TMPDIR: every program on the folder has to come to the same answer.
    """
    beside = home / "run"
    is_short = len(os.fsencode(beside / _SOCKET_NAME)) <= LONGEST_SOCKET_PATH
    if is_short and re.fullmatch(r"[A-Za-z0-9/._+~-]+", str(beside)):
        return beside
    digest = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]
    return Path("/tmp") / f"borderops-{digest}"  # noqa: S108 - checked for its owner before use
