"""Addresses of the board « qui bloque quoi »."""

from django.urls import path

from projects.views import board

urlpatterns = [
    path("projets/<str:ref>/suivi/", board.project_board, name="project_board"),
    path("projets/<str:ref>/suivi/<slug:step>/relancer/", board.project_remind, name="project_remind"),
    path("projets/<str:ref>/suivi/<slug:step>/message/", board.project_reminder_text, name="project_reminder_text"),
]
