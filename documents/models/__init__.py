"""What is kept of documents: the issues, and what is said and done about them."""

from documents.models.agreed import AgreedDraft, UndoneAgreement
from documents.models.bundles import Bundle, BundleKind, BundleStatus
from documents.models.copies import CopyKind, ReturnLink, SignedCopy
from documents.models.downloads import Download
from documents.models.issues import Document, DocumentState
from documents.models.waivers import OutOfDate, Waiver
from documents.models.wordings import Wording

__all__ = [
    "AgreedDraft",
    "Bundle",
    "BundleKind",
    "BundleStatus",
    "CopyKind",
    "Document",
    "DocumentState",
    "Download",
    "OutOfDate",
    "ReturnLink",
    "SignedCopy",
    "UndoneAgreement",
    "Waiver",
    "Wording",
]
