"""The simulation page at 300 bodies beside an empty page of the same site, signed in, in one process, interleaved.

`python -m bench.simulation [ROUNDS]` prints the medians, their ratio and the number of queries for each size, and
exits 1 when an elapsed median passes 200 ms or when the numbers of queries differ. The clocks run around the whole
request, client included; processor time stands beside, for elapsed time also depends on who else uses the machine.
"""

import gc
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
LIMIT_MS = 200  # issue 4
SIZES = (2, 13, 300)
EMPTY = "/accessibilite/"
KEYS = {"clé actuelle": "", "parts égales": "genre=equal", "strates": "genre=brackets", "plafonds": "plafond=9000"}


def _luhn(first: str) -> str:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(first), start=1))
    return f"{first}{-sum(value - 9 if value > 9 else value for value in doubled) % 10}"


def _project(size: int, user: Any) -> Any:
    """A project in framing with its bodies, written straight to the tables: the steps are not what is measured."""
    from procurement.models import Body  # models need django.setup(), which needs the database of this run
    from projects.models import CostLine, Participation, Project  # same reason

    bodies = [
        Body(
            siren=_luhn(f"000{size:03d}{number:02d}" if number < 100 else f"00{size % 1000:03d}{number:03d}"),
            name=f"Commune n° {number} du relevé de {size}",
            kind="commune",
            population=400 + 37 * number * number % 40_000,
            department="38",
        )
        for number in range(size)
    ]
    Body.objects.bulk_create(bodies)
    project = Project.objects.create(
        reference=f"P-1900-{size:03d}", title="Mesure", coordinator=user, lead_body=bodies[0]
    )
    Participation.objects.bulk_create(Participation(project=project, body=body) for body in bodies)
    key = {"kind": "prorata", "weight": "population"}
    CostLine.objects.create(project=project, label="Développement", amount_cents=120_000_01, key=key)
    return project


def main(rounds: int) -> int:
    """Measure `rounds` times each way, print, and return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        os.environ["SECRET_KEY"] = "bench" * 10
        os.environ["ALLOWED_HOSTS"] = "testserver"
        import django  # after the environment above, which the settings read once

        django.setup()
        return _measure(rounds)


def _measure(rounds: int) -> int:
    from django.core.management import call_command  # after django.setup()
    from django.test import Client  # same reason

    from procurement.models import Body, Membership, User  # same reason

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bench@example.org")
    projects = {size: _project(size, user) for size in SIZES}
    Membership.objects.create(user=user, body=Body.objects.order_by("pk")[0], role="agent")
    client = Client()
    client.force_login(user)
    counts = {size: _queries(client, _address(project, "")) for size, project in projects.items()}
    pages = {f"{size} organismes": _address(project, "") for size, project in projects.items()}
    pages |= {f"300 organismes, {name}": _address(projects[300], query) for name, query in KEYS.items() if query}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ("page vide", *pages)}
    for address in pages.values():
        _ms(client, address)
    gc.collect()
    gc.freeze()  # what is loaded once is not counted against the page whose turn a full collection happens to fall on
    for _ in range(rounds + 1):
        for name, address in {"page vide": EMPTY, **pages}.items():
            times[name].append(_ms(client, address))
    return _report(rounds, times, counts)


def _report(rounds: int, times: dict[str, list[tuple[float, float]]], counts: dict[int, int]) -> int:
    print(f"médiane de {rounds} tours, en ms{'':<10}écoulé  rapport   processeur  rapport")
    medians = {
        name: [statistics.median(column) for column in zip(*values[1:], strict=True)]  # one warm-up
        for name, values in times.items()
    }
    bare = medians["page vide"]
    for name, (elapsed, busy) in medians.items():
        print(f"{name:<30}{elapsed:10.1f}{elapsed / bare[0]:9.1f}{busy:13.1f}{busy / bare[1]:9.1f}")
    print("requêtes : " + ", ".join(f"{count} pour {size} organismes" for size, count in counts.items()))
    slowest = max(elapsed for elapsed, _ in medians.values())
    print(f"limite : {LIMIT_MS} ms ; la plus lente : {slowest:.1f} ms")
    return int(slowest > LIMIT_MS or len(set(counts.values())) > 1)


def _address(project: Any, query: str) -> str:
    return f"/projets/{project.reference}/couts/simuler/?{query}"


def _ms(client: Any, address: str) -> tuple[float, float]:
    """Elapsed and processor time of one request, in ms."""
    start, busy = time.perf_counter(), time.process_time()
    response = client.get(address)
    found = 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - busy)
    if response.status_code != 200:
        raise SystemExit(f"{address} : {response.status_code}")
    return found


def _queries(client: Any, address: str) -> int:
    from django.db import connection  # after django.setup()
    from django.test.utils import CaptureQueriesContext  # same reason

    with CaptureQueriesContext(connection) as captured:
        _ms(client, address)
    return len(captured)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
