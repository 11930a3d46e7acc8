"""The PostgreSQL servers installed on this machine, and how the private cluster is configured."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from borderops.core.errors import Unavailable
from borderops.core.messages import N_

#: Where Debian and Ubuntu put the servers, one folder per major version.
DEBIAN_FOLDER = Path("/usr/lib/postgresql")

#: The oldest server the program is tried with (Ubuntu 22.04 LTS).
OLDEST_MAJOR = 14

_TOOLS = ("postgres", "initdb", "pg_ctl", "pg_config")


@dataclass(frozen=True)
class Installation:
    """One installed server: its programs' folder, its version, and whether PostGIS is there for it."""

    programs: Path
    version: str
    has_postgis: bool

    @property
    def major(self) -> int:
        """The major version: data folders of one major are of no use to another."""
        return int(re.split(r"\D", self.version, maxsplit=1)[0])


def list_installations() -> list[Installation]:
    """All servers in PATH and in Debian's folders, the newest first."""
    folders = {program.parent for program in DEBIAN_FOLDER.glob("*/bin/postgres")}
    found = shutil.which("postgres")
    if found is not None:
        folders.add(Path(found).resolve().parent)
    installations = [
        _describe(folder) for folder in folders if all((folder / tool).exists() for tool in _TOOLS)
    ]
    return sorted(installations, key=lambda each: (each.major, each.version), reverse=True)


def choose_installation(installations: Sequence[Installation], *, major: int | None) -> Installation:
    """The newest server that can be used: of `major` where a cluster of that version exists, with PostGIS.

    Raises `Unavailable` that names the missing package.
    """
    if major is not None:
        matching = [each for each in installations if each.major == major]
        if not matching:
            raise Unavailable(
                N_(
                    "The data folder's cluster was made by PostgreSQL %(major)s, which is not installed "
                    "(installed: %(installed)s). Install postgresql-%(major)s-postgis-3."
                ),
                major=major,
                installed=", ".join(str(each.major) for each in installations) or "-",
            )
    else:
        matching = [each for each in installations if each.major >= OLDEST_MAJOR]
        if not matching:
            raise Unavailable(
                N_("PostgreSQL %(oldest)s or later is not installed. Install postgresql and postgis."),
                oldest=OLDEST_MAJOR,
            )
    usable = [each for each in matching if each.has_postgis]
    if not usable:
        raise Unavailable(
            N_("PostGIS is not installed for PostgreSQL %(major)s. Install postgresql-%(major)s-postgis-3."),
            major=matching[0].major,
        )
    return usable[0]


def configuration(*, durable: bool) -> str:
    """The server's settings: one box shared with the program, no network, UTC.

    `durable=False` trades safety for speed and is for clusters that tests throw away.
    """
    memory_mb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    settings = {
        "listen_addresses": "''",
        "port": "5432",  # no TCP port: only the name of the socket
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{min(256, max(32, memory_mb // 4))}MB",
        "effective_cache_size": f"{max(64, memory_mb // 2)}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "128MB",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_line_prefix": "'%m [%p] %q%u@%d '",
        "lc_messages": "'C'",
        "wal_level": "minimal",
        "max_wal_senders": "0",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    lines = [f"{name} = {value}" for name, value in settings.items()]
    return "\n".join(
        ["# Written anew by borderops at every start. Your own settings go into local.conf.", *lines, ""]
    )


def access_rules() -> str:
    """pg_hba.conf: local connections whose operating system user the map allows; nothing else."""
    return "# Written anew by borderops at every start.\nlocal all all peer map=borderops\n"


def user_map(system_users: Iterable[str], roles: Iterable[str]) -> str:
    """pg_ident.conf: which users of the machine may be which database role."""
    pairs = [(user, role) for user in sorted(set(system_users)) for role in roles]
    lines = [f'borderops "{user}" {role}' for user, role in pairs]
    return "\n".join(["# Written anew by borderops at every start.", *lines, ""])


def locale_arguments(major: int) -> list[str]:
    """How initdb is told to sort by code point in UTF-8, the same on every machine.

    From 17 on the server's own locale does it, without the C library's versions.
    """
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    listed = subprocess.run(["/usr/bin/locale", "-a"], capture_output=True, text=True, check=False).stdout
    has_unicode = "c.utf8" in {name.lower().replace("-", "") for name in listed.split()}
    return ["--locale=C.UTF-8" if has_unicode else "--locale=C"]


def _describe(programs: Path) -> Installation:
    said = subprocess.run(  # noqa: S603
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    version = re.search(r"\d+[.\w]*", said)
    if version is None:
        raise Unavailable(N_("%(program)s does not tell its version."), program=programs / "postgres")
    return Installation(
        programs=programs, version=version.group(), has_postgis=_postgis_control(programs).exists()
    )


def _postgis_control(programs: Path) -> Path:
    # pg_config stands beside the server in Debian's packages; the folder is asked, not guessed.
    said = subprocess.run(  # noqa: S603
        [programs / "pg_config", "--sharedir"], capture_output=True, text=True, check=True
    ).stdout
    return Path(said.strip()) / "extension" / "postgis.control"
