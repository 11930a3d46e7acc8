"""The signed head outside the database, and the keys that sign it."""

import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from borderops.audit.heads import HeadFile, signed_content
from borderops.audit.rules import Head
from borderops.core.signing import SigningKeys, is_signed, key_id, public_pem, read_public_key

AT = datetime(2026, 5, 1, 3, 0, 0, 5, UTC)


def head(seq: int) -> Head:
    return Head(seq, f"{seq:064x}", AT)


def keep(heads: HeadFile, seq: int) -> None:
    heads.keep(head(seq), hash_of=lambda earlier: f"{earlier:064x}")


def held(heads: HeadFile) -> Head:
    found = heads.read()
    assert found is not None
    return found.head


def test_a_head_is_read_as_it_was_kept(tmp_path: Path) -> None:
    heads = HeadFile(tmp_path)
    assert heads.read() is None
    keep(heads, 7)
    assert held(heads) == head(7)
    assert stat.S_IMODE(heads.path.stat().st_mode) == 0o600


def test_it_never_goes_back(tmp_path: Path) -> None:
    keep(HeadFile(tmp_path), 7)
    keep(HeadFile(tmp_path), 6)
    assert held(HeadFile(tmp_path)) == head(7)


def test_many_writers_leave_the_newest(tmp_path: Path) -> None:
    """Some share a program, some do not."""
    programs = [HeadFile(tmp_path) for _each in range(3)]
    start = threading.Barrier(6)

    def write(number: int) -> None:
        start.wait(30)
        for seq in range(number, 120, 6):
            keep(programs[number % 3], seq + 1)

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(write, number) for number in range(6)]:
            done.result(60)
    assert held(programs[0]) == head(120)
    assert sorted(path.name for path in (tmp_path / "audit").iterdir()) == ["head.json", "head.lock"]


@pytest.mark.parametrize("harm", ["changed", "damaged", "taken away", "of another chain"])
def test_a_head_is_replaced_by_one_of_its_own_chain_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    """What happened to it stays to be found, whatever is committed later, until somebody says why."""
    heads = HeadFile(tmp_path)
    keep(heads, 7)
    if harm == "changed":
        heads.path.write_text(heads.path.read_text().replace('"seq": 7', '"seq": 6'))
    if harm == "damaged":
        heads.path.write_bytes(b"")
    if harm == "taken away":
        heads.path.unlink()
    before = heads.path.read_bytes() if heads.path.exists() else None
    heads.keep(head(8), hash_of=lambda _seq: "f" * 64 if harm == "of another chain" else f"{7:064x}")
    assert "cannot be kept" in caplog.text
    assert (heads.path.read_bytes() if heads.path.exists() else None) == before
    assert heads.was_kept

    aside = heads.put_aside()
    assert (aside.read_bytes() if aside else None) == before
    keep(heads, 8)
    assert held(heads) == head(8)


def test_keys_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path / "keys")
    assert keys.known() == {}
    assert not keys.folder.exists()
    with ThreadPoolExecutor(4) as pool:
        made = {key_id(one) for one in pool.map(lambda _n: SigningKeys(keys.folder).public(), range(8))}
    (name,) = made
    assert set(keys.known()) == {name}
    assert stat.S_IMODE(keys.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((keys.folder / "signing.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.public_path(name).stat().st_mode) == 0o644
    assert read_public_key(keys.public_path(name).read_bytes()) == keys.public()


def test_what_was_signed_before_a_rotation_is_still_checked(tmp_path: Path) -> None:
    heads = HeadFile(tmp_path)
    keep(heads, 7)
    old, new = heads.keys.rotate()
    assert old != new
    assert held(heads) == head(7)
    keep(heads, 8)
    found = heads.read()
    assert found is not None
    assert found.key == new
    assert set(heads.keys.known()) == {old, new}
    key = heads.keys.known()[new]
    assert is_signed(key, signature=found.signature, content=signed_content(head(8)))
    assert not is_signed(key, signature=found.signature, content=signed_content(head(9)))
    assert read_public_key(public_pem(key).encode()) == key


def test_files_belong_to_whom_the_folder_belongs_to(tmp_path: Path) -> None:
    if os.geteuid() == 0:  # root works in another user's folder, who goes on working there
        os.chown(tmp_path, 12345, 12345)
    keep(HeadFile(tmp_path), 1)
    owners = {path.stat().st_uid for path in tmp_path.rglob("*")}
    assert owners == {tmp_path.stat().st_uid}
