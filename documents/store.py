"""Where the bytes of issued documents live: files named by their own hash, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

PARTIAL = ".partial-"  # how the name of a file begins while it is written


def path_of(sha256: str) -> Path:
    """The file that holds the bytes with this SHA-256 (hex)."""
    return documents() / sha256[:2] / f"{sha256}.pdf"


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


def archive_path(sha256: str) -> Path:
    """The file of the archive with this SHA-256 (hex)."""
    return archives() / sha256[:2] / f"{sha256}.zip"


def documents() -> Path:
    """The folder of issued documents and of what came back signed."""
    return Path(settings.MEDIA_ROOT) / "documents"


def archives() -> Path:
    """The folder of archives, which can all be made again."""
    return Path(settings.MEDIA_ROOT) / "archives"


def keep_archive(fill: Callable[[BinaryIO], None]) -> tuple[str, int]:
    """Let `fill` write an archive, keep it whole under its hash; gives the hash and the size in bytes."""
    sizes: list[int] = []

    def place(name: str) -> Path:
        with open(name, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            sizes.append(os.fstat(file.fileno()).st_size)
        return archive_path(sha256)

    return _write(archives(), fill, place).stem, sizes[0]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it: beside, flushed to disk, then renamed. Raises OSError."""

    def fill(file: BinaryIO) -> None:
        file.write(content)

    _write(path.parent, fill, lambda name: path)


def _write(folder: Path, fill: Callable[[BinaryIO], None], place: Callable[[str], Path]) -> Path:
    """A file written in `folder` under a name that is nobody's, then renamed to where `place` says."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=PARTIAL)
    try:
        with os.fdopen(descriptor, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        path = place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path
