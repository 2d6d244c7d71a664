"""Addresses of joining, leaving and rights."""

from django.urls import path

from procurement.people import views_body, views_joining, views_self, views_steward

urlpatterns = [
    path("rejoindre/", views_joining.join_search, name="join_search"),
    path("rejoindre/envoye/", views_joining.join_sent, name="join_sent"),
    path("rejoindre/suivi/", views_joining.join_status, name="join_status"),
    path("rejoindre/suivi/<int:pk>/retirer/", views_joining.join_withdraw, name="join_withdraw"),
    path("rejoindre/confirmer/<str:token>/", views_joining.join_confirm, name="join_confirm"),
    path("rejoindre/<str:ref>/", views_joining.join_body, name="join_body"),
    path("invitation/<str:token>/", views_joining.invitation, name="invitation"),
    path("adhesions/<int:pk>/", views_joining.join_answer, name="join_answer"),
    path("annuaire/<str:ref>/", views_body.body_detail, name="body_detail"),
    path("annuaire/<str:ref>/inviter/", views_body.body_invite, name="body_invite"),
    path("annuaire/<str:ref>/invitations/<int:pk>/revoquer/", views_body.invitation_revoke, name="invitation_revoke"),
    path("annuaire/<str:ref>/membres/<int:pk>/", views_body.body_roles, name="body_roles"),
    path("annuaire/<str:ref>/suppleance/", views_body.body_stand_in, name="body_stand_in"),
    path("annuaire/<str:ref>/suppleance/<int:pk>/fin/", views_body.stand_in_end, name="stand_in_end"),
    path("annuaire/<str:ref>/delegation/", views_body.body_delegation, name="body_delegation"),
    path("annuaire/<str:ref>/delegation/<int:pk>/fin/", views_body.delegation_end, name="delegation_end"),
    path("annuaire/<str:ref>/dossier/", views_body.file_open, name="file_open"),
    path("annuaire/<str:ref>/dossier/refermer/", views_body.file_close, name="file_close"),
    path("animation/", views_steward.animation, name="animation"),
    path("animation/partenaires/", views_steward.partner_add, name="partner_add"),
    path("comptes/", views_self.my_account, name="my_account"),
    path("comptes/mes-donnees/", views_self.my_data, name="my_data"),
    path("comptes/mes-donnees.json", views_self.my_data_file, name="my_data_file"),
    path("comptes/fermer/", views_self.account_close, name="account_close"),
]
