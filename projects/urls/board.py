"""Addresses of the board « qui bloque quoi » and of the journal."""

from django.urls import path

from projects.views import board, journal

urlpatterns = [
    path("projets/<str:ref>/journal/", journal.project_journal, name="project_journal"),
    path("projets/<str:ref>/journal/fichier/<slug:form>/", journal.journal_file, name="journal_file"),
    path("projets/<str:ref>/suivi/", board.project_board, name="project_board"),
    path("projets/<str:ref>/suivi/<slug:step>/relancer/", board.project_remind, name="project_remind"),
    path("projets/<str:ref>/suivi/<slug:step>/message/", board.project_reminder_text, name="project_reminder_text"),
]
