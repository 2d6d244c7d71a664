"""Addresses of the orders of a running contract."""

from django.urls import path

from projects.views import orders

urlpatterns = [
    path("projets/<str:ref>/commandes/", orders.orders, name="orders"),
    path("projets/<str:ref>/commandes/nouvelle/", orders.order_create, name="order_create"),
    path("projets/<str:ref>/commandes/<int:pk>/annuler/", orders.order_cancel, name="order_cancel"),
    path("projets/<str:ref>/commandes/duree/", orders.contract_term, name="contract_term"),
    path("projets/<str:ref>/commandes/reconduction/<int:number>/", orders.renewal, name="renewal"),
]
