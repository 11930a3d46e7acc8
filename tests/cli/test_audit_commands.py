"""The commands that look after history: verifying the chain, signing, checking signed files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from borderops.core.provision import libpq_url
from tests.conftest import Databases
from tests.program import Finished, Program

TAMPERED = 10


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[str]:
    with databases.copy("founding") as name:
        yield name


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def run(database: str, databases: Databases, home: Path) -> Program:
    return Program(home, databases.app(database))


def data(finished: Finished, code: int = 0) -> Any:
    assert finished.returncode == code, finished.stderr
    return json.loads(finished.stdout)


def test_a_backup_is_restored_whole(
    run: Program, databases: Databases, database: str, tmp_path: Path
) -> None:
    """As the README says it: dumped as the owner, restored into an empty database, verified."""
    assert run("keys", "rotate", "--reason", "thử").returncode == 0
    before = data(run("audit", "verify", "--json"))
    dump = str(tmp_path / "borderops.dump")
    as_owner = ("db", "run", "--role", "owner", "--")
    first = {"BORDEROPS_OWNER_DATABASE_URL": databases.owner(database)}
    made = run(
        *as_owner, "pg_dump", "--format=custom", "--exclude-table=spatial_ref_sys", f"--file={dump}", **first
    )
    assert made.returncode == 0, made.stderr
    with databases.copy("template0") as empty:
        second = {
            "BORDEROPS_DATABASE_URL": databases.app(empty),
            "BORDEROPS_OWNER_DATABASE_URL": databases.owner(empty),
        }
        options = ("--schema=public", "--clean", "--if-exists", "--no-owner", f"--dbname={empty}")
        restored = run(*as_owner, "pg_restore", *options, dump, **second)
        assert restored.returncode == 0, restored.stderr
        after = data(run("audit", "verify", "--json", **second))
    assert (after["whole"], after["hash"], after["signed"]) == (True, before["hash"], before["signed"])


def test_signed_files(run: Program, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.zip"
    made = run(
        "report",
        "repair-status",
        "--province",
        "houaphanh",
        "--as-of",
        "2024-06-30",
        "--sign",
        "-o",
        str(file),
    )
    assert made.returncode == 0, made.stderr
    register = tmp_path / "register.zip"
    assert data(run("export", "register", "-o", str(register), "--json"))["bytes"] == register.stat().st_size
    key = data(run("keys", "show", "--json"))
    assert run("verify", str(file)).returncode == 0

    elsewhere = {
        "BORDEROPS_HOME": str(tmp_path / "nowhere"),
        "BORDEROPS_DATABASE_URL": "",
        "PATH": "/nowhere",
    }
    public = tmp_path / "theirs.pub.pem"
    public.write_text(key["public_key"])
    for one in (file, register):
        checked = run("verify", str(one), "--key", str(public), **elsewhere)
        assert checked.returncode == 0, checked.stderr
        assert "as it was signed" in checked.stdout
    unknown = run("verify", str(file), **elsewhere)
    assert unknown.returncode == 3
    assert key["id"] in unknown.stderr
    assert not (tmp_path / "nowhere").exists()

    altered = bytearray(file.read_bytes())
    altered[altered.index(b"severe")] ^= 1
    file.write_bytes(altered)
    found = data(run("verify", str(file), "--key", str(public), "--json", **elsewhere), TAMPERED)
    assert [one["fault"] for one in found["faults"]] == ["file_altered"]
    assert run("verify", str(tmp_path / "none.zip")).returncode == 2
    assert run("verify", str(register), "--key", str(file)).returncode == 2
    assert run("report", "repair-status", "--province", "houaphanh", "--sign").returncode == 2


def test_the_chain_of_events(run: Program, databases: Databases, database: str) -> None:
    assert run("keys", "rotate", "--reason", "thử").returncode == 0
    whole = data(run("audit", "verify", "--json"))
    assert whole["whole"]
    assert (whole["signed"], whole["unsigned"]) == (whole["events"], 0)
    report = data(run("report", "repair-status", "--province", "houaphanh", "--json"))
    head = f"{report['audit_head']['seq']}:{report['audit_head']['hash']}"
    for_people = run("audit", "verify", "--head", head)
    assert for_people.returncode == 0
    assert "The chain is whole" in for_people.stdout
    assert f"is the hash of event {report['audit_head']['seq']}" in for_people.stdout
    (event, *_others) = data(run("audit", "list", "--json", "--action", "rotate_signing_key"))
    assert (event["actor"], event["roles"], event["reason"]) == ("local-operator", ["operator"], "thử")
    assert "rotate_signing_key" in run("audit", "list").stdout
    assert run("audit", "verify", "--head", "soon").returncode == 2
    assert data(run("audit", "verify", "--head", "f" * 64, "--json"), TAMPERED)["findings"] == [
        {"harm": "not_in_chain", "seq": None, "detail": "f" * 64}
    ]

    owner = libpq_url(databases.owner(database))
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ALTER TABLE event DISABLE TRIGGER USER")
        connection.execute("UPDATE event SET actor = 'somebody' WHERE seq = 1")
    harmed = run("audit", "verify")
    assert harmed.returncode == TAMPERED
    assert "Event 1 was altered: actor." in harmed.stderr
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("DELETE FROM event")
        connection.execute("ALTER TABLE event ENABLE TRIGGER USER")
    found = data(run("audit", "verify", "--json"), TAMPERED)
    assert [(one["harm"], one["seq"]) for one in found["findings"]] == [("removed", 1)]

    former = data(run("audit", "reseal", "--reason", "thử", "--json"))["former"]
    assert json.loads(Path(former).read_text())["seq"] == whole["events"]
    again = data(run("audit", "verify", "--json"))
    assert (again["whole"], again["events"], again["signed"]) == (True, 1, 1)
