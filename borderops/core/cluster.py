"""The program's own PostgreSQL: a private cluster in the data folder, reached by a unix socket only.

It is made and started when the first program on the folder needs it and stopped when the last one leaves. It
survives that either side is killed: a server left behind is joined by the next program, a killed server is
started again by the programs that use it.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import psycopg
from sqlalchemy import URL

from borderops.core.data_folder import DataFolder, is_last_holder, make_folder, write_file
from borderops.core.errors import Unavailable
from borderops.core.messages import N_, Message
from borderops.core.postgresql import (
    Installation,
    access_rules,
    choose_installation,
    configuration,
    list_installations,
    locale_arguments,
    user_map,
)
from borderops.core.provision import APP_ROLE, OWNER_ROLE, libpq_url, prepare_database, prepare_roles
from borderops.core.server_process import ServerUser, end_orphans, postmaster_pid, server_user
from borderops.core.server_watch import watched
from borderops.core.settings import DRIVER, Settings
from borderops.core.termination import termination_as_exit

DATABASE = "borderops"
SUPERUSER_ROLE = "borderops_superuser"

Role = Literal["app", "owner", "superuser"]
Progress = Callable[[Message], None]

_ROLES: dict[Role, str] = {"app": APP_ROLE, "owner": OWNER_ROLE, "superuser": SUPERUSER_ROLE}

#: Recovery of a large register after a power cut may take minutes.
_START_PATIENCE_S = 600
_STOP_PATIENCE_S = 120
_JOIN_PATIENCE_S = 60


def quietly(_message: Message) -> None:
    """A progress callback that shows nothing."""


class Cluster:
    """The private cluster of the data folder `home`; nothing happens until `running`.

    `durable=False` is for clusters that tests throw away: faster, and lost at a power cut.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.folder = DataFolder(home)
        self.durable = durable

    @property
    def is_made(self) -> bool:
        """Whether the cluster has been initialised."""
        return (self.folder.cluster / "PG_VERSION").exists()

    @property
    def is_running(self) -> bool:
        """Whether a server runs on it now, started by this program or another."""
        return postmaster_pid(self.folder.cluster) is not None

    @property
    def major(self) -> int | None:
        """The major version of PostgreSQL that made it, or None before that."""
        return int((self.folder.cluster / "PG_VERSION").read_text().split(".")[0]) if self.is_made else None

    def url(self, role: Role = "app", database: str = DATABASE) -> str:
        """Where `database` is for `role`, as SQLAlchemy takes it; no password: the server knows its peers."""
        query = {"host": str(self.folder.sockets), "port": "5432"}
        return URL.create(DRIVER, username=_ROLES[role], database=database, query=query).render_as_string()

    def psql_url(self, role: Role = "app", database: str = DATABASE) -> str:
        """The same address as psql takes it."""
        return libpq_url(self.url(role, database))

    @contextlib.contextmanager
    def running(self, progress: Progress = quietly) -> Iterator[Self]:
        """Have the server running, with roles and database made, while the block lasts.

        The first program on the folder starts it, others join, the last to leave stops it. Raises
        `Unavailable` that says what is missing or in the way.
        """
        self.folder.make()
        with termination_as_exit(), self.folder.lock_file("cluster.users") as users:
            try:
                with self._transition(progress):
                    # Held for as long as this program lives, and let go by the kernel even after kill -9.
                    fcntl.flock(users, fcntl.LOCK_SH)
                    self._bring_up(progress)
                with watched(self.folder.cluster, revive=lambda: self._revive(progress)):
                    yield self
            finally:
                with self._transition(progress):
                    if is_last_holder(users):
                        self._take_down(progress)

    @contextlib.contextmanager
    def _transition(self, progress: Progress) -> Iterator[None]:
        """One program at a time starts, stops, joins or leaves."""
        with self.folder.lock_file("cluster.lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                progress(Message(N_("Waiting for another program that is starting or stopping the database")))
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _revive(self, progress: Progress) -> None:
        with self._transition(progress):
            self._bring_up(progress)

    def _bring_up(self, progress: Progress) -> None:
        server = _Server(self.folder, durable=self.durable, major=self.major)
        if not self.is_made:
            progress(Message(N_("Making a database cluster in %(folder)s"), {"folder": self.folder.cluster}))
            server.make()
        deadline = time.monotonic() + _JOIN_PATIENCE_S
        while True:
            if not self.is_running:
                progress(
                    Message(N_("Starting PostgreSQL %(version)s"), {"version": server.installation.version})
                )
                server.start()
            # A server that was joined may still be recovering, or be on its way down since before we came.
            try:
                psycopg.connect(self.psql_url("superuser", "postgres")).close()
                break
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise Unavailable(N_("The database does not answer: %(reason)s"), reason=error) from error
            time.sleep(0.1)
        prepare_roles(self.url("superuser", "postgres"))
        prepare_database(self.url("superuser", "postgres"), DATABASE)

    def _take_down(self, progress: Progress) -> None:
        if self.is_running:
            progress(Message(N_("Stopping the database")))
            _Server(self.folder, durable=self.durable, major=self.major).stop()


class _Server:
    """The server's programs at work on the folder, as the user that owns its files."""

    def __init__(self, folder: DataFolder, *, durable: bool, major: int | None) -> None:
        self.folder = folder
        self.durable = durable
        self.user: ServerUser = server_user(folder.cluster)
        self.installation: Installation = choose_installation(list_installations(), major=major)

    def make(self) -> None:
        cluster = self.folder.cluster
        if cluster.exists() and any(cluster.iterdir()):
            raise Unavailable(
                N_("%(folder)s holds something that is not a cluster; move it away."), folder=cluster
            )
        # Made beside and renamed when whole: an initdb that was killed half-way leaves no cluster behind.
        unfinished = cluster.with_name("cluster.unfinished")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        make_folder(unfinished, uid=self.user.uid, gid=self.user.gid)
        arguments = ["--encoding=UTF8", f"--username={SUPERUSER_ROLE}", "--auth=peer", "--data-checksums"]
        arguments += locale_arguments(self.installation.major)
        if not self.durable:
            arguments.append("--no-sync")
        if self._run("initdb", arguments, data=unfinished) != 0:
            raise Unavailable(N_("The cluster could not be made:\n%(log)s"), log=self.folder.end_of_log())
        main = unfinished / "postgresql.conf"
        included = "\ninclude_if_exists = 'borderops.conf'\ninclude_if_exists = 'local.conf'\n"
        write_file(main, main.read_text() + included, uid=self.user.uid, gid=self.user.gid)
        if cluster.exists():
            cluster.rmdir()
        unfinished.rename(cluster)

    def start(self) -> None:
        cluster = self.folder.cluster
        end_orphans(cluster)
        # No server stands in the folder: the process that leftovers name is dead or something else.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        texts = {
            "borderops.conf": configuration(durable=self.durable),
            "pg_hba.conf": access_rules(),
            # Besides the server's own user only root, who could become that user anyway.
            "pg_ident.conf": user_map({self.user.name, "root"}, _ROLES.values()),
        }
        for name, text in texts.items():
            write_file(cluster / name, text, uid=self.user.uid, gid=self.user.gid)
        self.folder.make_socket_folder(uid=self.user.uid, gid=self.user.gid)
        self.folder.clear_socket()
        self.folder.rotate_log()
        with _open_folder(self.folder.sockets) as sockets:
            arguments = [
                "start",
                "--wait",
                f"--timeout={_START_PATIENCE_S}",
                f"--options=-k {_by_descriptor(sockets)}",
            ]
            if self._run("pg_ctl", arguments, also_open=[sockets]) != 0:
                raise Unavailable(N_("The database did not start:\n%(log)s"), log=self.folder.end_of_log())

    def stop(self) -> None:
        stopped = self._run("pg_ctl", ["stop", "--wait", "--mode=fast", f"--timeout={_STOP_PATIENCE_S}"])
        # One that was killed is also gone, though pg_ctl takes it for a server that will not stop.
        if stopped != 0 and postmaster_pid(self.folder.cluster) is not None:
            raise Unavailable(N_("The database did not stop:\n%(log)s"), log=self.folder.end_of_log())

    def _run(
        self, tool: str, arguments: Sequence[str], *, data: Path | None = None, also_open: Sequence[int] = ()
    ) -> int:
        """Run one of PostgreSQL's programs, detached from our terminal; what it says goes to the log.

        It is handed the folders open. So the server reaches them where its user may not walk the way there
        (root's own folder, a temporary one), and no path is too long for it or needs quoting.
        """
        with _open_folder(data or self.folder.cluster) as folder, self.folder.open_log() as log:
            return subprocess.run(  # noqa: S603 - a program found by folder and name, no shell
                [self.installation.programs / tool, "--pgdata", _by_descriptor(folder), *arguments],
                check=False,
                cwd="/",
                env={"LC_ALL": "C", "PATH": os.defpath},
                umask=0o077,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[folder, *also_open],
                user=self.user.uid if os.geteuid() == 0 else None,
                group=self.user.gid if os.geteuid() == 0 else None,
                extra_groups=[] if os.geteuid() == 0 else None,
            ).returncode


@dataclass(frozen=True)
class Addresses:
    """Where the register is, as SQLAlchemy addresses: for the application's and for the owner's role.

    The two are the same where an installation names one address only. `private` tells the program's own
    cluster from a server of somebody's.
    """

    app: str
    owner: str
    private: bool


@contextlib.contextmanager
def database_addresses(settings: Settings, progress: Progress = quietly) -> Iterator[Addresses]:
    """Where the register is while the block lasts, starting the private cluster unless a server is named."""
    if settings.database_url is not None:
        owner = settings.owner_database_url or settings.database_url
        yield Addresses(app=settings.database_url, owner=owner, private=False)
        return
    with Cluster(settings.home).running(progress) as cluster:
        yield Addresses(app=cluster.url("app"), owner=cluster.url("owner"), private=True)


@contextlib.contextmanager
def _open_folder(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _by_descriptor(descriptor: int) -> str:
    return f"/proc/self/fd/{descriptor}"
