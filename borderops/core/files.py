"""Files that belong to records, kept in the data folder under the SHA-256 of their content.

A file is written whole and flushed to disk before its name exists, so a row that names it never points at
half a photo. The same content is kept once. Nothing is ever overwritten.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from borderops.core.errors import Unavailable
from borderops.core.messages import N_
from borderops.core.private_files import flush_folder


class FileStore:
    """Content-addressed files below `folder`; made with access for the program's own user only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes) -> str:
        """Store the content and return its SHA-256 as hexadecimal digits."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        flush_folder(path.parent)
        return digest

    def read(self, digest: str) -> bytes:
        """The content with this SHA-256. Raises Unavailable where the data folder has lost or changed it."""
        path = self.path(digest)
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != digest:
            raise Unavailable(N_("A file in the data folder is missing or damaged; restore it."))
        return content

    def path(self, digest: str) -> Path:
        """Where the content with this SHA-256 lies, or would lie."""
        return self.folder / digest[:2] / digest
