"""Addresses of the site. Upper apps are named by dotted string only."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from procurement import preferences, views
from procurement.people import urls as people
from procurement.people import views_joining


class Base36Converter(StringConverter):
    """A number in base 36: no dash, so that those of the key after it stay with the key."""

    regex = "[0-9A-Za-z]+"


register_converter(Base36Converter, "base36")

# allauth's views, one by one: only what the site offers exists, under French addresses.
accounts = [
    path("connexion/", account.login, name="account_login"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("inscription/", views_joining.join_search, name="account_signup"),  # one opens an account by joining a body
    path("inactif/", account.account_inactive, name="account_inactive"),
    path("verification/", account.reauthenticate, name="account_reauthenticate"),
    path("adresse/", account.email, name="account_email"),
    path("adresse/envoye/", account.email_verification_sent, name="account_email_verification_sent"),
    path("adresse/confirmer/<str:key>/", account.confirm_email, name="account_confirm_email"),
    path("mot-de-passe/", account.password_change, name="account_change_password"),
    path("mot-de-passe/definir/", account.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/nouveau/<base36:uidb36>-<key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("sante/", views.health, name="health"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("agir-pour/", views.switch_body, name="switch_body"),
    path("annuaire/", views.body_list, name="body_list"),
    path("comptes/messages/", preferences.preferences, name="preferences"),
    path("comptes/messages/arret/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("", include(people.urlpatterns)),
    path("comptes/", include(accounts)),
    path("admin/", admin.site.urls),
    path("", include("projects.urls")),
    path("", include("documents.urls")),
]
