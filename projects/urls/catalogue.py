"""Addresses of the catalogue, the spreadsheets, the library and the links between needs.

They come before those of a need: « tableur » and « echeances » are no reference.
"""

from django.urls import path

from projects.views import catalogue, library, links, sheets, windows

urlpatterns = [
    path("besoins/echeances/", windows.contract_windows, name="contract_windows"),
    path("besoins/tableur/", sheets.needs_sheet, name="needs_sheet"),
    path("besoins/tableur/<slug:form>/", sheets.needs_file, name="needs_file"),
    path("besoins/<str:ref>/exigences/", library.need_library, name="need_library"),
    path("besoins/<str:ref>/exigences/tableur/", sheets.requirements_sheet, name="requirements_sheet"),
    path("besoins/<str:ref>/exigences/tableur/<slug:form>/", sheets.requirements_file, name="requirements_file"),
    path("besoins/<str:ref>/moi-aussi/", links.need_me_too, name="need_me_too"),
    path("besoins/<str:ref>/traiter-avec/", links.need_merge, name="need_merge"),
    path("besoins/<str:ref>/liens/<int:pk>/accepter/", links.need_link_agree, name="need_link_agree"),
    path("besoins/<str:ref>/liens/<int:pk>/separer/", links.need_link_end, name="need_link_end"),
    path("tableurs/<uuid:token>/", sheets.upload, name="sheet_upload"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/nouveau/", catalogue.solution_create, name="solution_create"),
    path("catalogue/tableur/", sheets.solutions_sheet, name="solutions_sheet"),
    path("catalogue/tableur/<slug:form>/", sheets.solutions_file, name="solutions_file"),
    path("catalogue/<str:ref>/", catalogue.solution_detail, name="solution_detail"),
    path("catalogue/<str:ref>/modifier/", catalogue.solution_edit, name="solution_edit"),
    path("catalogue/<str:ref>/usage/", catalogue.solution_usage, name="solution_usage"),
    path("catalogue/<str:ref>/usage/fin/", catalogue.solution_usage_end, name="solution_usage_end"),
    path("projets/<str:ref>/cpv/", windows.project_cpv, name="project_cpv"),
]
