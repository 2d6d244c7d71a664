"""`manage.py similar TEXT`: which published needs are like this one. The page uses the same function."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement.access import Actor, actor_for
from procurement.models import Role, User
from projects.models import Domain
from projects.search.api import Match, similar_needs

REFUSED = 1
MOST = 100
NO_BODY = 0  # the id of no body: a member who works for none of those that have needs
READER = Actor(roles={NO_BODY: frozenset({Role.VIEWER})})


class Command(BaseCommand):
    """Writes the matches as one JSON line, best first; exits 1 on an unknown domain or person."""

    help = "Liste les besoins publiés qui ressemblent à un texte, avec le pourquoi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the text and the options."""
        parser.add_argument("text", metavar="TEXT", help="un intitulé, puis à la ligne une description")
        parser.add_argument("--domain", default="", metavar="CODE", help="le domaine du besoin, par exemple etat-civil")
        parser.add_argument("--limit", type=int, default=5, help="combien au plus (5)")
        parser.add_argument("--as", dest="email", metavar="EMAIL", help="avec les droits de cette personne")

    def handle(self, **options: Any) -> None:
        """Look, write."""
        domain, limit = options["domain"], options["limit"]
        if domain and not Domain.objects.filter(code=domain).exists():
            raise CommandError(f"Le domaine «\u00a0{domain}\u00a0» n'existe pas.", returncode=REFUSED)
        if not 1 <= limit <= MOST:
            raise CommandError(f"--limit va de 1 à {MOST}.", returncode=REFUSED)
        found = similar_needs(options["text"], actor=_eyes(options["email"]), domain=domain, limit=limit)
        self.stdout.write(json.dumps([_row(match) for match in found], ensure_ascii=False))


def _eyes(email: str | None) -> Actor:
    if not email:
        return READER
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"Personne ne porte l'adresse «\u00a0{email}\u00a0».", returncode=REFUSED)
    return actor_for(user)


def _row(match: Match) -> dict[str, Any]:
    need = match.need
    return {"reference": need.reference, "title": need.title, "score": match.score, "why": list(match.why)}
