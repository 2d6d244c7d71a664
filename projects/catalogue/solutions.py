"""The starter catalogue, put in place after each migration: what was changed or added since is left alone.

252 free products known to the State (SILL 2022, Licence Ouverte 2.0; awesome-codegouvfr, CC BY 4.0), and the trade
software of local authorities, each with its domain of the taxonomy.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from procurement.text import fold
from projects.models import Domain, Solution
from projects.models.catalogue import identity_of

DATA = Path(__file__).resolve().parent.parent / "data"
FILES = ("free_software.csv", "solutions.csv")
MOST = {"name": 120, "publisher": 120, "licence": 60, "website": 255, "source_url": 255, "purpose": 255, "origin": 120}


def install_solutions(*, apps: Any = None, **_: Any) -> None:
    """Create the solutions that do not exist yet (also the receiver of Django's `post_migrate`)."""
    if apps is not None and "solution" not in apps.all_models["projects"]:
        return  # migrated back to before the catalogue
    known = set(Solution.objects.values_list("reference", flat=True))
    identities = set(Solution.objects.values_list("identity", flat=True))
    wanted = []
    for solution, code in shipped():
        if solution.reference not in known and solution.identity not in identities:
            wanted.append((solution, code))
            identities.add(solution.identity)
    if not wanted:
        return
    Solution.objects.bulk_create(solution for solution, _ in wanted)
    domains = dict(Domain.objects.values_list("code", "pk"))
    link = Solution.domains.through
    link.objects.bulk_create(
        link(solution_id=solution.pk, domain_id=domains[code]) for solution, code in wanted if code in domains
    )


def _told_apart(rows: list[dict[str, str]]) -> None:
    """Say in the name what two products of one name are for (Grammalecte, for LibreOffice and for Firefox)."""
    names = Counter(row["name"] for row in rows)
    for row in rows:
        if names[row["name"]] > 1:
            row["name"] += f" ({row['function_fr'].rpartition(' ')[2]})"


def shipped() -> Iterator[tuple[Solution, str]]:
    """Each solution of the files, unsaved, with the code of its domain."""
    codes = json.loads((DATA / "solution_domains.json").read_text(encoding="utf-8"))
    for name in FILES:
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        _told_apart(rows)
        for row in rows:
            yield _solution(row), row.get("domains") or _domain(row, codes)


def _domain(row: dict[str, str], codes: dict[str, Any]) -> str:
    of_name, of_component = codes["names"].get(row["name"]), codes["components"].get(row["component_fr"])
    return str(of_name or of_component or codes["others"])


def _solution(row: dict[str, str]) -> Solution:
    values = {
        "name": row["name"],
        "publisher": row.get("publisher", ""),
        "licence": row["licence_spdx"],
        "website": _web(row["website"]),
        "source_url": _web(row.get("source_url", "")),
        "purpose": row["function_fr"],
        "origin": "SILL 2022" if row["source"] == "SILL" else row["source"],
    }
    solution = Solution(reference=row["id"], **{name: value[: MOST[name]] for name, value in values.items()})
    solution.description = row.get("description_fr", "")
    # bulk_create does not call save.
    solution.identity = identity_of(solution.name, solution.publisher)
    solution.search_text = fold(f"{solution.name} {solution.publisher} {solution.purpose} {solution.description}")
    return solution


def _web(address: str) -> str:
    """An address that a browser opens, or nothing."""
    return address if address.startswith(("http://", "https://")) else ""
