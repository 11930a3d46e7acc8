"""The installation's Ed25519 keys: what it signs with, and the public keys that it ever signed with.

In the folder lie `signing.pem` (the private key, PKCS 8, for the program's user alone) and for every key that
was ever in use `<id>.pub.pem`. A key's id is the beginning of the SHA-256 of its 32 bytes. The first key is
made when something is to be signed for the first time.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from borderops.core.errors import InvalidInput, Unavailable
from borderops.core.messages import N_
from borderops.core.private_files import READABLE, alone, write_whole

#: Digits of a key's id: 64 bits, enough to tell an installation's keys apart; trust rests on the whole key.
KEY_ID_DIGITS = 16


class NotAKey(InvalidInput):
    """A file does not hold an Ed25519 public key."""

    code = "not-a-key"


def key_id(key: Ed25519PublicKey) -> str:
    """The key's short name."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:KEY_ID_DIGITS]


def public_pem(key: Ed25519PublicKey) -> str:
    """The public key as people pass it on."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def read_public_key(text: bytes) -> Ed25519PublicKey:
    """The public key in a PEM file. Raises NotAKey."""
    try:
        key = serialization.load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise NotAKey(N_("This is no Ed25519 public key; give the .pub.pem file of the installation."))
    return key


def is_signed(key: Ed25519PublicKey, *, signature: bytes, content: bytes) -> bool:
    """Whether the key's owner signed this content."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


class SigningKeys:
    """The keys in `folder`. Nothing is read or made before it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sign(self, content: bytes) -> tuple[str, bytes]:
        """The id of the key in use and its signature of the content; makes the first key.

        Raises Unavailable where the key cannot be read or made.
        """
        private = self._private()
        return key_id(private.public_key()), private.sign(content)

    def public(self) -> Ed25519PublicKey:
        """The public part of the key in use; makes the first key. Raises Unavailable as `sign`."""
        return self._private().public_key()

    def known(self) -> Mapping[str, Ed25519PublicKey]:
        """Every public key that was ever in use here, by id; makes none."""
        held = sorted(self.folder.glob("*.pub.pem")) if self.folder.is_dir() else []
        keys = [read_public_key(path.read_bytes()) for path in held]
        return {key_id(key): key for key in keys}

    def public_path(self, key: str) -> Path:
        """Where the public key with this id lies."""
        return self.folder / f"{key}.pub.pem"

    def rotate(self) -> tuple[str, str]:
        """Sign with a new key from now on; the old private key is gone, its public key stays.

        Returns the ids of the old key and the new one.
        """
        old = key_id(self.public())
        with alone(self._lock):
            return old, self._make()

    @property
    def _path(self) -> Path:
        return self.folder / "signing.pem"

    @property
    def _lock(self) -> Path:
        return self.folder / "signing.lock"

    def _private(self) -> Ed25519PrivateKey:
        try:
            if not self._path.exists():
                with alone(self._lock):
                    if not self._path.exists():
                        self._make()
            key = serialization.load_pem_private_key(self._path.read_bytes(), password=None)
        except (OSError, ValueError, UnsupportedAlgorithm) as error:
            raise Unavailable(
                N_("The signing key %(file)s cannot be read or made: %(reason)s"),
                file=self._path,
                reason=error,
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise Unavailable(
                N_("The signing key %(file)s cannot be read or made: %(reason)s"),
                file=self._path,
                reason="not Ed25519",
            )
        return key

    def _make(self) -> str:
        made = Ed25519PrivateKey.generate()
        name = key_id(made.public_key())
        # The public key first: whatever is signed can be checked, also after a power cut between the two.
        write_whole(self.public_path(name), public_pem(made.public_key()).encode(), mode=READABLE)
        write_whole(
            self._path,
            made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
        return name
