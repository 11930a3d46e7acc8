"""What is wrong with an installation, and how to mend it.

Nothing is changed. A private cluster that was made is started for the time of the examination and stopped
again, since whether it starts is what people come to ask; one that was never made is left unmade.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import psycopg
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, pool, text
from sqlalchemy.exc import DBAPIError, OperationalError

from borderops.core.cluster import Addresses, Cluster, database_addresses
from borderops.core.database import PROJECT, alembic_config, make_engine
from borderops.core.errors import BorderopsError
from borderops.core.messages import N_, Message
from borderops.core.postgresql import choose_installation, list_installations
from borderops.core.provision import APP_ROLE, EXTENSIONS, LEAKPROOF
from borderops.core.settings import Settings

Level = Literal["ok", "warning", "error"]

OLDEST_PYTHON = (3, 11)
#: Below this nothing can be recorded safely; a day of photographs from the field takes about as much.
LEAST_DISK_BYTES = 500 * 2**20
#: Below this it is time to make room.
LITTLE_DISK_BYTES = 5 * 2**30
#: Dates in the register are worth as much as the clock. Nothing of this program is older than this year.
OLDEST_YEAR = 2024
LARGEST_CLOCK_DIFFERENCE = timedelta(minutes=1)

VENDOR = PROJECT / "borderops" / "ui" / "static" / "vendor"
SET_UP = N_("Run scripts/demo.sh or scripts/test.sh: each sets up what is missing.")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is, and how to mend it where it is not well."""

    subject: str
    level: Level
    state: Message
    mend: Message | None = None

    def as_json(self) -> dict[str, str | None]:
        """For programs: plain texts."""
        mend = None if self.mend is None else str(self.mend)
        return {"subject": self.subject, "level": self.level, "state": str(self.state), "mend": mend}


def well(subject: str, state: str, **values: object) -> Finding:
    """A finding with nothing to mend."""
    return Finding(subject, "ok", Message(state, values))


def ailing(level: Level, subject: str, state: str, mend: str, **values: object) -> Finding:
    """A finding that wants mending; the values serve both texts."""
    return Finding(subject, level, Message(state, values), Message(mend, values))


def examine(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Look at everything that can be looked at, in the order in which things depend on each other."""
    yield _python(sys.version_info[:3])
    yield _clock(now)
    folder = _data_folder(settings.home)
    yield folder
    yield _disk(settings.home)
    yield _web_assets(VENDOR, PROJECT / "package-lock.json")
    if settings.database_url is None:
        if folder.level == "error":
            return
        cluster = Cluster(settings.home)
        server = _server(cluster)
        yield server
        if server.level == "error" or not cluster.is_made:
            return
        if not cluster.is_running:
            yield _stopped_cluster(cluster)
    yield from examine_database(settings, now=now)


def examine_database(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Look at the database alone, starting the private cluster for it unless it runs."""
    try:
        with database_addresses(settings) as addresses:
            yield from _database(addresses, now)
    except BorderopsError as error:
        log = Cluster(settings.home).folder.log
        yield ailing(
            "error",
            "database",
            N_("%(reason)s"),
            N_("If that does not help, the server's log: %(log)s"),
            reason=error.message,
            log=log,
        )


def _python(version: tuple[int, ...]) -> Finding:
    values = {"version": ".".join(map(str, version))}
    if version < OLDEST_PYTHON:
        mend = N_("Install Python 3.11 or later and run the set-up again.")
        return ailing("error", "python", N_("Python %(version)s"), mend, **values)
    return well("python", N_("Python %(version)s"), **values)


def _clock(now: datetime) -> Finding:
    values = {"now": now.isoformat(timespec="seconds")}
    if now.year < OLDEST_YEAR:
        mend = N_("Set the machine's clock: every record carries its time.")
        return ailing("error", "clock", N_("The clock says %(now)s"), mend, **values)
    return well("clock", N_("The clock says %(now)s"), **values)


def _data_folder(home: Path) -> Finding:
    subject = "data folder"
    if not _exists(home):
        if os.access(_nearest(home), os.W_OK | os.X_OK):
            return well(subject, N_("%(folder)s is made at the first start"), folder=home)
        mend = N_("Set BORDEROPS_HOME to a folder that you may write to.")
        return ailing("error", subject, N_("%(folder)s does not exist and cannot be made"), mend, folder=home)
    if not home.is_dir() or not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        mend = N_("Start the program as the folder's owner, or set BORDEROPS_HOME to another folder.")
        return ailing("error", subject, N_("%(folder)s cannot be written to"), mend, folder=home)
    if home.stat().st_mode & 0o077:
        mend = N_("chmod 700 %(folder)s")
        return ailing(
            "warning", subject, N_("Other users of this machine may look into it"), mend, folder=home
        )
    return well(subject, N_("%(folder)s"), folder=home)


def _disk(home: Path) -> Finding:
    free = shutil.disk_usage(_nearest(home)).free
    values = {"free": f"{free / 2**30:.1f}", "folder": home}
    state = N_("%(free)s GB free for %(folder)s")
    if free >= LITTLE_DISK_BYTES:
        return well("disk", state, **values)
    level: Level = "error" if free < LEAST_DISK_BYTES else "warning"
    return ailing(level, "disk", state, N_("Make room, or move the data folder to a larger disk."), **values)


def _web_assets(vendor: Path, lock: Path) -> Finding:
    subject = "web assets"
    try:
        manifest: dict[str, Any] = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ailing("error", subject, N_("Styles, scripts and the parts of maps are not there"), SET_UP)
    missing = [name for name in manifest["files"] if not (vendor / name).is_file()]
    if missing:
        state = N_("%(count)s files are missing, such as %(name)s")
        return ailing("error", subject, state, SET_UP, count=len(missing), name=missing[0])
    if lock.exists() and hashlib.sha256(lock.read_bytes()).hexdigest() != manifest["lock"]:
        return ailing("warning", subject, N_("They are not of the versions in package-lock.json"), SET_UP)
    return well(subject, N_("%(count)s files"), count=len(manifest["files"]))


def _server(cluster: Cluster) -> Finding:
    """Whether a server is installed that can run this cluster, or make one."""
    try:
        chosen = choose_installation(list_installations(), major=cluster.major)
    except BorderopsError as error:
        return ailing("error", "postgresql", N_("%(reason)s"), SET_UP, reason=error.message)
    if not cluster.is_made:
        state = N_("%(version)s with PostGIS; the cluster is made at the first start")
        return well("postgresql", state, version=chosen.version)
    state = N_("%(version)s with PostGIS, for the cluster in %(folder)s")
    return well("postgresql", state, version=chosen.version, folder=cluster.folder.cluster)


def _stopped_cluster(cluster: Cluster) -> Finding:
    if (cluster.folder.cluster / "postmaster.pid").exists():
        state = N_("The server was killed or lost its power; it recovers when it is started")
        mend = N_("Nothing needs doing. If it happens again, look for what kills it: journalctl -k")
        return ailing("warning", "cluster", state, mend)
    return well("cluster", N_("Not running; started for this examination"))


def _exists(path: Path) -> bool:
    """Also where we may not look: what is hidden from us is not there for us."""
    try:
        return path.exists()
    except PermissionError:
        return False


def _nearest(path: Path) -> Path:
    """`path`, or the folder above it that exists."""
    return next(each for each in (path, *path.parents) if _exists(each))


def _database(addresses: Addresses, now: datetime) -> Iterator[Finding]:
    engine = create_engine(addresses.owner, poolclass=pool.NullPool, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            yield from _as_owner(connection, addresses, now)
    except OperationalError as error:
        mend = N_("Check BORDEROPS_DATABASE_URL, and that the server runs and lets this machine in.")
        yield ailing("error", "database", N_("%(reason)s"), mend, reason=_reason(error))
        return
    yield _application_role(make_engine(addresses.app))
    if addresses.app == addresses.owner:
        state = N_("The program connects as the tables' owner and only then becomes %(role)s")
        mend = N_("BORDEROPS_DATABASE_URL for %(role)s, BORDEROPS_OWNER_DATABASE_URL for the owner")
        yield ailing("warning", "roles", state, mend, role=APP_ROLE)


def _as_owner(connection: Connection, addresses: Addresses, now: datetime) -> Iterator[Finding]:
    version = connection.scalar(text("SHOW server_version"))
    yield well("database", N_("PostgreSQL %(version)s answers"), version=version)
    installed = set(connection.scalars(text("SELECT extname FROM pg_extension")))
    for extension in EXTENSIONS:
        if extension not in installed:
            mend = N_("As the superuser, in this database: CREATE EXTENSION %(name)s")
            yield ailing("error", "database", N_("It lacks the extension %(name)s"), mend, name=extension)
    if "postgis" in installed:
        yield from _leaky(connection)
    there: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    if abs(there - now) > LARGEST_CLOCK_DIFFERENCE and not addresses.private:
        mend = N_("Let both machines keep time by the network: timedatectl set-ntp true")
        yield ailing("warning", "clock", N_("The database's clock says %(there)s"), mend, there=there)
    yield _migrations(connection, addresses)


def _leaky(connection: Connection) -> Iterator[Finding]:
    """Functions that indexes are asked by, but not under row security: maps and lists would take seconds."""
    question = text("SELECT proleakproof FROM pg_proc WHERE oid = CAST(:function AS regprocedure)")
    for function in LEAKPROOF:
        if not connection.scalar(question, {"function": function}):
            state = N_("Indexes cannot be asked by %(function)s: a large register is slow")
            mend = N_("As the superuser, in this database: ALTER FUNCTION %(function)s LEAKPROOF")
            yield ailing("warning", "database", state, mend, function=function)


def _migrations(connection: Connection, addresses: Addresses) -> Finding:
    at = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory.from_config(alembic_config(addresses.owner))
    head = set(scripts.get_heads())
    values = {"at": ", ".join(sorted(at)) or "-", "head": ", ".join(sorted(head))}
    if at == head:
        return well("migrations", N_("The tables are at %(head)s"), **values)
    if at - {script.revision for script in scripts.walk_revisions()}:
        state = N_("The tables are at %(at)s, which this version of the program does not know")
        mend = N_("Use the version of the program that migrated them, or a later one.")
        return ailing("error", "migrations", state, mend, **values)
    state = N_("The tables are at %(at)s; the program needs %(head)s")
    return ailing("error", "migrations", state, N_("borderops db migrate"), **values)


def _application_role(engine: Engine) -> Finding:
    question = text(
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR has_schema_privilege('public', 'CREATE')"
        " OR has_database_privilege(current_database(), 'CREATE')"
        " OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)"
        " FROM pg_roles WHERE rolname = current_user"
    )
    try:
        with engine.connect() as connection:
            may_change = connection.scalar(question)
    except (psycopg.Error, DBAPIError) as error:
        # SQLAlchemy wraps only what happens after the step down to the role.
        mend = N_("As the superuser: CREATE ROLE %(role)s LOGIN; GRANT %(role)s TO the role that connects")
        return ailing("error", "roles", N_("%(reason)s"), mend, reason=_reason(error), role=APP_ROLE)
    finally:
        engine.dispose()
    if may_change:
        mend = N_("Take what it owns from it, and: REVOKE CREATE ON SCHEMA public FROM PUBLIC, %(role)s")
        return ailing("error", "roles", N_("%(role)s may change the schema"), mend, role=APP_ROLE)
    return well("roles", N_("%(role)s reads and writes, and cannot change the schema"), role=APP_ROLE)


def _reason(error: Exception) -> str:
    """What the server said, without SQLAlchemy's address for it."""
    return str(error.orig if isinstance(error, DBAPIError) else error).strip()
