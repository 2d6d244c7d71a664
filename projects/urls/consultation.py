"""Addresses of the consultation, of the end of a project, of decisions taken by two persons."""

from django.urls import path

from projects.views import closing, consultation, decisions

ROOT = "projets/<str:ref>/consultation/"

urlpatterns = [
    path(ROOT, consultation.project_consultation, name="project_consultation"),
    path(f"{ROOT}preparer/", consultation.consultation_prepare, name="consultation_prepare"),
    path(f"{ROOT}etape/<slug:kind>/", consultation.consultation_milestone, name="consultation_milestone"),
    path(f"{ROOT}titulaire/<int:place>/", consultation.consultation_contract, name="consultation_contract"),
    path(f"{ROOT}marches/<int:number>/<slug:kind>/", consultation.consultation_milestone, name="contract_milestone"),
    path(f"{ROOT}solde/<int:pk>/", closing.consultation_settlement, name="consultation_settlement"),
    path(f"{ROOT}pilote/", closing.consultation_pilot, name="consultation_pilot"),
    path(f"{ROOT}pilote/<int:pk>/", closing.consultation_pilot, name="consultation_pilot"),
    path(f"{ROOT}version-1/", closing.consultation_release, name="consultation_release"),
    path(f"{ROOT}maintenance/", closing.consultation_maintenance, name="consultation_maintenance"),
    path(f"{ROOT}adhesion/", closing.consultation_accession, name="consultation_accession"),
    path("projets/<str:ref>/decision/<slug:step>/", decisions.project_decision, name="project_decision"),
    path("projets/<str:ref>/regles/", decisions.project_rules, name="project_rules"),
]
