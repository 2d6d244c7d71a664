"""Addresses that programs read."""

from django.urls import path

from projects.views import feeds

urlpatterns = [
    path("projets/flux.atom", feeds.project_feed, name="project_feed"),
    path("agenda/<str:secret>.ics", feeds.agenda, name="agenda"),
    path("comptes/agenda/", feeds.agenda_key, name="agenda_key"),
]
