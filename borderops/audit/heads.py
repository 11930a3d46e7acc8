"""The signed head of the chain, kept outside the database: who cuts the chain's end off leaves it behind.

It is written after each commit, so the database may be ahead of it (the program was killed in between) and
never behind. It never goes back: a database that was set back to an earlier state no longer fits its head.
"""

import base64
import binascii
import hashlib
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from borderops.audit.canonical import canonical
from borderops.audit.rules import Head
from borderops.core.errors import BorderopsError
from borderops.core.messages import N_
from borderops.core.private_files import alone, write_whole
from borderops.core.signing import SigningKeys, is_signed

log = logging.getLogger("borderops")

#: Says what is signed, so that a signature of one thing is never one of another.
PURPOSE = b"borderops head 1\n"


#: Tells the hash of an event by its number; None where there is no such event.
HashOf = Callable[[int], str | None]


class DamagedHead(BorderopsError):
    """The signed head is not what the installation wrote, or not one of this chain."""

    code = "damaged-head"


@dataclass(frozen=True)
class SignedHead:
    """A head with the signature of the installation's key."""

    head: Head
    key: str
    signature: bytes

    def written(self) -> bytes:
        """As the file says it."""
        told = {
            **self.head.values(),
            "key": self.key,
            "signature": base64.b64encode(self.signature).decode(),
        }
        return f"{json.dumps(told, indent=1)}\n".encode()


def signed_content(head: Head) -> bytes:
    """What the signature of a head is over."""
    return PURPOSE + canonical(head.values()).encode()


class HeadFile:
    """`audit/head.json` in the data folder, signed by the installation's keys.

    A head is replaced by a later one of the same chain and by nothing else: one that was damaged, taken away
    or left behind by another chain stays a finding of every verification until somebody says why (`reseal`).
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "audit" / "head.json"
        self.keys = SigningKeys(home / "keys")
        self._newest: Head | None = None
        self._noting = threading.Lock()
        self._writing = threading.Lock()

    def keep(self, head: Head, *, hash_of: HashOf) -> None:
        """Keep a head that is committed. What was committed stays so where the disk refuses: it is logged.

        `hash_of` tells the hash of an earlier event of the head's chain. Of several writers that come at once
        the newest writes for all.
        """
        with self._noting:
            if self._newest is None or head.seq > self._newest.seq:
                self._newest = head
        with self._writing:
            with self._noting:
                newest, self._newest = self._newest, None
            if newest is None:
                return
            try:
                self._write(newest, hash_of)
            except (OSError, BorderopsError, SQLAlchemyError) as error:
                log.error("the head of the chain of events cannot be kept in %s: %s", self.path, error)

    @property
    def was_kept(self) -> bool:
        """Whether a head was ever kept here."""
        return self._lock.exists() and self._lock.stat().st_size > 0

    def put_aside(self) -> Path | None:
        """Take the head away, whatever it is, for another to be kept; returns where it lies now."""
        with alone(self._lock):
            if not self.path.exists():
                self._lock.write_bytes(b"")
                return None
            content = self.path.read_bytes()
            aside = self.path.with_name(f"head.{hashlib.sha256(content).hexdigest()[:16]}.json")
            self.path.replace(aside)
            self._lock.write_bytes(b"")
            return aside

    def read(self) -> SignedHead | None:
        """The head as the file says it, its signature checked; None where there is no file.

        Raises DamagedHead where the file was not written by this installation as it stands.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return None
        held = _parse(content)
        key = self.keys.known().get(held.key) if held else None
        if held is None or key is None:
            raise DamagedHead(N_("The signed head %(file)s was changed or damaged."), file=self.path)
        if not is_signed(key, signature=held.signature, content=signed_content(held.head)):
            raise DamagedHead(N_("The signed head %(file)s was changed or damaged."), file=self.path)
        return held

    @property
    def _lock(self) -> Path:
        return self.path.with_suffix(".lock")

    def _write(self, head: Head, hash_of: HashOf) -> None:
        with alone(self._lock):
            held = self.read()
            if held is None and self.was_kept:
                raise DamagedHead(N_("The signed head %(file)s was taken away."), file=self.path)
            if held is not None and held.head.seq >= head.seq:
                return
            if held is not None and hash_of(held.head.seq) != held.head.hash:
                raise DamagedHead(
                    N_("The chain does not contain event %(seq)s as it was signed."), seq=held.head.seq
                )
            key, signature = self.keys.sign(signed_content(head))
            write_whole(self.path, SignedHead(head, key, signature).written(), at_once=False)
            if held is None:
                self._lock.write_bytes(b"A head was kept.\n")


def _parse(content: bytes) -> SignedHead | None:
    try:
        told: Any = json.loads(content)
        at = datetime.fromisoformat(str(told["at"]))
        signature = base64.b64decode(told["signature"], validate=True)
        return SignedHead(Head(int(told["seq"]), str(told["hash"]), at), str(told["key"]), signature)
    except (ValueError, KeyError, TypeError, binascii.Error):
        return None
