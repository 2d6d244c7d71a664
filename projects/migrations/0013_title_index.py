from typing import Any

from django.db import migrations

CREATE = """CREATE INDEX projects_needentry_title ON projects_needentry
            USING gin (to_tsvector('simple'::regconfig, title))"""
DROP = "DROP INDEX projects_needentry_title"


def on_postgresql(sql: str) -> Any:
    """SQLite's own index already knows in which column a word stands."""

    def run(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0012_likes_due'),
    ]

    operations = [
        migrations.RunPython(on_postgresql(CREATE), on_postgresql(DROP)),
    ]
