"""Addresses of the list of domains. They come before those of a need: « domaines » is no reference."""

from django.urls import path

from projects.views import taxonomy

urlpatterns = [
    path("besoins/domaines/", taxonomy.domain_list, name="domain_list"),
    path("besoins/domaines/nouveau/", taxonomy.domain_edit, name="domain_create"),
    path("besoins/domaines/<slug:code>/", taxonomy.domain_edit, name="domain_edit"),
]
