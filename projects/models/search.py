"""What the search keeps of published needs: nothing that is not on their public page (see projects/search)."""

from __future__ import annotations

from django.db import models


class NeedEntry(models.Model):
    """A published need as a search sees it: tokens between spaces, made by projects.search, never shown.

    The full text index stands on this table: FTS5 kept by triggers on SQLite, a generated tsvector on PostgreSQL.
    A migration that rebuilds this table on SQLite must put the triggers back.
    """

    need = models.OneToOneField("projects.Need", models.CASCADE, primary_key=True, related_name="entry")
    title = models.TextField()
    words = models.TextField()
    about = models.TextField()  # found by a search, without weight in what resembles what: body, domain, spellings
    domains = models.TextField()

    def __str__(self) -> str:
        return self.title

    def tokens(self) -> set[str]:
        """Every token of the entry, each once."""
        return set(f"{self.title} {self.words} {self.about} {self.domains}".split())


class SearchWord(models.Model):
    """The vocabulary of the entries, with how many hold each word; the empty word counts the entries themselves."""

    word = models.CharField(max_length=80, primary_key=True)
    needs = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.word
