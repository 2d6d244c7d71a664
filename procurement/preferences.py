"""Choosing how often one is written to, and stopping in one gesture from a mail."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from procurement.access import ActorRequest, anyone, page, signed_in
from procurement.forms import Form
from procurement.letters import Letter, Preference, Rhythm
from procurement.models import User
from procurement.post import UNSUBSCRIBE_SALT

SHOWN_TOPICS = 30
also_followed: list[Callable[[User], dict[str, str]]] = []  # what upper apps let people follow: topic → title


class PreferencesForm(Form):
    """The general rhythm, and one per project one has heard of; an empty one follows the general."""

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        chosen = dict(Preference.objects.filter(user=user).values_list("topic", "rhythm"))
        self.fields["general"] = forms.ChoiceField(
            label="En général", choices=Rhythm.choices, initial=chosen.get("", Rhythm.AT_ONCE), widget=forms.RadioSelect
        )
        heard = Letter.objects.filter(user=user).order_by("topic").values_list("topic", "topic_title").distinct()
        followed = {topic: title for find in also_followed for topic, title in find(user).items()}
        known = dict(heard[:SHOWN_TOPICS]) | followed
        self.topics = {topic: topic for topic in chosen if topic} | known
        for topic, title in sorted(self.topics.items()):
            self.fields[topic] = forms.ChoiceField(
                label=f"{title} ({topic})" if title != topic else topic,
                choices=[("", "Comme en général"), *Rhythm.choices],
                required=False,
                initial=chosen.get(topic, ""),
            )


@require_http_methods(["GET", "POST"])
@page(signed_in)
def preferences(request: ActorRequest) -> HttpResponse:
    """My rhythm, in general and per project."""
    user = request.actor.user
    assert user is not None
    form = PreferencesForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        for topic in ["", *form.topics]:
            keep_preference(user.pk, topic, form.cleaned_data[topic or "general"])
        messages.success(request, "Vos préférences sont enregistrées.")
        return redirect("preferences")
    return render(request, "procurement/preferences.html", {"form": form}, status=422 if form.is_bound else 200)


def keep_preference(user_id: int, topic: str, rhythm: str) -> None:
    """Store a rhythm; an empty one forgets it. Letters still waiting follow the new one only when it is « never »."""
    if rhythm:
        Preference.objects.update_or_create(user_id=user_id, topic=topic, defaults={"rhythm": rhythm})
    else:
        Preference.objects.filter(user_id=user_id, topic=topic).delete()
    if rhythm == Rhythm.NEVER:
        waiting = Letter.objects.filter(user_id=user_id, sent_at=None)
        chosen = Preference.objects.filter(user_id=user_id).exclude(topic="").values("topic")
        (waiting.filter(topic=topic) if topic else waiting.exclude(topic__in=chosen)).delete()


@require_http_methods(["GET", "POST"])
@page(anyone)
def unsubscribe(request: ActorRequest, token: str) -> HttpResponse:
    """Stop the messages about one project: a page with one button, so that a mail scanner's visit changes nothing."""
    try:
        user_id, topic = signing.loads(token, salt=UNSUBSCRIBE_SALT)
    except signing.BadSignature:
        raise Http404("lien inconnu") from None
    if request.method == "POST":
        keep_preference(user_id, topic, Rhythm.NEVER)
    return render(request, "procurement/unsubscribe.html", {"topic": topic, "done": request.method == "POST"})
