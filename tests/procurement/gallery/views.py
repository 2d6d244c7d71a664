"""Pages of samples: the components with real-looking values. Never shipped, only tested and looked at."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines

from procurement.forms import DateField, Form, MoneyField

HERE = Path(__file__).parent
BODIES = [SimpleNamespace(pk=1, name="CA du Haut-Rocher"), SimpleNamespace(pk=2, name="Grandval")]
ACTOR = SimpleNamespace(user="A. Martin", body=BODIES[0], bodies=BODIES)
MISSING = [
    {"label": "2 participations sans maximum : Valmont, Rochebrune", "url": "#participants"},
    {"label": "le seuil de 50 000 € (41 200 € d'intentions)"},
]
STATES = ["Cadrage", "Appel", "Convention", "Constitué", "Consultation", "Réalisation"]
SHARES = [("Grandval", 9_449_480, True), ("Valmont", 1_804_211, False), ("Rochebrune", 746_310, False)]


class SampleForm(Form):
    """One field of each kind."""

    title = forms.CharField(label="Objet du besoin", help_text="Ce que le logiciel doit faire, en une ligne.")
    description = forms.CharField(label="Description", widget=forms.Textarea, required=False)
    domain = forms.ChoiceField(label="Domaine", choices=[("", "Choisissez"), ("etat-civil", "État civil")])
    maximum = MoneyField(label="Votre maximum", help_text="Une seule dépense, hors taxes.", min_cents=100)
    ends_on = DateField(label="Fin du contrat actuel", required=False)
    users = forms.IntegerField(label="Nombre de postes", required=False)
    route = forms.ChoiceField(
        label="Voie d'achat",
        help_text="Vous pourrez en changer jusqu'à l'appel.",
        widget=forms.RadioSelect,
        choices=[("grouped_purchase", "Groupement de commandes"), ("shared_development", "Développement partagé")],
    )
    wants = forms.MultipleChoiceField(
        label="Vous voulez aussi",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("hosting", "L'hébergement"), ("training", "La formation des agents")],
    )
    agree = forms.BooleanField(label="J'ai vérifié ces volumes avec le service")
    ref = forms.CharField(widget=forms.HiddenInput, required=False)


def page(template: str) -> Callable[[HttpRequest], HttpResponse]:
    """A view that shows a template as a visitor sees it."""
    return lambda request: render(request, template)


def sample(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    """A sample page, by someone who acts for two bodies."""
    source = engines["django"].from_string((HERE / name).read_text())
    return HttpResponse(source.render({"actor": ACTOR, **context}, request))


def gallery(request: HttpRequest) -> HttpResponse:
    """All the small things."""
    messages.success(request, "Le besoin B-2026-014 est publié.")
    messages.error(request, "L'appel est clos depuis le 30 avril 2026.")
    return sample(request, "gallery.html", missing=MISSING, shares=SHARES_ROWS, states=TONES)


def form(request: HttpRequest) -> HttpResponse:
    """A form that was refused."""
    bound = SampleForm({"maximum": "1.234", "description": "Deux lignes\nde texte", "users": "beaucoup"})
    return sample(request, "form.html", form=bound)


def project(request: HttpRequest) -> HttpResponse:
    """The project page of the brand, as drawn there."""
    steps = [(name, "past" if i < 1 else "current" if i == 1 else "future") for i, name in enumerate(STATES)]
    tabs = [{"label": "Synthèse", "url": "#", "current": True}]
    tabs += [{"label": label, "url": "#", "current": False, "count": n} for label, n in TABS]
    todo = {"text": "Indiquez vos volumes et votre maximum.", "deadline": dt.date(2026, 4, 30), "body": "Grandval"}
    return sample(
        request,
        "project.html",
        steps=steps,
        tabs=tabs,
        todo=[{**todo, "url": "#", "verb": "Renseigner notre participation"}],
        step={"name": "close_call", "label": "Clore l'appel", "allowed": False, "missing": MISSING, "hint": HINT},
        go={"name": "withdraw", "label": "Se retirer", "allowed": True, "post_url": "#", "tone": "danger"},
        shares=SHARES_ROWS,
        total=sum(cents for _, cents, _ in SHARES),
        events=EVENTS,
    )


HINT = "Le seuil se mesure sur les intentions, hors taxes (convention, article 6)."
TABS = [("Participants", 12), ("Coûts", 0), ("Cahier des charges", None), ("Documents", 4), ("Journal", None)]
TONES = ["neutral", "draft", "info", "ok", "warn", "bad", "pine"]
SHARES_ROWS = [{"label": label, "cents": cents, "mine": mine} for label, cents, mine in SHARES]
EVENTS = [
    {"when": dt.datetime(2026, 4, 18, 12, 5, tzinfo=dt.UTC), "title": "Participation déclarée", "who": "A. Martin"},
    {"when": dt.date(2026, 3, 1), "title": "Appel ouvert", "who": "C. Leroy", "note": "Vote\nvendredi"},
]
