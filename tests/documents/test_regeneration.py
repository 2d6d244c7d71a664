"""The stored context of an issue gives its bytes again, in another process and under another hash seed (D2)."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from documents import store
from documents.catalogue import KINDS
from documents.printing import canonical
from documents.render import render_pdf
from tests.conftest import NIGHTLY, ROOT
from tests.documents import makers

ISSUES = 200 if NIGHTLY else 20
CHANGES = 2_000 if NIGHTLY else 200
ELSEWHERE = """
import datetime, hashlib, json, sys
import django
django.setup()
from documents.catalogue import kind_of
from documents.render import render_page, render_pdf
from documents.stamp import Stamp
for line in sys.stdin:
    stored = json.loads(line)
    reference, state, code, day = stored["stamp"]
    stamp = Stamp(reference, state, code, datetime.date.fromisoformat(day))
    page = render_page(kind_of(stored["kind"], stored["route"]), stored["context"], stamp)
    print(hashlib.sha256(render_pdf(page.html)).hexdigest())
"""


def stored(index: int) -> tuple[dict[str, Any], str]:
    """What the database keeps of the issue no. `index`, through JSON, and the hash of its bytes: any kind, any size."""
    kind = KINDS[index % len(KINDS)]
    route = kind.routes[index // len(KINDS) % len(kind.routes)]
    facts = makers.dossier(2 + index % 4, route=route, threshold_cents=100_000_00 + index)
    page = makers.issued(facts, kind.code)
    stamp = page.stamp
    kept = {
        "kind": kind.code,
        "route": route,
        "context": json.loads(canonical(page.context)),
        "stamp": [stamp.reference, stamp.state, stamp.code, stamp.day.isoformat()],
    }
    return kept, hashlib.sha256(render_pdf(page.html)).hexdigest()


def test_every_issue_is_made_again_to_the_byte_by_other_processes() -> None:
    issues = [stored(index) for index in range(ISSUES)]
    places = [("0", "Pacific/Noumea"), ("random", "UTC")]
    halves = [issues[0::2], issues[1::2]]
    found: list[list[str]] = []
    for half, (seed, zone) in zip(halves, places, strict=True):
        done = subprocess.run(
            [sys.executable, "-c", ELSEWHERE],
            input="\n".join(json.dumps(kept) for kept, _ in half),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "DJANGO_SETTINGS_MODULE": "procurement.settings"},
        )
        found.append(done.stdout.split())
    assert found == [[sha256 for _, sha256 in half] for half in halves]


def test_one_byte_changed_anywhere_in_a_stored_file_is_found(tmp_path: Path) -> None:
    content = render_pdf(makers.issued_html(makers.dossier(2), "certificate"))
    sha256 = store.keep(content)
    path, chance = store.path_of(sha256), random.Random(20261122)
    for place in (0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(CHANGES))):
        altered = bytearray(content)
        altered[place] ^= 1 << chance.randrange(8)
        path.write_bytes(altered)
        assert store.read(sha256) is None, place
    path.write_bytes(content)
    assert store.read(sha256) == content
