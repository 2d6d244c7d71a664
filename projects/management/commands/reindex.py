"""`manage.py reindex`: make the index of needs anew, after an import by hand or a change of the lexicon."""

from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from projects.search.index import rebuild


class Command(BaseCommand):
    """Prints how many needs may be found."""

    help = "Refait l'index de recherche des besoins publiés (après un changement du lexique, d'un domaine ou d'un nom)."

    def handle(self, **options: Any) -> None:
        """Rebuild, then say how many."""
        with tqdm(desc="Index", unit=" besoins", disable=not options["verbosity"]) as bar:
            count = rebuild(progress=bar.update)
        self.stdout.write(f"Besoins trouvables\u00a0: {count}.")
