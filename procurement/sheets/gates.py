"""Gates before any parsing: a file that would unpack into a flood, or that is not what it says, stops here."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from xml.parsers import expat

from procurement.sheets.faults import MAX_BYTES, MAX_RATIO, MAX_UNPACKED, Unreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the box of old .xls files, and of encrypted .xlsx ones
OTHERS = (b"%PDF", b"{\\rtf", b"\x1f\x8b", b"\x89PNG")
MAX_DIRECTORY = 2**18  # bytes: a spreadsheet has a few dozen parts, not thousands
_END = struct.Struct("<4s4H2LH")  # the end record of a zip directory
CHUNK = 2**14
# What a damaged archive makes zipfile raise.
BROKEN = (
    LookupError,  # a part that is not there, an encoding that nobody knows
    ValueError,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
)


def kind_of(data: bytes) -> str:
    """`zip` or `text`, by the content and never by the name. Raises Unreadable for what is neither."""
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise Unreadable("Ce fichier est vide.")
    if len(data) > MAX_BYTES:
        raise Unreadable(f"Ce fichier dépasse {MAX_BYTES // 2**20} Mio : importez-le en plusieurs fois.")
    if data.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.")
        raise Unreadable("Ce fichier est un ancien .xls, quel que soit son nom : enregistrez-le en .xlsx ou en .ods.")
    if data.startswith(b"PK"):
        return "zip"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("Ce fichier est en UTF-16 : enregistrez-le en CSV UTF-8.")
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" or data.startswith(
        (b"%PDF", b"{\\rtf", b"\x1f\x8b", b"\x89PNG")
    ):
        raise Unreadable("Ce fichier n'est pas un tableur : enregistrez-le en CSV, en .xlsx ou en .ods.")
    if b"\x00" in data:
        hint = " (il semble en UTF-16 : enregistrez-le en CSV UTF-8)" if data[:200].count(b"\x00") > 20 else ""
        raise Unreadable(f"Ce fichier contient des caractères nuls{hint}.")
    return "text"


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive, once its directory says that it unpacks into something reasonable. Raises Unreadable."""
    start = data.rfind(b"PK\x05\x06")
    if start < 0 or len(data) < start + _END.size:
        raise Unreadable("Ce classeur est abîmé : enregistrez-le à nouveau.")
    if _END.unpack_from(data, start)[5] > MAX_DIRECTORY:
        raise Unreadable("Ce fichier contient beaucoup trop de parties pour un tableur.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except BROKEN:
        raise Unreadable("Ce classeur est abîmé : enregistrez-le à nouveau.") from None
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MAX_UNPACKED:
        raise Unreadable(f"Décompressé, ce fichier dépasserait {MAX_UNPACKED // 2**20} Mio : il est refusé.")
    if unpacked > MAX_RATIO * len(data):
        raise Unreadable(f"Ce fichier se décompresse plus de {MAX_RATIO} fois : il est refusé.")
    if any(part.flag_bits & 1 for part in archive.infolist()):
        raise Unreadable("Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.")
    return archive


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of a part, never more than the directory said. Raises Unreadable."""
    try:
        return archive.read(name)
    except BROKEN:
        raise Unreadable("Ce classeur est abîmé : enregistrez-le à nouveau.") from None


def refuse_entities(archive: zipfile.ZipFile) -> None:
    """Refuse any part that declares a document type: entities that multiply, or that fetch a file (XML bomb, XXE).

    Only the beginning of each part is read: a document type stands before the first element.
    """
    for info in archive.infolist():
        if info.filename.lower().endswith((".xml", ".rels", ".vml")):
            try:
                with archive.open(info) as stream:
                    _prolog(stream.read(CHUNK))
            except BROKEN:
                raise Unreadable("Ce classeur est abîmé : enregistrez-le à nouveau.") from None


class _Begun(Exception):
    """The first element is there: nothing more can be declared."""


def _prolog(text: bytes) -> None:
    parser = expat.ParserCreate()

    def doctype(*_: object) -> None:
        raise Unreadable("Ce fichier déclare des entités XML : il est refusé.")

    def begun(*_: object) -> None:
        raise _Begun

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = begun
    try:
        parser.Parse(text, False)
    except _Begun:
        return
    except (expat.ExpatError, ValueError, LookupError):
        raise Unreadable("Ce classeur est abîmé : enregistrez-le à nouveau.") from None
    if len(text) == CHUNK:
        raise Unreadable("Ce fichier n'est pas un tableur.")
