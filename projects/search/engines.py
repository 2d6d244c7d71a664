"""The seam: one full text index over the same tokens, in FTS5 on SQLite and in a tsvector on PostgreSQL.

Words given here are tokens of `normalise` (letters and digits without accents), so they need no escaping.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from django.db import connection
from django.db.models.expressions import RawSQL


class Term(NamedTuple):
    """A token, or the beginning of one."""

    word: str
    prefix: bool = False


Alternative = tuple[Term, ...]  # all of these
Group = tuple[Alternative, ...]  # one of those
Query = Sequence[Group]  # for each group


class Engine(Protocol):
    """What both databases do alike."""

    def matching(self, query: Query) -> RawSQL:
        """The ids of the needs that fulfil every group, as a subquery."""

    def best(self, query: Query, limit: int) -> list[int]:
        """The ids of the `limit` needs that fulfil every group best, best first."""

    def nearest(self, weights: Mapping[str, float], limit: int) -> list[int]:
        """The ids of the `limit` needs that hold the most of these words, rare ones counting more."""

    def lock(self) -> None:
        """Make other writers of the vocabulary wait for the end of this transaction."""


class Fts5:
    """SQLite. Its writers already queue: transactions are IMMEDIATE."""

    COLUMNS = "bm25(projects_needtext, 4, 2, 1, 0.1)"  # title, words, about, domains

    def matching(self, query: Query) -> RawSQL:
        """See Engine."""
        return RawSQL("SELECT rowid FROM projects_needtext WHERE projects_needtext MATCH %s", [self._text(query)])

    def best(self, query: Query, limit: int) -> list[int]:
        """See Engine. As on PostgreSQL, needs whose title fulfils every group rank first."""
        text = self._text(query)
        titled = self._ranked(f"{{title}} : ({text})", limit)
        return titled if len(titled) == limit else self._ranked(text, limit)

    def nearest(self, weights: Mapping[str, float], limit: int) -> list[int]:
        """See Engine; bm25 already weighs rarity."""
        return self._ranked(" OR ".join(f'"{word}"' for word in weights), limit)

    def lock(self) -> None:
        """See Engine."""

    def _ranked(self, text: str, limit: int) -> list[int]:
        sql = f"SELECT rowid FROM projects_needtext WHERE projects_needtext MATCH %s ORDER BY {self.COLUMNS} LIMIT %s"  # noqa: S608 constant
        return _ids(sql, [text, limit])

    def _text(self, query: Query) -> str:
        return " AND ".join(
            "(" + " OR ".join("(" + " AND ".join(map(self._term, every)) + ")" for every in one) + ")" for one in query
        )

    def _term(self, term: Term) -> str:
        return f'"{term.word}"' + (" *" if term.prefix else "")


class TextSearch:
    """PostgreSQL. Reading the rows costs more than the index, so that the fewer match the better."""

    RANKED = """SELECT need_id FROM projects_needentry, CAST(%s AS tsquery) AS asked WHERE {} @@ asked
                ORDER BY ts_rank(vector, asked) DESC, need_id LIMIT %s"""

    def matching(self, query: Query) -> RawSQL:
        """See Engine."""
        return RawSQL("SELECT need_id FROM projects_needentry WHERE vector @@ %s::tsquery", [self._text(query)])

    def best(self, query: Query, limit: int) -> list[int]:
        """See Engine. Needs whose title fulfils every group rank first; where they are enough, few rows are read."""
        text = self._text(query)
        titled = _ids(self.RANKED.format("to_tsvector('simple'::regconfig, title)"), [text, limit])
        return titled if len(titled) == limit else _ids(self.RANKED.format("vector"), [text, limit])

    def nearest(self, weights: Mapping[str, float], limit: int) -> list[int]:
        """See Engine; ts_rank knows nothing of rarity, so the weights are summed here."""
        held = " + ".join("(vector @@ %s::tsquery)::int * %s::float8" for _ in weights)
        sql = f"""SELECT need_id FROM projects_needentry WHERE vector @@ %s::tsquery
                  ORDER BY {held} DESC, need_id LIMIT %s"""  # noqa: S608 placeholders only
        pairs: list[str | float] = [value for word, weight in weights.items() for value in (f"'{word}'", weight)]
        return _ids(sql, [" | ".join(f"'{word}'" for word in weights), *pairs, limit])

    def lock(self) -> None:
        """See Engine."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('projects_searchword'))")

    def _text(self, query: Query) -> str:
        return " & ".join(
            "(" + " | ".join("(" + " & ".join(map(self._term, every)) + ")" for every in one) + ")" for one in query
        )

    def _term(self, term: Term) -> str:
        return f"'{term.word}'" + (":*" if term.prefix else "")


def engine() -> Engine:
    """The one of the database in use."""
    return TextSearch() if connection.vendor == "postgresql" else Fts5()


def _ids(sql: str, parameters: Sequence[str | float]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()]
