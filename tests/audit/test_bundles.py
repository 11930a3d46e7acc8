"""Signed bundles: whatever is changed in one is noticed and named, with the public key alone."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from borderops.audit.bundles import (
    MANIFEST,
    SIGNATURE,
    BundleFault,
    Fault,
    UnknownKey,
    check_bundle,
    sign_bundle,
)
from borderops.audit.rules import Head
from borderops.core.signing import SigningKeys, key_id

NOW = datetime(2026, 5, 1, 3, tzinfo=UTC)
FILES = {
    "a.csv": b"number;state\r\n405(1);poor\r\n",
    "b.json": '{"mốc": "397(2)"}'.encode(),
    "empty.txt": b"",
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    return SigningKeys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def trusted(keys: SigningKeys) -> dict[str, Ed25519PublicKey]:
    return {key_id(keys.public()): keys.public()}


@pytest.fixture(scope="module")
def bundle(keys: SigningKeys) -> bytes:
    head = Head(12, "ab" * 32, NOW)
    return sign_bundle(FILES, what={"kind": "try"}, made_by="hoa", now=NOW, head=head, keys=keys)


def repacked(bundle: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The same container with files replaced, added, or (None) left out."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in {**files, **changes}.items():
            if content is not None:
                archive.writestr(name, content)
    return written.getvalue()


def faults(bundle: bytes, trusted: dict[str, Ed25519PublicKey]) -> tuple[BundleFault, ...]:
    return check_bundle(bundle, keys=trusted).faults


def test_a_bundle_is_as_it_was_signed(bundle: bytes, trusted: dict[str, Ed25519PublicKey]) -> None:
    found = check_bundle(bundle, keys=trusted)
    assert found.is_whole
    assert found.manifest is not None
    assert [one["name"] for one in found.manifest["files"]] == sorted(FILES)
    assert found.manifest["audit_head"] == {"seq": 12, "hash": "ab" * 32, "at": "2026-05-01T03:00:00.000000Z"}
    assert found.manifest["made_by"] == "hoa"


def test_any_program_can_unpack_it(bundle: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in FILES} == FILES


def test_the_same_contents_make_the_same_bytes(bundle: bytes, keys: SigningKeys) -> None:
    head = Head(12, "ab" * 32, NOW)
    again = sign_bundle(FILES, what={"kind": "try"}, made_by="hoa", now=NOW, head=head, keys=keys)
    assert again == bundle


def test_every_single_byte_counts(bundle: bytes, trusted: dict[str, Ed25519PublicKey]) -> None:
    for place in range(len(bundle)):
        for flip in (0x01, 0x80):
            altered = bytearray(bundle)
            altered[place] ^= flip
            try:
                found = check_bundle(bytes(altered), keys=trusted)
            except UnknownKey:
                continue
            assert not found.is_whole, place


def test_every_length_but_its_own_is_wrong(bundle: bytes, trusted: dict[str, Ed25519PublicKey]) -> None:
    for length in range(len(bundle)):
        assert faults(bundle[:length], trusted)
    assert faults(bundle + b"\0", trusted)
    assert faults(b"\0" + bundle, trusted)


def test_what_is_wrong_is_named(bundle: bytes, trusted: dict[str, Ed25519PublicKey]) -> None:
    def told(**changes: bytes | None) -> tuple[BundleFault, ...]:
        names = {name.replace("_", "."): content for name, content in changes.items()}
        return faults(repacked(bundle, names), trusted)

    assert told(a_csv=b"other") == (BundleFault(Fault.FILE_ALTERED, "a.csv"),)
    assert told(a_csv=None) == (BundleFault(Fault.FILE_MISSING, "a.csv"),)
    assert told(c_csv=b"") == (BundleFault(Fault.FILE_ADDED, "c.csv"),)
    assert told(a_csv=None, b_json=b"", c_csv=b"") == (
        BundleFault(Fault.FILE_MISSING, "a.csv"),
        BundleFault(Fault.FILE_ALTERED, "b.json"),
        BundleFault(Fault.FILE_ADDED, "c.csv"),
    )
    assert told() == (BundleFault(Fault.REPACKED),)
    assert told(manifest_json=b"{}") == (BundleFault(Fault.MANIFEST_ALTERED),)
    for gone in (MANIFEST, SIGNATURE):
        assert faults(repacked(bundle, {gone: None}), trusted) == (BundleFault(Fault.NOT_A_BUNDLE),)
    assert faults(b"hello", trusted) == (BundleFault(Fault.NOT_A_BUNDLE),)


def test_a_forger_needs_the_key(bundle: bytes, trusted: dict[str, Ed25519PublicKey], tmp_path: Path) -> None:
    forger = SigningKeys(tmp_path)
    forged = sign_bundle(FILES, what={}, made_by="hoa", now=NOW, head=None, keys=forger)
    with pytest.raises(UnknownKey):
        check_bundle(forged, keys=trusted)
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        own = archive.read(SIGNATURE).split()[0]
    with zipfile.ZipFile(io.BytesIO(forged)) as archive:
        signature = archive.read(SIGNATURE).split()[1]
    posing = repacked(forged, {SIGNATURE: own + b" " + signature + b"\n"})
    assert faults(posing, trusted) == (BundleFault(Fault.MANIFEST_ALTERED),)
