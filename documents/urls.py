"""Addresses of documents."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from documents import urls_clauses, urls_copies, urls_lifecycle
from documents.views import issues


class FormConverter(StringConverter):
    """The endings that a document may be downloaded with."""

    regex = "pdf|odt|ods|xlsx"


register_converter(FormConverter, "form")

urlpatterns = [
    *urls_clauses.urlpatterns,
    *urls_copies.urlpatterns,
    *urls_lifecycle.urlpatterns,
    path("documents/", issues.workspace, name="documents"),
    path("documents/<str:project>/<str:name>.<form:form>", issues.download, name="document_download"),
    path("projets/<str:ref>/documents/apercu/<slug:kind>.<form:form>", issues.draft, name="document_preview"),
]
