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

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, pool, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from borderops.core.cluster import Addresses, Cluster, database_addresses
from borderops.core.database import APP_ROLE, PROJECT, alembic_config, make_engine
from borderops.core.errors import BorderopsError
from borderops.core.messages import N_, Message
from borderops.core.postgresql import choose_installation, list_installations
from borderops.core.provision import EXTENSIONS
from borderops.core.server_process import postmaster_pid
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
SET_UP = Message(N_("Run scripts/demo.sh or scripts/test.sh: each sets up what is missing."))


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


def examine(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Look at everything that can be looked at, in the order in which things depend on each other."""
    yield _python(sys.version_info[:3])
    yield _clock(now)
    yield from _data_folder(settings.home)
    yield _disk(settings.home)
    yield _web_assets(VENDOR, PROJECT / "package-lock.json")
    if settings.database_url is None:
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
        mend = Message(N_("Read the end of the log: %(log)s"), {"log": Cluster(settings.home).folder.log})
        yield Finding("database", "error", error.message, mend)


def _python(version: tuple[int, ...]) -> Finding:
    state = Message(N_("Python %(version)s"), {"version": ".".join(map(str, version))})
    if version < OLDEST_PYTHON:
        return Finding(
            "python", "error", state, Message(N_("Install Python 3.11 or later and run the set-up again."))
        )
    return Finding("python", "ok", state)


def _clock(now: datetime) -> Finding:
    state = Message(N_("The clock says %(now)s"), {"now": now.isoformat(timespec="seconds")})
    if now.year < OLDEST_YEAR:
        return Finding(
            "clock", "error", state, Message(N_("Set the machine's clock: every record carries its time."))
        )
    return Finding("clock", "ok", state)


def _data_folder(home: Path) -> Iterator[Finding]:
    place = {"folder": home}
    if not home.exists():
        if os.access(_nearest(home), os.W_OK | os.X_OK):
            yield Finding(
                "data folder", "ok", Message(N_("%(folder)s will be made at the first start"), place)
            )
        else:
            yield Finding(
                "data folder",
                "error",
                Message(N_("%(folder)s does not exist and cannot be made"), place),
                Message(N_("Set BORDEROPS_HOME to a folder that you may write to.")),
            )
        return
    if not home.is_dir() or not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            "data folder",
            "error",
            Message(N_("%(folder)s cannot be written to"), place),
            Message(N_("Start the program as the folder's owner, or set BORDEROPS_HOME to another folder.")),
        )
    elif home.stat().st_mode & 0o077:
        yield Finding(
            "data folder",
            "warning",
            Message(N_("%(folder)s is open to other users of this machine"), place),
            Message(N_("chmod 700 %(folder)s"), place),
        )
    else:
        yield Finding("data folder", "ok", Message(N_("%(folder)s"), place))


def _disk(home: Path) -> Finding:
    free = shutil.disk_usage(_nearest(home)).free
    state = Message(N_("%(free)s GB free for %(folder)s"), {"free": f"{free / 2**30:.1f}", "folder": home})
    if free >= LITTLE_DISK_BYTES:
        return Finding("disk", "ok", state)
    mend = Message(N_("Make room, or move the data folder to a larger disk."))
    return Finding("disk", "error" if free < LEAST_DISK_BYTES else "warning", state, mend)


def _web_assets(vendor: Path, lock: Path) -> Finding:
    try:
        manifest: dict[str, Any] = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Finding(
            "web assets", "error", Message(N_("Styles, scripts and map parts are not there")), SET_UP
        )
    missing = [name for name in manifest["files"] if not (vendor / name).is_file()]
    if missing:
        state = Message(
            N_("%(count)s files are missing, such as %(name)s"), {"count": len(missing), "name": missing[0]}
        )
        return Finding("web assets", "error", state, SET_UP)
    if lock.exists() and hashlib.sha256(lock.read_bytes()).hexdigest() != manifest["lock"]:
        state = Message(N_("They are of another version than package-lock.json asks for"))
        return Finding("web assets", "warning", state, SET_UP)
    return Finding("web assets", "ok", Message(N_("%(count)s files"), {"count": len(manifest["files"])}))


def _server(cluster: Cluster) -> Finding:
    """Whether a server is installed that can run this cluster, or make one."""
    try:
        chosen = choose_installation(list_installations(), major=cluster.major)
    except BorderopsError as error:
        return Finding("postgresql", "error", error.message, SET_UP)
    values = {"version": chosen.version, "folder": cluster.folder.cluster}
    if not cluster.is_made:
        state = Message(
            N_("PostgreSQL %(version)s with PostGIS; the cluster is made at the first start"), values
        )
    else:
        state = Message(N_("PostgreSQL %(version)s with PostGIS, for the cluster in %(folder)s"), values)
    return Finding("postgresql", "ok", state)


def _stopped_cluster(cluster: Cluster) -> Finding:
    leftover = cluster.folder.cluster / "postmaster.pid"
    if leftover.exists() and postmaster_pid(cluster.folder.cluster) is None:
        return Finding(
            "cluster",
            "warning",
            Message(N_("The server was killed or lost its power; it recovers when it is started")),
            Message(N_("Nothing needs doing. If it comes again, look for what kills it: journalctl -k")),
        )
    return Finding("cluster", "ok", Message(N_("Not running; started for this examination")))


def _database(addresses: Addresses, now: datetime) -> Iterator[Finding]:
    engine = create_engine(addresses.owner, poolclass=pool.NullPool, connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            yield from _as_owner(connection, addresses, now)
    except OperationalError as error:
        reason = str(error.orig).strip()
        yield Finding(
            "database",
            "error",
            Message(N_("It cannot be reached: %(reason)s"), {"reason": reason}),
            Message(N_("Check BORDEROPS_DATABASE_URL and that the server runs and lets this machine in.")),
        )
        return
    yield _application_role(make_engine(addresses.app))
    if addresses.app == addresses.owner and not addresses.private:
        yield Finding(
            "roles",
            "warning",
            Message(N_("The program connects as the role that owns the tables and steps down after that")),
            Message(
                N_("Let BORDEROPS_DATABASE_URL name %(role)s and BORDEROPS_OWNER_DATABASE_URL the owner."),
                {"role": APP_ROLE},
            ),
        )


def _as_owner(connection: Connection, addresses: Addresses, now: datetime) -> Iterator[Finding]:
    version = connection.scalar(text("SHOW server_version"))
    yield Finding("database", "ok", Message(N_("PostgreSQL %(version)s answers"), {"version": version}))
    installed = set(connection.scalars(text("SELECT extname FROM pg_extension")))
    for extension in EXTENSIONS:
        if extension in installed:
            continue
        yield Finding(
            "database",
            "error",
            Message(N_("The extension %(name)s is not installed in it"), {"name": extension}),
            Message(N_("As its superuser: CREATE EXTENSION %(name)s"), {"name": extension}),
        )
    there: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    if abs(there - now) > LARGEST_CLOCK_DIFFERENCE and not addresses.private:
        yield Finding(
            "clock",
            "warning",
            Message(
                N_("The database server's clock says %(there)s"),
                {"there": there.isoformat(timespec="seconds")},
            ),
            Message(N_("Let both machines keep time by the network (timedatectl set-ntp true).")),
        )
    yield _migrations(connection, addresses)


def _migrations(connection: Connection, addresses: Addresses) -> Finding:
    at = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory.from_config(alembic_config(addresses.owner))
    head = set(scripts.get_heads())
    if at == head:
        return Finding(
            "migrations", "ok", Message(N_("The tables are at %(head)s"), {"head": ", ".join(head)})
        )
    values = {"at": ", ".join(sorted(at)) or "-", "head": ", ".join(sorted(head))}
    if at - {script.revision for script in scripts.walk_revisions()}:
        return Finding(
            "migrations",
            "error",
            Message(N_("The tables are at %(at)s, which this version of the program does not know"), values),
            Message(N_("Use the version of the program that migrated them, or a later one.")),
        )
    state = Message(N_("The tables are at %(at)s; the program needs %(head)s"), values)
    return Finding("migrations", "error", state, Message(N_("borderops db migrate")))


def _application_role(engine: Engine) -> Finding:
    try:
        with engine.connect() as connection:
            may_create = connection.scalar(
                text(
                    "SELECT has_schema_privilege('public', 'CREATE')"
                    " OR has_database_privilege(current_database(), 'CREATE')"
                    " OR rolsuper OR rolcreatedb OR rolcreaterole"
                    " OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)"
                    " FROM pg_roles WHERE rolname = current_user"
                )
            )
    except (OperationalError, ProgrammingError) as error:
        return Finding(
            "roles",
            "error",
            Message(
                N_("The program cannot act as its own role: %(reason)s"), {"reason": str(error.orig).strip()}
            ),
            Message(
                N_("As the superuser: CREATE ROLE %(role)s LOGIN, and grant it to the owner"),
                {"role": APP_ROLE},
            ),
        )
    finally:
        engine.dispose()
    if may_create:
        return Finding(
            "roles",
            "error",
            Message(N_("%(role)s may change the schema"), {"role": APP_ROLE}),
            Message(
                N_("Take from it what it owns and REVOKE CREATE ON SCHEMA public FROM PUBLIC, %(role)s"),
                {"role": APP_ROLE},
            ),
        )
    return Finding(
        "roles",
        "ok",
        Message(N_("%(role)s reads and writes, and cannot change the schema"), {"role": APP_ROLE}),
    )


def _nearest(path: Path) -> Path:
    """`path`, or the folder above it that exists."""
    return next(each for each in (path, *path.parents) if each.exists())
