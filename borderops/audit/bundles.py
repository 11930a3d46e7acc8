"""Signed bundles: files that leave the installation and can be checked years later with a public key alone.

A bundle is a ZIP file without compression: the files, `manifest.json` that lists them with their SHA-256, and
`manifest.sig`, the Ed25519 signature of the manifest. Every byte of it follows from its contents, so that
whatever is changed is noticed, be it in the container only. docs/audit.md describes it for other programs.
"""

import base64
import binascii
import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from borderops.audit.canonical import canonical
from borderops.audit.rules import Head, write_moment
from borderops.core.errors import NotFound
from borderops.core.messages import N_
from borderops.core.signing import SigningKeys, is_signed

#: Says what is signed, so that a signature of one thing is never one of another.
PURPOSE = b"borderops bundle 1\n"

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"

MEDIA_TYPE = "application/zip"

#: ZIP knows no time before, and the time of packing is in the manifest.
_NO_TIME = (1980, 1, 1, 0, 0, 0)

#: What reading a damaged ZIP file may end in.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class Fault(StrEnum):
    """What may be wrong with a bundle."""

    NOT_A_BUNDLE = "not_a_bundle"
    MANIFEST_ALTERED = "manifest_altered"
    FILE_ALTERED = "file_altered"
    FILE_MISSING = "file_missing"
    FILE_ADDED = "file_added"
    REPACKED = "repacked"


#: What is said of each.
FAULT_TEXTS: Mapping[Fault, str] = {
    Fault.NOT_A_BUNDLE: N_("This is no signed file of borderops, or it is damaged beyond reading."),
    Fault.MANIFEST_ALTERED: N_("The list of contents was altered: the signature is not its own."),
    Fault.FILE_ALTERED: N_("%(name)s was altered."),
    Fault.FILE_MISSING: N_("%(name)s is missing."),
    Fault.FILE_ADDED: N_("%(name)s was added; it is not signed."),
    Fault.REPACKED: N_(
        "The container was changed. The files that are named without a fault are as they were signed."
    ),
}


@dataclass(frozen=True)
class BundleFault:
    """One thing that is wrong, and with which file."""

    fault: Fault
    name: str = ""


@dataclass(frozen=True)
class BundleCheck:
    """What checking found. `manifest` is what the signer said; None where that cannot be relied on."""

    faults: tuple[BundleFault, ...]
    manifest: Mapping[str, Any] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the bundle is as it was signed."""
        return not self.faults

    def values(self) -> dict[str, Any]:
        """For programs."""
        return {
            "whole": self.is_whole,
            "faults": [asdict(one) for one in self.faults],
            "manifest": self.manifest,
        }


class UnknownKey(NotFound):
    """A bundle is signed with a key that the reader does not have."""

    code = "unknown-key"


def sign_bundle(
    files: Mapping[str, bytes],
    *,
    what: Mapping[str, Any],
    made_by: str,
    now: datetime,
    head: Head | None,
    keys: SigningKeys,
) -> bytes:
    """The files as a signed bundle. `what` says what they are (JSON values); names are plain ASCII.

    Raises Unavailable where the signing key cannot be read.
    """
    manifest = canonical(
        {
            "format": 1,
            "what": what,
            "made_by": made_by,
            "made_at": write_moment(now),
            "audit_head": head.values() if head else None,
            "files": [_entry(name, content) for name, content in sorted(files.items())],
        }
    ).encode()
    key, signature = keys.sign(PURPOSE + manifest)
    return _pack({**dict(sorted(files.items())), MANIFEST: manifest, SIGNATURE: _as_text(key, signature)})


def check_bundle(content: bytes, *, keys: Mapping[str, Ed25519PublicKey]) -> BundleCheck:
    """Whether the bundle is as its signer made it. `keys` are the public keys that are trusted, by id.

    Raises UnknownKey where it is signed with none of them.
    """
    held, damaged = _unpack(content)
    manifest = held.get(MANIFEST)
    signed = _from_text(held.get(SIGNATURE, b""))
    if manifest is None or signed is None:
        return BundleCheck((BundleFault(Fault.NOT_A_BUNDLE),))
    key_id, signature = signed
    if key_id not in keys:
        raise UnknownKey(
            N_("It is signed with the key %(key)s, which is not known here. Give its file with --key."),
            key=key_id,
        )
    if not is_signed(keys[key_id], signature=signature, content=PURPOSE + manifest):
        return BundleCheck((BundleFault(Fault.MANIFEST_ALTERED),))
    told: dict[str, Any] = json.loads(manifest)
    faults = _file_faults(held, told["files"], damaged)
    if not faults and _pack(held) != content:
        faults = [BundleFault(Fault.REPACKED)]
    return BundleCheck(tuple(faults), told)


def _file_faults(
    held: Mapping[str, bytes], listed: Sequence[Mapping[str, Any]], damaged: Sequence[str]
) -> list[BundleFault]:
    faults = []
    for entry in listed:
        name = entry["name"]
        if name in damaged:
            faults.append(BundleFault(Fault.FILE_ALTERED, name))
        elif name not in held:
            faults.append(BundleFault(Fault.FILE_MISSING, name))
        elif _entry(name, held[name]) != entry:
            faults.append(BundleFault(Fault.FILE_ALTERED, name))
    known = {entry["name"] for entry in listed} | {MANIFEST, SIGNATURE}
    return faults + [BundleFault(Fault.FILE_ADDED, name) for name in (*held, *damaged) if name not in known]


def _entry(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _as_text(key: str, signature: bytes) -> bytes:
    return f"{key} {base64.b64encode(signature).decode()}\n".encode()


def _from_text(content: bytes) -> tuple[str, bytes] | None:
    try:
        key, signature = content.decode("ascii").split()
        return key, base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        return None


def _pack(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def _unpack(content: bytes) -> tuple[dict[str, bytes], list[str]]:
    """What a container holds, and the names of those files in it that cannot be read."""
    held: dict[str, bytes] = {}
    damaged: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                name = entry.filename
                if name in held or entry.file_size > len(content):
                    damaged.append(name)
                    continue
                try:
                    held[name] = archive.read(entry)
                except _DAMAGE:
                    damaged.append(name)
    except _DAMAGE:
        return {}, []
    return held, damaged
