"""Which operating system user runs the private cluster, and which processes are its server."""

import contextlib
import os
import pwd
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from borderops.core.errors import Unavailable
from borderops.core.messages import N_

#: Who runs the server when the program is started by root: a user that the administrator made for it, else
#: the one that Debian's package makes for PostgreSQL. No user is made without being asked for.
ORDINARY_USERS = ("borderops", "postgres")


@dataclass(frozen=True)
class ServerUser:
    """The operating system user that runs the server and owns its files."""

    name: str
    uid: int
    gid: int


def server_user(data: Path) -> ServerUser:
    """Who runs the server whose data folder is (or will be) `data`.

    The one who started the program; for root the owner of the folder, or one of `ORDINARY_USERS` for a new
    one, since PostgreSQL refuses to run as root. Raises `Unavailable` where there is no such user, or where
    the folder belongs to somebody else.
    """
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in {None, os.geteuid()}:
            raise Unavailable(
                N_("%(folder)s belongs to another user. Start as that user or set BORDEROPS_HOME."),
                folder=data,
            )
        return _user_of(os.geteuid())
    if owner is not None:
        if owner == 0:
            raise Unavailable(
                N_("%(folder)s belongs to root, who may not run PostgreSQL: chown -R postgres: %(folder)s"),
                folder=data,
            )
        return _user_of(owner)
    for entry in pwd.getpwall():
        if entry.pw_name in ORDINARY_USERS and entry.pw_uid != 0:
            return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Unavailable(
        N_("PostgreSQL does not run as root, and there is no user to run it: useradd --system borderops")
    )


def postmaster_pid(data: Path) -> int | None:
    """The process id of the server that runs on `data`, or None.

    Raises `Unavailable` where the folder is somebody else's.

    The file it leaves behind when killed may name a process that is another program by now: every PostgreSQL
    process stands in its data folder, and that is what is asked.
    """
    try:
        first_line = (data / "postmaster.pid").read_text().partition("\n")[0]
        pid = int(first_line)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except PermissionError as error:
        raise Unavailable(
            N_("%(folder)s belongs to another user. Start as that user or set BORDEROPS_HOME."), folder=data
        ) from error
    return pid if _stands_in(pid, data) else None


def end_orphans(data: Path, *, patience_s: float = 30.0) -> None:
    """End what is left of a server whose postmaster was killed; it serves nobody and keeps the next one out.

    Raises `Unavailable` with the process ids if they are still there after `patience_s` seconds.
    """
    deadline = time.monotonic() + patience_s
    while orphans := list(_servers_in(data)):
        if time.monotonic() > deadline:
            raise Unavailable(
                N_("Processes of a dead database server do not end: %(pids)s."),
                pids=", ".join(map(str, orphans)),
            )
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
        time.sleep(0.05)


def _user_of(uid: int) -> ServerUser:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise Unavailable(
            N_("User number %(uid)s has no name on this machine; PostgreSQL needs one (see /etc/passwd)."),
            uid=uid,
        ) from None
    return ServerUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _servers_in(data: Path) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _stands_in(int(entry.name), data):
            yield int(entry.name)


def _stands_in(pid: int, data: Path) -> bool:
    process = Path("/proc") / str(pid)
    try:
        # A person's shell may stand there too; only the server is called postgres.
        return (process / "comm").read_text().strip() == "postgres" and (process / "cwd").samefile(data)
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
