"""Addresses of leaving, exporting and handing over. They come before those of a project."""

from django.urls import path, re_path

from projects.views import leaving

urlpatterns = [
    re_path(r"^annuaire/(?P<ref>\d+)/tout\.(?P<form>json|ods)$", leaving.body_export, name="body_export"),
    path("annuaire/<str:ref>/quitter/", leaving.body_leave, name="body_leave"),
    path("annuaire/<str:ref>/dossier/lire/", leaving.body_file, name="body_file"),
    path("animation/coordinateurs/", leaving.coordinators, name="coordinators"),
    path("projets/<str:ref>/coordinateur/", leaving.project_coordinator, name="project_coordinator"),
]
