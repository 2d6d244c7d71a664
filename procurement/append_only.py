"""Database triggers that keep both journals append-only, whatever program writes to them (quality.md, T4).

Events are neither changed nor removed; the end of a chain only moves on by one and is never removed. On SQLite a
migration that rewrites a table loses its triggers: tests/procurement/test_append_only.py says so, and such a migration
ends with the operation `Guard`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation

EVENTS = ("procurement_event", "projects_event")
HEADS = "procurement_chainhead"
SAID = {
    "update": "un événement du journal ne se modifie pas",
    "delete": "un événement du journal ne se supprime pas",
    "truncate": "le journal ne se vide pas",
    "insert": "cette place du journal est déjà prise (UNIQUE)",
    "head_delete": "la fin d'un journal ne se supprime pas",
    "head_update": "la fin d'un journal n'avance que d'un événement à la fois",
}
FUNCTION = """
CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
MOVES_ON = "NEW.journal = OLD.journal AND NEW.chain = OLD.chain AND NEW.position = OLD.position + 1"


class Guard(Operation):
    """A migration operation: from here on, `table` refuses what a journal refuses. Reversible."""

    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are no part of the models."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the triggers anew."""
        database = schema_editor.connection
        for statement in [*_dropping(database, self.table), *_creating(database, self.table)]:
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Remove them."""
        for statement in _dropping(schema_editor.connection, self.table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"Rend {self.table} inaltérable"


def guarded() -> bool:
    """True when every trigger is there, on the default database."""
    expected = {name for table in (*EVENTS, HEADS) for name in _names(connection, table)}
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return expected <= {name for (name,) in cursor.fetchall()}


def unguard() -> None:
    """Remove the triggers: for the tests, which empty the tables and tamper with them. PostgreSQL wants its rights."""
    _execute(statement for table in (*EVENTS, HEADS) for statement in _dropping(connection, table))


def guard() -> None:
    """Put them back."""
    unguard()
    _execute(statement for table in (*EVENTS, HEADS) for statement in _creating(connection, table))


def _execute(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still due cannot be altered
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _verbs(database: BaseDatabaseWrapper, table: str) -> dict[str, tuple[str, str, str]]:
    """Name of the trigger → what it looks at, when, what it says."""
    postgresql = database.vendor == "postgresql"
    if table == HEADS:
        found = {"delete": ("", SAID["head_delete"]), "update": (f"NOT ({MOVES_ON})", SAID["head_update"])}
    else:
        found = {"update": ("", SAID["update"]), "delete": ("", SAID["delete"])}
        if not postgresql:  # INSERT OR REPLACE would remove a row without the trigger on DELETE
            same = "id = NEW.id OR (chain = NEW.chain AND position = NEW.position)"
            found["insert"] = (f'EXISTS (SELECT 1 FROM "{table}" WHERE {same})', SAID["insert"])  # noqa: S608 - our names
    if postgresql:
        found["truncate"] = ("", SAID["truncate"])
    return {f"{table}_no_{verb}": (verb.upper(), when, said) for verb, (when, said) in found.items()}


def _names(database: BaseDatabaseWrapper, table: str) -> list[str]:
    return list(_verbs(database, table))


def _creating(database: BaseDatabaseWrapper, table: str) -> list[str]:
    """Statements of the database's own dialect."""
    statements = [FUNCTION] if database.vendor == "postgresql" else []
    for name, (verb, when, said) in _verbs(database, table).items():
        condition = f" WHEN ({when})" if when else ""
        quoted = said.replace("'", "''")
        if database.vendor == "postgresql":
            each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
            action = f"EXECUTE FUNCTION journal_refuses('{quoted}')"
            statements.append(f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" FOR EACH {each}{condition} {action}')
        else:
            action = f"BEGIN SELECT RAISE(ABORT, '{quoted}'); END"
            statements.append(f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}"{condition} {action}')
    return statements


def _dropping(database: BaseDatabaseWrapper, table: str) -> list[str]:
    on = f' ON "{table}"' if database.vendor == "postgresql" else ""
    return [f'DROP TRIGGER IF EXISTS "{name}"{on}' for name in _verbs(database, table)]
