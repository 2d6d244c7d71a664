"""Addresses of documents."""

from django.urls import path

from documents import views

urlpatterns = [
    path("documents/", views.workspace, name="documents"),
    path("documents/<str:project>/<str:name>.pdf", views.download, name="document_download"),
    path("projets/<str:ref>/documents/", views.project_documents, name="project_documents"),
    path("projets/<str:ref>/documents/apercu/<slug:kind>.pdf", views.preview_pdf, name="document_preview"),
]
