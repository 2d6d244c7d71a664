"""What is kept of documents: the issues, and what is said and done about them."""

from documents.models.copies import CopyKind, ReturnLink, SignedCopy
from documents.models.issues import Document, DocumentState
from documents.models.wordings import Wording

__all__ = ["CopyKind", "Document", "DocumentState", "ReturnLink", "SignedCopy", "Wording"]
