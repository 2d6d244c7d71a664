"""What is kept of documents: the issues, and what is said and done about them."""

from documents.models.issues import Document, DocumentState

__all__ = ["Document", "DocumentState"]
