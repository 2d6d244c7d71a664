"""Addresses of signed copies and of verification. They stand before those of the documents, which are wider."""

from django.urls import path

from documents.views import copies, public

urlpatterns = [
    path("verifier/", public.verify_page, name="verify"),
    path("retour/<str:secret>/", public.return_link, name="return_link"),
    path("retour/<str:secret>/document.pdf", public.return_link_file, name="return_link_file"),
    path("documents/copies/<int:pk>/", copies.copy_download, name="copy_download"),
    path("documents/copies/<int:pk>/verifiee/", copies.copy_accept, name="copy_accept"),
    path("documents/copies/<int:pk>/ecarter/", copies.copy_set_aside, name="copy_set_aside"),
    path("documents/liens/<int:pk>/revoquer/", copies.link_revoke, name="link_revoke"),
    path("documents/<str:project>/<str:name>/copies/", copies.copies, name="copies"),
    path("documents/<str:project>/<str:name>/copies/<int:body>/", copies.body_copies, name="body_copies"),
    path("documents/<str:project>/<str:name>/copies/<int:body>/lien/", copies.link_open, name="link_open"),
]
