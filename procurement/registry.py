"""The registry of public bodies: files shipped with the product, read whole, compared, then written in one go.

All or nothing: one refused row and nothing is written. A body that left the files stays as it is, since needs and
conventions may name it: only a steward closes a body (`Body.closed_on`). Bodies without SIREN are never touched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from procurement.models import Body
from procurement.registry_rows import BodyRow, Refusal, read

DATA = Path(__file__).parent / "data"
SHIPPED = (DATA / "public_bodies.csv.gz", DATA / "syndicats.csv.gz")
SHIPPED_ROWS = 45_123  # 36,253 bodies and 8,870 syndicats
POPULATION_YEAR = 2023  # of the shipped files: INSEE legal populations 2023, in force since 1 January 2026
BATCH = 2_000  # rows between two movements of the progress bar; Django splits further where the database asks for it
WRITTEN = ["epci" if name == "epci_id" else name for name in BodyRow._fields if name != "siren"]

Progress = Callable[[int], object]  # told how many more bodies are done


@dataclass
class Report:
    """What a load did. With refusals the three counts are 0: nothing was written."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)


def load(
    paths: Sequence[Path] = SHIPPED, *, year: int = POPULATION_YEAR, progress: Progress = lambda done: None
) -> Report:
    """Bring `Body` up to date with the files, in one transaction; `year` is that of their populations.

    Raises Unreadable when a file is not a registry file.
    """
    found, refused = _read_all(paths, year)
    with transaction.atomic():
        known = {row[0]: row for row in Body.objects.exclude(siren=None).values_list(*BodyRow._fields)}
        refused += [
            Refusal(file, line, f"colonne epci_siren : « {row.epci_id} » n'est pas dans le registre.")
            for file, line, row in found.values()
            if row.epci_id and row.epci_id not in found and row.epci_id not in known
        ]
        if refused:
            return Report(refused=sorted(refused))
        changed = [row for _, _, row in found.values() if known.get(row.siren) != row]
        report = Report(unchanged=len(found) - len(changed))
        report.created = sum(row.siren not in known for row in changed)
        report.updated = len(changed) - report.created
        progress(report.unchanged)
        _write(changed, progress)
    return report


def _read_all(paths: Sequence[Path], year: int) -> tuple[dict[str, tuple[str, int, BodyRow]], list[Refusal]]:
    found: dict[str, tuple[str, int, BodyRow]] = {}
    refused: list[Refusal] = []
    for path in paths:
        for line, row in read(path, year):
            if isinstance(row, Refusal):
                refused.append(row)
            elif row.siren in found:
                first = found[row.siren]
                reason = f"colonne siren : « {row.siren} » est déjà dans {first[0]}, ligne {first[1]}."
                refused.append(Refusal(path.name, line, reason))
            else:
                found[row.siren] = path.name, line, row
    return found, refused


def _write(rows: Sequence[BodyRow], progress: Progress) -> None:
    for start in range(0, len(rows), BATCH):
        batch = [Body(**row._asdict()) for row in rows[start : start + BATCH]]
        Body.objects.bulk_create(batch, update_conflicts=True, unique_fields=["siren"], update_fields=WRITTEN)
        progress(len(batch))
