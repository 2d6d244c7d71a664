"""Addresses of a small site that only shows the look: every name the frame links to, and three pages of samples."""

from django.urls import include, path

from procurement.people import urls as people
from procurement.urls import accounts
from tests.procurement.gallery import views

urlpatterns = [
    path("", views.page("home.html"), name="home"),
    path("tableau-de-bord/", views.gallery, name="dashboard"),
    path("besoins/", views.form, name="need_list"),
    path("projets/", views.project, name="project_list"),
    path("documents/", views.page("409.html"), name="documents"),
    path("annuaire/", views.page("429.html"), name="body_list"),
    path("accessibilite/", views.page("pages/accessibility.html"), name="accessibility"),
    path("mentions-legales/", views.page("pages/legal_notice.html"), name="legal_notice"),
    path("verifier/", views.gallery, name="verify"),
    path("projets/flux.atom", views.gallery, name="project_feed"),
    path("agir-pour/", views.gallery, name="switch_body"),
    path("", include(people.urlpatterns)),
    path("comptes/", include(accounts)),
]
