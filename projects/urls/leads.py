"""Addresses of the amendments to a signed project that change who leads it, or how long it lasts."""

from django.urls import path

from projects.views import leads

ROOT = "projets/<str:ref>/coordonnateur/"

urlpatterns = [
    path(ROOT, leads.project_lead, name="project_lead"),
    path(f"{ROOT}repondre/", leads.project_lead_answer, name="project_lead_answer"),
    path(f"{ROOT}retirer/", leads.project_lead_give_up, name="project_lead_give_up"),
    path(f"{ROOT}avenant/", leads.project_lead_record, name="project_lead_record"),
    path("projets/<str:ref>/consultation/prolongation/", leads.consultation_extension, name="consultation_extension"),
]
