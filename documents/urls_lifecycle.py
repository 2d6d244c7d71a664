"""Addresses of the life of documents: issuing, one issue, comparing, archives. They stand before the wider ones."""

from django.urls import path

from documents.views import bundles, detail, project

urlpatterns = [
    path("projets/<str:ref>/documents/", project.project_documents, name="project_documents"),
    path("projets/<str:ref>/documents/emettre/<slug:kind>/", project.document_issue, name="document_issue"),
    path("projets/<str:ref>/documents/archives/", bundles.bundle_ask, name="bundle_ask"),
    path("documents/archives/<uuid:pk>/", bundles.bundle, name="bundle"),
    path("documents/archives/<uuid:pk>/relancer/", bundles.bundle_retry, name="bundle_retry"),
    path("documents/archives/<uuid:pk>/archive.zip", bundles.bundle_download, name="bundle_download"),
    path("documents/<str:project>/<str:name>/", detail.document_detail, name="document_detail"),
    path("documents/<str:project>/<str:name>/sans-effet/", detail.document_waive, name="document_waive"),
    path("documents/<str:project>/<str:name>/comparer/<int:other>/", detail.document_compare, name="document_compare"),
]
