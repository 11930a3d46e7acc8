import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import typer
from typer.testing import CliRunner

from borderops.core import clock
from borderops.core.cli import db_app, doctor
from borderops.core.cluster import Cluster
from borderops.core.data_folder import DataFolder
from borderops.core.database import upgrade
from borderops.core.doctor import Finding, Level, examine, examine_database
from borderops.core.errors import Unavailable
from borderops.core.postgresql import Installation, choose_installation
from borderops.core.provision import OWNER_ROLE, drop_database, prepare_database
from borderops.core.settings import Settings

app = typer.Typer()
app.command()(doctor)
app.add_typer(db_app, name="db")


def levels(findings: Iterable[Finding]) -> dict[str, Level]:
    """The worst that was said of each subject."""
    worst: dict[str, Level] = {}
    for finding in findings:
        if worst.get(finding.subject) != "error":
            worst[finding.subject] = finding.level
    return worst


def said_of(subject: str, findings: Iterable[Finding]) -> str:
    return " ".join(f"{each.state} {each.mend}" for each in findings if each.subject == subject)


def test_before_the_first_start_nothing_is_made(new_home: Path) -> None:
    findings = list(examine(Settings(home=new_home), now=clock.now()))
    assert {finding.level for finding in findings if finding.subject != "web assets"} <= {"ok", "warning"}
    assert "made at the first start" in said_of("data folder", findings)
    assert "made at the first start" in said_of("postgresql", findings)
    assert not new_home.exists()


def test_a_healthy_installation(home: Path) -> None:
    with Cluster(home, durable=False).running() as cluster:
        prepare_database(cluster.url("superuser", "postgres"), "borderops")
        upgrade(cluster.url("owner"))
    findings = list(examine(Settings(home=home), now=clock.now()))
    assert levels(findings)["migrations"] == levels(findings)["roles"] == levels(findings)["database"] == "ok"
    assert not cluster.is_running


def test_tables_that_are_behind_or_ahead(home: Path) -> None:
    settings = Settings(home=home)
    with Cluster(home, durable=False).running() as cluster:
        superuser = cluster.url("superuser", "postgres")
        drop_database(superuser, "borderops")
        prepare_database(superuser, "borderops")
        behind = list(examine_database(settings, now=clock.now()))
        assert levels(behind)["migrations"] == "error"
        assert "borderops db migrate" in said_of("migrations", behind)
        upgrade(cluster.url("owner"))
        assert levels(examine_database(settings, now=clock.now()))["migrations"] == "ok"
        with psycopg.connect(cluster.psql_url("owner")) as owner:
            owner.execute("UPDATE alembic_version SET version_num = 'later'")
        ahead = list(examine_database(settings, now=clock.now()))
        assert "does not know" in said_of("migrations", ahead)
        drop_database(superuser, "borderops")


def test_a_server_of_ones_own_with_one_role_for_all(home: Path) -> None:
    with Cluster(home, durable=False).running() as cluster:
        superuser = cluster.url("superuser", "postgres")
        prepare_database(superuser, "own")
        settings = Settings(home=home, database_url=cluster.url("superuser", "own"))
        findings = list(examine_database(settings, now=clock.now() + timedelta(minutes=10)))
        drop_database(superuser, "own")
    assert levels(findings)["roles"] == "warning"
    assert "BORDEROPS_OWNER_DATABASE_URL" in said_of("roles", findings)
    assert levels(findings)["clock"] == "warning"


def test_an_owner_that_may_not_step_down(home: Path) -> None:
    with Cluster(home, durable=False).running() as cluster:
        settings = Settings(home=home, database_url=cluster.url("owner", "postgres"))
        findings = list(examine_database(settings, now=clock.now()))
    assert levels(findings)["roles"] == "error"
    assert "CREATE ROLE borderops_app" in said_of("roles", findings)
    assert "CREATE EXTENSION postgis" in said_of("database", findings)


def test_a_server_whose_indexes_cannot_be_asked(home: Path) -> None:
    with Cluster(home, durable=False).running() as cluster:
        superuser = cluster.url("superuser", "postgres")
        prepare_database(superuser, "unmarked")
        with psycopg.connect(cluster.psql_url("superuser", "unmarked")) as connection:
            connection.execute("ALTER FUNCTION geometry_overlaps(geometry, geometry) NOT LEAKPROOF")
        settings = Settings(home=home, database_url=cluster.url("superuser", "unmarked"))
        findings = list(examine_database(settings, now=clock.now()))
        drop_database(superuser, "unmarked")
    assert "ALTER FUNCTION geometry_overlaps(geometry, geometry) LEAKPROOF" in said_of("database", findings)


def test_an_application_role_that_may_do_too_much(home: Path) -> None:
    with Cluster(home, durable=False).running() as cluster:
        superuser = cluster.url("superuser", "postgres")
        prepare_database(superuser, "loose")
        with psycopg.connect(cluster.psql_url("superuser", "loose")) as connection:
            connection.execute("GRANT CREATE ON SCHEMA public TO borderops_app")
        settings = Settings(
            home=home,
            database_url=cluster.url("app", "loose"),
            owner_database_url=cluster.url("owner", "loose"),
        )
        findings = list(examine_database(settings, now=clock.now()))
        drop_database(superuser, "loose")
    assert levels(findings)["roles"] == "error"
    assert "may change the schema" in said_of("roles", findings)


def test_a_server_that_does_not_answer(new_home: Path) -> None:
    settings = Settings(home=new_home, database_url=f"postgresql://app@/register?host={new_home}")
    findings = list(examine(settings, now=clock.now()))
    assert levels(findings)["database"] == "error"
    assert "BORDEROPS_DATABASE_URL" in said_of("database", findings)


def test_a_clock_that_was_never_set(new_home: Path) -> None:
    findings = list(examine(Settings(home=new_home), now=datetime(1970, 1, 1, tzinfo=UTC)))
    assert levels(findings)["clock"] == "error"


def test_a_folder_open_to_others(new_home: Path) -> None:
    new_home.mkdir(mode=0o755)
    findings = list(examine(Settings(home=new_home), now=clock.now()))
    assert f"chmod 700 {new_home}" in said_of("data folder", findings)


def test_a_folder_that_is_a_file(new_home: Path) -> None:
    new_home.touch()
    assert levels(examine(Settings(home=new_home), now=clock.now()))["data folder"] == "error"


def test_a_cluster_whose_server_is_not_installed(new_home: Path) -> None:
    cluster = DataFolder(new_home).cluster
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("9.6\n")
    findings = list(examine(Settings(home=new_home), now=clock.now()))
    assert levels(findings)["postgresql"] == "error"
    assert "database" not in levels(findings)


def test_a_server_that_was_killed(home: Path) -> None:
    (home / "cluster" / "postmaster.pid").write_text("1\n")
    findings = list(examine(Settings(home=home), now=clock.now()))
    assert levels(findings)["cluster"] == "warning"
    assert "journalctl" in said_of("cluster", findings)


def test_the_newest_server_that_can_be_used_is_chosen() -> None:
    def installed(version: str, *, postgis: bool = True) -> Installation:
        return Installation(programs=Path("/") / version, version=version, has_postgis=postgis)

    servers = [installed("17.2", postgis=False), installed("16.9"), installed("15.18"), installed("9.6.24")]
    assert choose_installation(servers, major=None).version == "16.9"
    assert choose_installation(servers, major=15).version == "15.18"
    assert choose_installation([installed("17rc1")], major=None).major == 17
    for unusable, message in (
        ([], "PostgreSQL 14 or later is not installed"),
        ([installed("9.6.24")], "PostgreSQL 14 or later is not installed"),
        ([installed("17.2", postgis=False)], "postgresql-17-postgis-3"),
    ):
        with pytest.raises(Unavailable, match=message):
            choose_installation(unusable, major=None)


def test_the_command_tells_people_and_programs(new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDEROPS_HOME", str(new_home))
    new_home.touch()
    told = CliRunner().invoke(app, ["doctor"])
    assert told.exit_code == 1
    assert "→ Start the program as the folder's owner" in told.stdout
    findings = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    assert {"subject", "level", "state", "mend"} == set(findings[0])
    monkeypatch.setenv("BORDEROPS_PORT", "many")
    told = CliRunner().invoke(app, ["doctor"])
    assert told.exit_code == 1
    assert "BORDEROPS_PORT cannot be used" in told.stdout


def test_the_address_of_a_private_database(new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDEROPS_HOME", str(new_home))
    told = CliRunner().invoke(app, ["db", "url", "--role", "owner"])
    assert told.exit_code == 0
    assert told.stdout.startswith(f"postgresql://{OWNER_ROLE}@/borderops?host=")
    assert "borderops db run" in told.stderr
    assert not new_home.exists()


def test_the_address_of_a_server_of_ones_own(new_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDEROPS_DATABASE_URL", "postgresql://app:pass@db/register")
    told = CliRunner().invoke(app, ["db", "url"])
    assert told.stdout == "postgresql://app:pass@db/register\n"


def test_migrating_checking_and_running_a_command(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BORDEROPS_HOME", str(home))
    assert CliRunner().invoke(app, ["db", "migrate"]).exit_code == 0
    assert CliRunner().invoke(app, ["db", "check"]).exit_code == 0
    seen = home.parent / "seen"
    script = f'psql -At -c "SELECT current_user" > {seen}; exit 7'
    assert CliRunner().invoke(app, ["db", "run", "--", "sh", "-c", script]).exit_code == 7
    assert seen.read_text() == "borderops_app\n"
