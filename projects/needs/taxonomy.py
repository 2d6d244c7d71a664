"""The starter list of functional domains, put in place after each migration; what a steward changed is left alone."""

import json
from pathlib import Path
from typing import Any

from projects.models import Domain

FILE = Path(__file__).resolve().parent.parent / "data" / "domains.json"


def install_domains(**_: Any) -> None:
    """Create the domains that do not exist yet (also the receiver of Django's `post_migrate`)."""
    wanted = json.loads(FILE.read_text(encoding="utf-8"))
    known = set(Domain.objects.values_list("code", flat=True))
    Domain.objects.bulk_create(
        Domain(**{name: item[name] for name in ("code", "label", "volumes", "questions", "synonyms")})
        for item in wanted
        if item["code"] not in known
    )
