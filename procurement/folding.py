"""`procurement.text.fold` computed by the database, so that a search box meets what is stored, whatever the accents."""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import Func, TextField
from django.dispatch import receiver

from procurement.text import fold


class Fold(Func):
    """The folded text of an expression. Reads every row: for tables of a few thousands, not for needs."""

    function = "cordee_fold"
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Decomposed first, then lowered: a server in the C locale lowers ASCII only."""
        spelt = "%(expressions)s"
        for letter, letters in (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("ß", "ss")):
            spelt = f"replace({spelt}, '{letter}', '{letters}')"
        bare = f"lower(regexp_replace(normalize({spelt}, NFKD), '[\\u0300-\\u036f]+', '', 'g'))"
        template = f"btrim(regexp_replace({bare}, '[^a-z0-9]+', ' ', 'g'))"
        return self.as_sql(compiler, connection, template=template, **context)


@receiver(connection_created)
def teach_sqlite(connection: Any, **_: Any) -> None:
    """SQLite calls our own function; it must be given to each connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("cordee_fold", 1, lambda text: fold(text or ""), deterministic=True)
