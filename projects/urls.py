"""Addresses of the business."""

from django.urls import path

from projects.views import (
    costs,
    dashboard,
    estimate,
    needs,
    participants,
    projects,
    saved_simulations,
    simulation,
    steps,
)

urlpatterns = [
    path("tableau-de-bord/", dashboard.dashboard, name="dashboard"),
    path("besoins/", needs.need_list, name="need_list"),
    path("besoins/nouveau/", needs.need_create, name="need_create"),
    path("besoins/<str:ref>/", needs.need_detail, name="need_detail"),
    path("besoins/<str:ref>/modifier/", needs.need_edit, name="need_edit"),
    path("besoins/<str:ref>/etape/<slug:step>/", needs.need_step, name="need_step"),
    path("projets/", projects.project_list, name="project_list"),
    path("projets/nouveau/", projects.project_create, name="project_create"),
    path("projets/<str:ref>/", projects.project_detail, name="project_detail"),
    path("projets/<str:ref>/modifier/", projects.project_edit, name="project_edit"),
    path("projets/<str:ref>/besoins/", projects.project_needs, name="project_needs"),
    path("projets/<str:ref>/lots/", projects.project_lots, name="project_lots"),
    path("projets/<str:ref>/rejoindre/", participants.project_join, name="project_join"),
    path("projets/<str:ref>/participants/", participants.project_participants, name="project_participants"),
    path("projets/<str:ref>/couts/", costs.project_costs, name="project_costs"),
    path("projets/<str:ref>/couts/lignes/", costs.project_cost_lines, name="project_cost_lines"),
    path("projets/<str:ref>/couts/pourcentages/<int:line>/", costs.project_percents, name="project_percents"),
    path("projets/<str:ref>/couts/cle/<int:line>/", costs.project_key, name="project_key"),
    path("projets/<str:ref>/couts/conditions/<int:line>/", costs.project_terms, name="project_terms"),
    path("projets/<str:ref>/couts/subventions/", costs.project_subsidies, name="project_subsidies"),
    path("projets/<str:ref>/couts/simuler/", simulation.simulation, name="simulation"),
    path("projets/<str:ref>/couts/simuler/enregistrer/", simulation.simulation_save, name="simulation_save"),
    path("projets/<str:ref>/couts/simuler/adopter/", simulation.simulation_adopt, name="simulation_adopt"),
    path("projets/<str:ref>/couts/simulations/", saved_simulations.simulation_list, name="simulation_list"),
    path("projets/<str:ref>/couts/simulations/<int:pk>/", saved_simulations.simulation_saved, name="simulation_saved"),
    path(
        "projets/<str:ref>/couts/simulations/<int:pk>/effacer/",
        saved_simulations.simulation_delete,
        name="simulation_delete",
    ),
    path("projets/<str:ref>/couts/estimation/", estimate.estimate_switch, name="estimate_switch"),
    path("projets/<str:ref>/estimer/", estimate.project_estimate, name="project_estimate"),
    path("projets/<str:ref>/cahier-des-charges/", projects.project_specification, name="project_specification"),
    path("projets/<str:ref>/journal/", projects.project_journal, name="project_journal"),
    path("projets/<str:ref>/etape/<slug:step>/", steps.project_step, name="project_step"),
    path(
        "projets/<str:ref>/participants/<int:pk>/etape/<slug:step>/",
        steps.participation_step,
        name="participation_step",
    ),
]
