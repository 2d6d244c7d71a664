"""The print templates as they stood when a document was issued: a later wording changes nothing of it."""

from __future__ import annotations

import json
import zlib
from typing import Any

from django.db import models


class Wording(models.Model):
    """Every file of templates/print/ at one moment, under the hash of them all. Written once."""

    sha256 = models.CharField(max_length=64, unique=True)
    packed = models.BinaryField()  # zlib of the JSON of {name: text}
    kept_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise AttributeError("Un texte imprimé ne change pas.")
        super().save(*args, **kwargs)

    @staticmethod
    def pack(files: dict[str, str]) -> bytes:
        """The files as the row keeps them."""
        return zlib.compress(json.dumps(files, sort_keys=True, ensure_ascii=False).encode(), 9)

    def files(self) -> dict[str, str]:
        """Name of each template → its text."""
        found: dict[str, str] = json.loads(zlib.decompress(bytes(self.packed)))
        return found
