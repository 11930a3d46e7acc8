"""The key of the installation that keeps secrets of accounts readable to this installation alone.

It lies in `BORDEROPS_HOME/secrets/accounts.key`, outside the database: whoever has a stolen backup of the
database has no second factor of anybody.
"""

import base64
import hmac
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from borderops.core.data_folder import DataFolder
from borderops.core.errors import Unavailable
from borderops.core.messages import N_

_KEY_BYTES = 32


@dataclass(frozen=True)
class KnownDevice:
    """A device that a person signed in with before, by its cookie."""

    account_id: UUID
    device: str


class Vault:
    """Encrypts what must be read again (the second factor's secret), and signs cookies of known devices."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derive(key, b"second factor")))
        self._signing = _derive(key, b"known device")

    def seal(self, text: str) -> bytes:
        """The text, readable with this key only."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text again. Raises Unavailable where it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise Unavailable(
                N_("The second factor was kept with another key: restore secrets/accounts.key.")
            ) from None

    def open_fresh(self, sealed: bytes, *, seconds: int) -> str | None:
        """The text again where it was sealed here within so many seconds, else None."""
        try:
            return self._fernet.decrypt(sealed, ttl=seconds).decode()
        except InvalidToken:
            return None

    def sign_device(self, account_id: UUID, device: str = "") -> str:
        """The cookie's value for a device on which this person has signed in."""
        body = f"{account_id}.{device or secrets.token_hex(16)}"
        return f"{body}.{self._signature(body)}"

    def read_device(self, value: str) -> KnownDevice | None:
        """The device that a cookie tells of; None for anything that was not signed here."""
        body, _, signature = value.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            return None
        account_id, _, device = body.partition(".")
        return KnownDevice(UUID(account_id), device)

    def _signature(self, body: str) -> str:
        return hmac.new(self._signing, body.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def open_vault(home: Path) -> Vault:
    """The installation's vault; its key is made where there is none."""
    path = home / "secrets" / "accounts.key"
    if not path.exists():
        DataFolder(home).make()
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _write_once(path, secrets.token_bytes(_KEY_BYTES))
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise Unavailable(N_("%(file)s is not the key it should be; restore it from a backup."), file=path)
    return Vault(key)


def _write_once(path: Path, key: bytes) -> None:
    """Put the key there whole; of two that try at once the first one's stays."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "wb") as file:
        file.write(key)
        if os.geteuid() == 0:
            owner = path.parent.parent.stat()
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            os.chown(path.parent, owner.st_uid, owner.st_gid)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"borderops accounts " + purpose).derive(key)
