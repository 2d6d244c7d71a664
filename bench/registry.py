"""Loading the registry against a bare `bulk_create` of the same rows, each in a fresh SQLite file, interleaved.

`python -m bench.registry [ROUNDS]` prints the medians and their ratio, and exits 1 when it is above 3.
The clock runs around the work in the database and the files, not around the start of Python, which both would pay.
"""

import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procurement.settings")
LIMIT = 3.0  # issue 2: at most three times the bare cost


def _bare(rows: list[dict[str, object]]) -> float:
    from procurement.models import Body  # models need django.setup(), which needs the database of this run

    start = time.perf_counter()
    Body.objects.bulk_create([Body(**row) for row in rows])
    return time.perf_counter() - start


def _command() -> float:
    from django.core.management import call_command  # same reason

    start = time.perf_counter()
    call_command("load_registry", verbosity=0, stdout=io.StringIO())
    return time.perf_counter() - start


def main(rounds: int) -> int:
    """Measure `rounds` times each way, print, and return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        os.environ["SECRET_KEY"] = "bench" * 10
        import django  # after the environment above, which the settings read once

        django.setup()
        return _measure(rounds)


def _measure(rounds: int) -> int:
    from django.core.management import call_command  # after django.setup()

    from procurement.models import Body  # same reason
    from procurement.registry_rows import BodyRow  # same reason

    call_command("migrate", verbosity=0)
    times: dict[str, list[float]] = {"bare": [], "first": [], "again": []}
    rows: list[dict[str, object]] = []
    for _ in range(rounds + 1):
        _empty()
        times["first"].append(_command())
        times["again"].append(_command())
        rows = list(Body.objects.values(*BodyRow._fields))
        _empty()
        times["bare"].append(_bare(rows))
    first, again, bare = (statistics.median(times[name][1:]) for name in ("first", "again", "bare"))  # one warm-up
    print(f"{len(rows)} organismes, médiane de {rounds} tours")
    print(f"bulk_create nu            {bare:6.2f} s")
    print(f"load_registry             {first:6.2f} s   rapport {first / bare:.2f} (limite {LIMIT})")
    print(f"load_registry de nouveau  {again:6.2f} s   rapport {again / bare:.2f}")
    return int(first / bare > LIMIT)


def _empty() -> None:
    from django.db import connection  # after django.setup()

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procurement_body")
        cursor.execute("VACUUM")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
