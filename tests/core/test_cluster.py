import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from borderops.core.cluster import Cluster, database_addresses
from borderops.core.data_folder import LONGEST_SOCKET_PATH
from borderops.core.errors import Unavailable
from borderops.core.messages import Message
from borderops.core.provision import drop_database, prepare_database
from borderops.core.server_process import postmaster_pid
from borderops.core.settings import Settings

#: Start a program on a folder, perhaps as another user.
StartProgram = Callable[..., subprocess.Popen[str]]


def quick(home: Path) -> Cluster:
    return Cluster(home, durable=False)


def pid_of(cluster: Cluster) -> int:
    pid = postmaster_pid(cluster.folder.cluster)
    assert pid is not None
    return pid


def leave(program: subprocess.Popen[str]) -> None:
    assert program.communicate()[1] == ""
    assert program.returncode == 0


def test_made_started_and_stopped_with_the_program(new_home: Path) -> None:
    said: list[Message] = []
    cluster = quick(new_home)
    assert not cluster.is_made
    with cluster.running(said.append):
        assert cluster.is_running
        engine = create_engine(cluster.url())
        with engine.connect() as connection:
            assert connection.execute(text("SELECT current_user || current_database()")).scalar() == (
                "borderops_appborderops"
            )
        engine.dispose()
    assert cluster.is_made
    assert not cluster.is_running
    assert [message.text.split()[0] for message in said] == ["Making", "Starting", "Stopping"]


def test_closed_to_the_network_and_to_other_users(home: Path) -> None:
    with quick(home).running() as cluster:
        with psycopg.connect(cluster.psql_url()) as connection:
            listens = connection.execute("SHOW listen_addresses").fetchone()
        assert listens == ("",)
        assert all(
            folder.stat().st_mode & 0o077 == 0
            for folder in (home, home / "logs", home / "cluster", cluster.folder.sockets)
        )
        rules = (home / "cluster" / "pg_hba.conf").read_text().splitlines()
        assert [rule for rule in rules if not rule.startswith("#")] == ["local all all peer map=borderops"]


def test_the_application_role_cannot_change_the_schema(home: Path) -> None:
    with quick(home).running() as cluster:
        with psycopg.connect(cluster.psql_url("owner")) as owner:
            owner.execute("CREATE TABLE seen (at geometry(Point, 4326))")
        for attempt in (
            "CREATE TABLE mine ()",
            "DROP TABLE seen",
            "ALTER TABLE seen ADD COLUMN more text",
            "CREATE SCHEMA mine",
            "CREATE DATABASE mine",
            "CREATE ROLE mine",
            "CREATE TEMPORARY TABLE mine ()",
        ):
            with (
                psycopg.connect(cluster.psql_url("app"), autocommit=True) as app,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                app.execute(attempt)


def test_more_databases_in_the_same_cluster(home: Path) -> None:
    with quick(home).running() as cluster:
        superuser = cluster.url("superuser", "postgres")
        prepare_database(superuser, "first")
        prepare_database(superuser, "first")
        prepare_database(superuser, "copy", template="first")
        with psycopg.connect(cluster.psql_url("owner", "copy")) as owner:
            owner.execute("CREATE TABLE here (at geometry(Point, 4326), during daterange)")
        drop_database(superuser, "copy")
        with pytest.raises(psycopg.OperationalError, match='"copy" does not exist'):
            psycopg.connect(cluster.psql_url("owner", "copy"))


def test_durable_unless_it_is_thrown_away(home: Path) -> None:
    for durable, expected in ((False, "off"), (True, "on")):
        with Cluster(home, durable=durable).running() as cluster, psycopg.connect(cluster.psql_url()) as app:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                assert app.execute(f"SHOW {name}").fetchone() == (expected,)


def test_two_programs_share_one_server(home: Path, start_program: StartProgram) -> None:
    cluster = quick(home)
    first = start_program(home)
    pid = pid_of(cluster)
    second = start_program(home)
    assert pid_of(cluster) == pid
    leave(first)
    assert pid_of(cluster) == pid
    leave(second)
    assert not cluster.is_running


def test_two_programs_start_at_once(new_home: Path, start_program: StartProgram) -> None:
    with quick(new_home).running() as here:
        programs = [start_program(new_home) for _ in range(3)]
        pid = pid_of(here)
    for program in programs:
        assert pid_of(here) == pid
        leave(program)
    assert not here.is_running


def test_a_killed_program_leaves_a_server_that_the_next_one_joins(
    home: Path, start_program: StartProgram
) -> None:
    cluster = quick(home)
    program = start_program(home)
    pid = pid_of(cluster)
    program.kill()
    program.wait()
    assert pid_of(cluster) == pid
    with cluster.running():
        assert pid_of(cluster) == pid
    assert not cluster.is_running


def test_a_killed_server_recovers_at_the_next_start(home: Path) -> None:
    cluster = Cluster(home)
    with cluster.running():
        with psycopg.connect(cluster.psql_url("owner")) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 397 AS number")
        os.kill(pid_of(cluster), signal.SIGKILL)
    with cluster.running(), psycopg.connect(cluster.psql_url("owner")) as owner:
        assert owner.execute("SELECT number FROM kept").fetchone() == (397,)


def test_a_new_program_restarts_the_server_that_was_killed_under_another(
    home: Path, start_program: StartProgram
) -> None:
    cluster = quick(home)
    first = start_program(home)
    killed = pid_of(cluster)
    os.kill(killed, signal.SIGKILL)
    second = start_program(home)
    assert pid_of(cluster) != killed
    leave(second)
    assert cluster.is_running
    leave(first)
    assert not cluster.is_running


def test_a_server_killed_under_a_program_is_started_again(home: Path) -> None:
    started = threading.Semaphore(0)

    def hear(message: Message) -> None:
        if message.text.startswith("Starting"):
            started.release()

    with quick(home).running(hear) as cluster:
        assert started.acquire(timeout=60)
        killed = pid_of(cluster)
        os.kill(killed, signal.SIGKILL)
        assert started.acquire(timeout=60)
        with quick(home).running() as again:  # waits until the start is over
            assert pid_of(again) != killed
            psycopg.connect(again.psql_url()).close()
    assert not cluster.is_running


def test_a_pid_that_is_another_program_by_now(home: Path) -> None:
    with quick(home).running() as cluster:
        left_behind = (home / "cluster" / "postmaster.pid").read_text().splitlines()
    left_behind[0] = str(os.getpid())
    (home / "cluster" / "postmaster.pid").write_text("\n".join(left_behind))
    assert not cluster.is_running
    with cluster.running():
        assert cluster.is_running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_program_told_to_end_stops_the_server(
    home: Path, start_program: StartProgram, number: signal.Signals
) -> None:
    program = start_program(home)
    # As a terminal does it: to the program's whole group, of which the server must not be part.
    os.killpg(program.pid, number)
    program.communicate()
    assert program.returncode in {-signal.SIGINT, 128 + number}
    assert not quick(home).is_running
    assert "database system is shut down" in (home / "logs" / "postgresql.log").read_text()


@pytest.mark.parametrize("name", ["x" * LONGEST_SOCKET_PATH, 'Biên giới, "$(id)" `id`'])
def test_any_folder_name_will_do(new_home: Path, name: str) -> None:
    with quick(new_home / name).running() as cluster:
        assert cluster.folder.sockets.parent == Path("/tmp")
        with psycopg.connect(cluster.psql_url()) as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
        sockets = cluster.folder.sockets
    sockets.rmdir()


def test_a_socket_folder_that_is_somebody_elses_is_refused(new_home: Path) -> None:
    cluster = quick(new_home / ("x" * LONGEST_SOCKET_PATH))
    elsewhere = new_home / "elsewhere"
    elsewhere.mkdir(parents=True)
    cluster.folder.sockets.symlink_to(elsewhere)
    try:
        with pytest.raises(Unavailable, match="only the database's user may enter"), cluster.running():
            pass
        assert list(elsewhere.iterdir()) == []
    finally:
        cluster.folder.sockets.unlink()


def test_a_folder_that_other_users_cannot_reach(new_home: Path) -> None:
    # As root the server is an ordinary user, who may not walk through this; it must run all the same.
    closed = new_home / "closed"
    closed.mkdir(parents=True, mode=0o700)
    with quick(closed / "home").running() as cluster, psycopg.connect(cluster.psql_url()) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_as_an_ordinary_user(new_home: Path, ordinary_user: str, start_program: StartProgram) -> None:
    program = start_program(new_home, ordinary_user)
    assert (new_home / "cluster").owner() == ordinary_user
    assert Path(f"/proc/{pid_of(quick(new_home))}").owner() == ordinary_user
    leave(program)
    assert not quick(new_home).is_running


def test_root_and_the_folders_owner_take_turns(
    new_home: Path, ordinary_user: str, start_program: StartProgram
) -> None:
    # Where the tests do not run as root, all of this is one user's.
    with quick(new_home).running():
        assert (new_home / "cluster.users").owner() == ordinary_user
    if os.geteuid() == 0:
        shutil.rmtree(new_home / "cluster")
        shutil.rmtree(new_home / "run")
    leave(start_program(new_home, ordinary_user))
    with quick(new_home).running() as cluster:
        assert Path(f"/proc/{pid_of(cluster)}").owner() == ordinary_user
    leave(start_program(new_home, ordinary_user))
    assert not cluster.is_running


def test_an_interrupted_making_is_begun_again(new_home: Path) -> None:
    unfinished = new_home / "cluster.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("15\n")
    with quick(new_home).running() as cluster:
        assert cluster.is_running
    assert not unfinished.exists()


def test_a_cluster_of_a_version_that_is_not_installed(new_home: Path) -> None:
    (new_home / "cluster").mkdir(parents=True, mode=0o700)
    (new_home / "cluster" / "PG_VERSION").write_text("9.6\n")
    if os.geteuid() == 0:
        os.chown(new_home / "cluster", 65534, 65534)
    with (
        pytest.raises(Unavailable, match="PostgreSQL 9, which is not installed"),
        quick(new_home).running(),
    ):
        pass


def test_a_folder_that_holds_something_else(new_home: Path) -> None:
    (new_home / "cluster").mkdir(parents=True, mode=0o700)
    (new_home / "cluster" / "letters.txt").write_text("mine")
    if os.geteuid() == 0:
        os.chown(new_home / "cluster", 65534, 65534)
    with pytest.raises(Unavailable, match="not a cluster; move it away"), quick(new_home).running():
        pass
    assert (new_home / "cluster" / "letters.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made(new_home: Path) -> None:
    new_home.parent.joinpath("file").touch()
    impossible = quick(new_home.parent / "file" / "home")
    with (
        pytest.raises(Unavailable, match="Set BORDEROPS_HOME"),
        impossible.running(),
    ):
        pass


def test_what_went_wrong_is_told_from_the_log(home: Path) -> None:
    own_settings = home / "cluster" / "local.conf"
    own_settings.write_text("shared_buffers = nonsense\n")
    try:
        with pytest.raises(Unavailable, match="nonsense"), quick(home).running():
            pass
    finally:
        own_settings.unlink()
    assert not quick(home).is_running


def test_psql_takes_the_address(home: Path) -> None:
    with quick(home).running() as cluster:
        said = subprocess.run(
            ["psql", "--no-psqlrc", "-At", cluster.psql_url(), "-c", "SELECT current_user"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    assert said == "borderops_app\n"


def test_with_an_address_nothing_is_started(new_home: Path) -> None:
    settings = Settings(home=new_home, database_url="postgresql://app@/register")
    with database_addresses(settings) as addresses:
        assert addresses.app == addresses.owner == "postgresql+psycopg://app@/register"
        assert not addresses.private
    assert not new_home.exists()


def test_without_an_address_the_private_cluster_is_there(home: Path) -> None:
    with database_addresses(Settings(home=home)) as addresses:
        assert addresses.private
        assert quick(home).is_running
    assert not quick(home).is_running
