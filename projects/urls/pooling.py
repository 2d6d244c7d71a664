"""Addresses of pooling that came after the first ones: durations of the timetable, acts, fonds de concours."""

from django.urls import path

from projects.views import acts, calculators, durations

urlpatterns = [
    path("projets/<str:ref>/calendrier/durees/", durations.project_durations, name="project_durations"),
    path("projets/<str:ref>/couts/actes/", acts.weighted_acts, name="weighted_acts"),
    path("projets/<str:ref>/couts/actes/bareme/", acts.act_scale, name="act_scale"),
    path("projets/<str:ref>/couts/fonds-de-concours/", calculators.concours, name="concours"),
]
