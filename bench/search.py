"""Searching needs and finding similar ones against the bare full text of the same database, at growing sizes.

`python -m bench.search [SIZE …]` (1000 10000 100000 unless said) fills a throw-away SQLite file, then a throw-away
PostgreSQL cluster when the server and its driver are there, with made-up French needs. In one run, turn by turn: the
bare query (FTS5 `unicode61`, PostgreSQL `french`, raw text, first 20 by rank), our search and our similar list, whole,
with the rows they give back. Prints for each the median over the questions of the shortest of the rounds, ratios and
growth; exits 1 when a ratio at 100,000 is above its limit.
"""

from __future__ import annotations

import importlib.util
import math
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from procurement.access import Actor

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1_000, 10_000, 100_000)
ROUNDS = 15
SEARCH_LIMIT, SIMILAR_LIMIT = 3.0, 10.0  # issue 3: times the bare query
JUDGED_FROM = 100_000  # needs: below, the bare query takes less time than reading one row
BODIES = 350
QUERIES = (
    "état civil", "cimetière concessions", "paie", "portail famille cantine", "parapheur signature",
    "permis de construire", "élections", "archivage électronique", "plan communal de sauvegarde", "gestion du courrier",
    "cadastre", "délibérations", "maintenance des bâtiments",
)  # fmt: skip
TYPED = (
    ("etat-civil", "Logiciel d'état civil\nActes de naissance, mentions marginales, COMEDEC, reprise des registres."),
    ("cimetieres", "Gestion des concessions du cimetiere\nPlan des emplacements et relance des familles à l'échéance."),
    ("rh", "SIRH\nPaie, carrières, absences et DSN pour 850 agents, entretiens annuels."),
    ("enfance", "Portail famille et cantine\nRéservation des repas, facturation au quotient, paiement en ligne."),
    ("courrier-ged", "GED et courrier\nCourrier entrant numérisé, circuits de visa, plan de classement."),
    ("urbanisme", "Instruction ADS\nPermis de construire et DP dématérialisés, PLAT'AU, guichet numérique."),
    (
        "",
        "Changer notre outil de délibérations\nConvocation des élus, votes, télétransmission au contrôle de légalité.",
    ),
    ("technique-patrimoine", "GMAO de la DST\nInterventions, stocks, contrôles réglementaires des bâtiments."),
)


def main(sizes: Sequence[int]) -> int:
    """Measure on each database that is there, each in a process of its own; the worst exit status."""
    one = [sys.executable, "-m", "bench.search", "--here", *map(str, sizes)]
    with tempfile.TemporaryDirectory() as folder:
        status = _run(one, f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
    if not (_has_server() and importlib.util.find_spec("psycopg")):
        print("PostgreSQL : non mesuré (il faut le serveur et requirements/postgres.txt)")
        return status
    return max(status, _run(["sh", "tests/house/with_postgres.sh", *one], ""))


def _has_server() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb") is not None


def _run(command: list[str], url: str) -> int:
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "bench" * 12, "DEBUG": "0"}
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def here(sizes: Sequence[int]) -> int:
    """Measure on the database of the environment, which is ours to fill; print, and return the exit status."""
    import django  # the environment above is read once

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
    django.setup()
    from django.core.management import call_command  # after django.setup()
    from django.db import connection  # same reason

    call_command("migrate", verbosity=0)
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    print(f"{name}, ms, médiane sur les questions du plus court de {ROUNDS} tours ; × : rapport au plein texte nu")
    print(f"à {JUDGED_FROM} besoins, limites : recherche {SEARCH_LIMIT:g}, similaires {SIMILAR_LIMIT:g}")
    print(
        f"{'besoins':>8} {'index, s':>9} {'nu':>8} {'recherche':>11} {'×':>6} {'similaires':>11} {'×':>6}   croissance"
    )
    made, before, ratios = 0, (0.0, 0.0, 0.0), (0.0, 0.0)
    for size in sorted(sizes):
        took = _fill(made, size)
        now, ratios = _measure()
        bare, search, similar = now
        growth = " ".join(f"×{later / earlier:.1f}" for earlier, later in zip(before, now, strict=True) if earlier)
        shown = (
            f"{size:>8} {took:>9.1f} {bare:>8.2f} {search:>11.2f} {ratios[0]:>6.2f} {similar:>11.2f} {ratios[1]:>6.2f}"
        )
        print(f"{shown}   {growth}", flush=True)
        made, before = size, now
    large = made >= JUDGED_FROM
    return int(large and (ratios[0] > SEARCH_LIMIT or ratios[1] > SIMILAR_LIMIT))


# What is measured ----------------------------------------------------------------------------------------------------
class Measured(NamedTuple):
    """Times in ms of the bare query, our search and our likes, each the median over the questions; and two ratios."""

    times: tuple[float, float, float]
    ratios: tuple[float, float]


def _measure() -> Measured:
    from procurement.access import Actor  # after django.setup()
    from projects.search.api import best_needs, similar_needs  # same reason

    actor: Actor = Actor(roles={0: frozenset({"viewer"})})
    calls: list[list[Callable[[], object]]] = [[], [], []]
    for turn in range(max(len(QUERIES), len(TYPED))):
        text, (code, typed) = QUERIES[turn % len(QUERIES)], TYPED[turn % len(TYPED)]
        calls[0].append(partial(_bare, text))
        calls[1].append(partial(best_needs, actor, text, 20))
        calls[2].append(partial(similar_needs, typed, actor=actor, domain=code))
    for call in (call for kind in calls for call in kind):
        call()  # one to warm up
    best = _best(calls)
    bare, search, similar = (statistics.median(times) * 1000 for times in best)
    return Measured((bare, search, similar), (search / bare, similar / bare))


def _best(calls: Sequence[Sequence[Callable[[], object]]]) -> list[list[float]]:
    """The shortest time of each call over the rounds, in seconds, the three kinds in turn.

    The shortest, because a busy machine lengthens the longer calls more: they are interrupted, the bare query is not.
    """
    best = [[math.inf] * len(kind) for kind in calls]
    for _ in range(ROUNDS):
        for number, turn in enumerate(zip(*calls, strict=True)):
            for kind, call in enumerate(turn):
                start = time.perf_counter()
                call()
                best[kind][number] = min(best[kind][number], time.perf_counter() - start)
    return best


BARE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE IF NOT EXISTS bare USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')",
        "INSERT INTO bare (rowid, title, text) SELECT id, title, description FROM projects_need WHERE id > %s",
        "SELECT rowid FROM bare WHERE bare MATCH %s ORDER BY rank LIMIT 20",
    ),
    "postgresql": (
        """CREATE TABLE IF NOT EXISTS bare (id bigint PRIMARY KEY, title text, text text, vector tsvector
             GENERATED ALWAYS AS (to_tsvector('french'::regconfig, title || ' ' || text)) STORED);
           CREATE INDEX IF NOT EXISTS bare_vector ON bare USING gin (vector)""",
        "INSERT INTO bare (id, title, text) SELECT id, title, description FROM projects_need WHERE id > %s",
        """SELECT id FROM bare, plainto_tsquery('french', %s) AS asked WHERE vector @@ asked
           ORDER BY ts_rank(vector, asked) DESC LIMIT 20""",
    ),
}


def _bare(text: str) -> list[tuple[int]]:
    from django.db import connection  # after django.setup()

    with connection.cursor() as cursor:
        cursor.execute(BARE[connection.vendor][2], [text])
        return list(cursor.fetchall())


# What is searched -----------------------------------------------------------------------------------------------------
def _fill(made: int, size: int) -> float:
    """Add needs `made` to `size`, index everything; the seconds of our indexing."""
    from django.db import connection  # after django.setup()

    from procurement.models import Body, User  # same reason
    from projects.models import Domain, Need  # same reason
    from projects.search.index import rebuild  # same reason

    if not made:
        Body.objects.bulk_create([Body(name=f"Commune {number}", kind="commune") for number in range(BODIES)])
        User.objects.create_user("bench@example.org")
    bodies, user = list(Body.objects.all()), User.objects.get()
    domains = {domain.code: domain for domain in Domain.objects.all()}
    texts = written(made, size)
    Need.objects.bulk_create(
        (
            Need(reference=f"B-{number}", body=bodies[number % BODIES], declared_by=user, state="published",
                 domain=domains[code], title=title, description=text)
            for number, (code, title, text) in texts
        ),
        batch_size=1_000,
    )  # fmt: skip
    start = time.perf_counter()
    rebuild()
    took = time.perf_counter() - start
    with connection.cursor() as cursor:
        last = "SELECT coalesce(max({}), 0) FROM bare"
        cursor.execute(BARE[connection.vendor][0])
        cursor.execute(last.format("rowid" if connection.vendor == "sqlite" else "id"))
        cursor.execute(BARE[connection.vendor][1], [cursor.fetchone()[0]])
        cursor.execute("ANALYZE")
    return took


def written(start: int, stop: int) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Needs in French: forms of the trade, sentences of the shipped requirements, words of the CPV by Zipf's law."""
    import json  # only here

    from projects.needs import cpv  # after django.setup()

    groups = json.loads((ROOT / "projects/data/lexicon.json").read_text("utf-8"))["domains"]
    forms = {code: [form.lstrip("=") for group in found for form in group] for code, found in groups.items() if found}
    common = sorted({word for label in cpv.labels().values() for word in label.split() if len(word) > 3})
    sentences = [
        row["text"]
        for path in sorted((ROOT / "projects/data/requirements").glob("*.json"))
        for row in json.loads(path.read_text("utf-8"))
    ]
    for number in range(start, stop):
        dice = random.Random(number)  # noqa: S311 the same needs at each run
        code = dice.choice(sorted(forms))
        words = [common[min(len(common) - 1, int(dice.paretovariate(0.6)))] for _ in range(12)]
        said = dice.sample(forms[code], k=min(5, len(forms[code])))
        title = f"{dice.choice(('Logiciel', 'Outil', 'Gestion', 'Remplacement'))} {said[0]} {words[0]}"
        yield number, (code, title, f"{' '.join(said[1:])}. {dice.choice(sentences)} {' '.join(words)}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    inside = "--here" in arguments
    asked = [int(word) for word in arguments if word != "--here"] or list(SIZES)
    sys.exit(here(asked) if inside else main(asked))
