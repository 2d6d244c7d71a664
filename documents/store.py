"""Where the bytes of issued documents live: files named by their own hash, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def path_of(sha256: str) -> Path:
    """The file that holds the bytes with this SHA-256 (hex)."""
    return Path(settings.MEDIA_ROOT) / "documents" / sha256[:2] / f"{sha256}.pdf"


def keep(content: bytes) -> str:
    """Write `content` durably under its hash and return the hash; a file already there is left alone."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256)
    if not path.exists():
        write_whole(path, content)
    return sha256


def read(sha256: str) -> bytes | None:
    """The bytes with this hash, or None when the file is missing or no longer has that hash."""
    try:
        content = path_of(sha256).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it: beside, flushed to disk, then renamed. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
