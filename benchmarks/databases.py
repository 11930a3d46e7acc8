"""The benchmark's own databases in the private cluster; never the register's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import psycopg

from borderops.core.cluster import Cluster
from borderops.core.database import upgrade
from borderops.core.provision import drop_database, libpq_url, prepare_database
from borderops.core.settings import load_settings

#: The source that every synthetic row names.
SYNTHETIC = "synthetic"


class NotSynthetic(Exception):
    """The database holds features that the benchmark did not make."""


class Register(StrEnum):
    """What is measured: the large register, and the same features with a short and a long history."""

    LARGE = "borderops_benchmark"
    SHORT = "borderops_benchmark_short"
    LONG = "borderops_benchmark_long"


@dataclass(frozen=True)
class Databases:
    """The private cluster, seen as the place of the benchmark's databases."""

    cluster: Cluster

    def app(self, register: Register) -> str:
        """SQLAlchemy's address of a register, as the application's role."""
        return self.cluster.url("app", register)

    def owner(self, register: Register) -> str:
        """Psycopg's address of a register, as the role that owns the tables."""
        return libpq_url(self.cluster.url("owner", register))

    def plain(self, register: Register) -> str:
        """Psycopg's address of a register, as the application's role."""
        return libpq_url(self.app(register))

    def prepare(self, register: Register) -> None:
        """Have the register's database there, migrated and empty. Raises NotSynthetic."""
        superuser = self.cluster.url("superuser", "postgres")
        if self.exists(register):
            self.check(register)
            drop_database(superuser, register)
        prepare_database(superuser, register)
        upgrade(self.cluster.url("owner", register))

    def bring_up(self, register: Register) -> None:
        """Bring a register that was made by an earlier version of the program to this one's tables."""
        prepare_database(self.cluster.url("superuser", "postgres"), register)
        upgrade(self.cluster.url("owner", register))

    def check(self, register: Register) -> None:
        """Raise NotSynthetic if the database has a feature that is not marked as synthetic."""
        with psycopg.connect(self.owner(register)) as connection:
            made = connection.execute("SELECT to_regclass('feature') IS NOT NULL").fetchone()
            if made is None or not made[0]:
                return
            foreign = connection.execute(
                "SELECT code FROM feature WHERE source_id IS DISTINCT FROM %s LIMIT 1", (SYNTHETIC,)
            ).fetchone()
        if foreign is not None:
            raise NotSynthetic(f"{register} holds {foreign[0]}, which is not synthetic; it is left alone.")

    def exists(self, register: Register) -> bool:
        """Whether the register's database is there."""
        with psycopg.connect(libpq_url(self.cluster.url("superuser", "postgres"))) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", (str(register),))
            return found.fetchone() is not None

    def drop(self, register: Register) -> None:
        """Remove the register. Raises NotSynthetic."""
        if self.exists(register):
            self.check(register)
            drop_database(self.cluster.url("superuser", "postgres"), register)


@contextmanager
def running_databases() -> Iterator[Databases]:
    """The private cluster of `BORDEROPS_HOME`, running while the block lasts."""
    with Cluster(load_settings().home).running() as cluster:
        yield Databases(cluster)
