"""The signed head of the chain, kept outside the database: who cuts the chain's end off leaves it behind.

It is written after each commit, so the database may be ahead of it (the program was killed in between) and
never behind. It never goes back: a database that was set back to an earlier state no longer fits its head.
"""

import base64
import binascii
import json
import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from borderops.audit.canonical import canonical
from borderops.audit.rules import Head
from borderops.core.errors import BorderopsError, Unavailable
from borderops.core.messages import N_
from borderops.core.private_files import alone, write_whole
from borderops.core.signing import SigningKeys, is_signed

log = logging.getLogger("borderops")

#: Says what is signed, so that a signature of one thing is never one of another.
PURPOSE = b"borderops head 1\n"


class DamagedHead(BorderopsError):
    """The file of the signed head is not what the installation wrote."""

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
    """`audit/head.json` in the data folder, signed by the installation's keys."""

    def __init__(self, home: Path) -> None:
        self.path = home / "audit" / "head.json"
        self.keys = SigningKeys(home / "keys")
        self._newest: Head | None = None
        self._noting = threading.Lock()
        self._writing = threading.Lock()

    def __call__(self, head: Head) -> None:
        """Keep a head that is committed. What was committed stays so where the disk refuses: it is logged.

        Of several writers that come at once the newest writes for all.
        """
        with self._noting:
            if self._newest is None or head.seq > self._newest.seq:
                self._newest = head
        with self._writing:
            newest, self._newest = self._newest, None
            if newest is None:
                return
            try:
                self._write(newest)
            except (OSError, Unavailable) as error:
                log.error("the head of the chain of events cannot be kept in %s: %s", self.path, error)

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

    def _write(self, head: Head) -> None:
        with alone(self.path.with_suffix(".lock")):
            try:
                held = self.read()
            except DamagedHead as error:
                # Evidence: it is put aside, not written over.
                self.path.replace(self.path.with_name(f"head.damaged-before-{head.seq}.json"))
                log.error("%s It is put aside.", error)
                held = None
            if held is not None and held.head.seq >= head.seq:
                return
            key, signature = self.keys.sign(signed_content(head))
            write_whole(self.path, SignedHead(head, key, signature).written())


def _parse(content: bytes) -> SignedHead | None:
    try:
        told: Any = json.loads(content)
        at = datetime.fromisoformat(str(told["at"]))
        signature = base64.b64decode(told["signature"], validate=True)
        return SignedHead(Head(int(told["seq"]), str(told["hash"]), at), str(told["key"]), signature)
    except (ValueError, KeyError, TypeError, binascii.Error):
        return None
