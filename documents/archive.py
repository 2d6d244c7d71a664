"""What goes into an archive: names that any system can hold, a summary, and what a signature tool asks for."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from django.conf import settings
from django.urls import reverse

from documents.models import Document
from procurement.sheets.writing import write
from projects.models import Participation

HEADER = ("Fichier", "Référence", "Document", "Organisme", "SIREN", "Version", "Émis le", "Code", "SHA-256")
LONGEST_NAME = 60  # characters of a body's name in a file name
ACT, CONTRACT = "1 Délibérations", "4 Contrats, conventions et avenants"
SUBJECT = "1.1 Commande publique / Marchés publics"
LONGEST_OBJECT = 500  # characters, as @CTES has it
OWN_ACTS = ("deliberation", "decision")


def ascii_name(text: str) -> str:
    """`Saint-Maurice-l'Exil` → `saint-maurice-l-exil`; never empty, never a path."""
    plain = unicodedata.normalize(
        "NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    )
    kept = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")
    return kept[:LONGEST_NAME].strip("-") or "sans-nom"


def file_name(document: Document) -> str:
    """`deliberation/grandval-213801517-DELIB-v1.pdf`: one folder a kind when each body has its own."""
    name = document.reference.partition("/")[2]
    if document.body is None:
        return f"{ascii_name(document.title)}-{name}.pdf"
    prefix, _, version = name.partition(f"-{document.body.siren}")
    own = f"{ascii_name(document.body.name)}-{document.body.siren}-{prefix}{version}.pdf"
    return f"{ascii_name(document.title)}/{own}"


def summary(files: Sequence[tuple[str, Document]]) -> bytes:
    """The list of the archive, as a CSV whose cells run nothing."""
    rows = [
        (
            name,
            document.reference,
            document.title,
            document.body.name if document.body else "",
            (document.body.siren or "") if document.body else "",
            str(document.number),
            document.issued_on,
            document.code,
            document.pdf_sha256,
        )
        for name, document in files
    ]
    return write("csv", "Sommaire", HEADER, rows)


def metadata(name: str, document: Document, size: int, participation: Participation) -> dict[str, Any]:
    """What a signature or transmission tool asks for: known when the planner knows it, else left blank for the body.

    The nature and the subject of the act are those of the @CTES classification, proposed and not decided here.
    """
    body, project = participation.body, participation.project
    own_act = document.kind in OWN_ACTS
    act = participation if own_act and participation.act_version == _number_of(document) else None
    return {
        "fichier": name,
        "reference": document.reference,
        "intitule": document.title,
        "nature_document": document.kind,
        "version": document.number,
        "version_convention": _number_of(document),
        "emis_le": document.issued_on.isoformat(),
        "code_verification": document.code,
        "verification": settings.BASE_URL + reverse("verify"),
        "sha256": document.pdf_sha256,
        "octets": size,
        "projet": {"reference": project.reference, "intitule": project.title},
        "organisme": {"nom": body.name, "siren": body.siren or "", "siret": body.siret},
        "signataire": {"nom": "", "qualite": "", "date": "", "mode": ""},
        "transmission": {
            "nature": ACT if own_act else CONTRACT,
            "matiere_proposee": SUBJECT,
            "objet": (project.object or project.title)[:LONGEST_OBJECT],
            "numero": act.act_number if act else "",
            "date_acte": act.act_date.isoformat() if act and act.act_date else "",
            "transmis_le": "",
            "accuse_reception": "",
        },
    }


def _number_of(document: Document) -> int | None:
    return document.version.number if document.version else None


def notice(documents: Sequence[Document], body: str) -> str:
    """What to do with a package, in plain text."""
    lines = [
        f"Paquet à signer et à transmettre : {body}",
        "",
        "Chaque PDF est accompagné d'un fichier .json du même nom : référence, version, empreinte SHA-256, code de",
        "vérification, champs de transmission. Les champs vides sont à remplir par l'organisme dans ses propres outils",
        "(parapheur, tiers de télétransmission) : Cordée ne signe pas et ne transmet pas à votre place.",
        "La nature et la matière de l'acte sont des propositions : votre service juridique les vérifie.",
        "Signez le PDF tel quel, par ajout : un PDF réimprimé ou converti n'est plus le document émis.",
        "",
        *(f"- {document.reference} : {document.title}, sha256 {document.pdf_sha256}" for document in documents),
    ]
    return "\r\n".join(lines) + "\r\n"


def pack(parts: Iterable[tuple[str, bytes]], day: dt.date, file: BinaryIO) -> None:
    """Write a ZIP of these files into `file`; the same files give the same bytes. PDFs are compressed already."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts:
            info = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".pdf") else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def as_json(value: dict[str, Any]) -> bytes:
    """Readable JSON, UTF-8."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
