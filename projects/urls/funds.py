"""Addresses of the calls for funds."""

from django.urls import path

from projects.views import funds, funds_calls

ROOT = "projets/<str:ref>/couts/appels/"

urlpatterns = [
    path(ROOT, funds_calls.funds_calls, name="funds_calls"),
    path(f"{ROOT}plan/", funds.funds_plan, name="funds_plan"),
    path(f"{ROOT}<int:number>/", funds.funds_call, name="funds_call"),
    path(f"{ROOT}<int:number>/emettre/", funds.funds_issue, name="funds_issue"),
    path(f"{ROOT}<int:number>/recu/<int:pk>/", funds.funds_receipt, name="funds_receipt"),
]
