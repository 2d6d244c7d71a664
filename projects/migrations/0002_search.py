import re
from typing import Any

import django.db.models.deletion
from django.db import migrations, models


SQLITE = """
CREATE VIRTUAL TABLE projects_needtext USING fts5(
    title, words, about, domains, content='projects_needentry', content_rowid='need_id', tokenize='ascii'
);
CREATE TRIGGER projects_needtext_insert AFTER INSERT ON projects_needentry BEGIN
    INSERT INTO projects_needtext (rowid, title, words, about, domains)
        VALUES (new.need_id, new.title, new.words, new.about, new.domains);
END;
CREATE TRIGGER projects_needtext_delete AFTER DELETE ON projects_needentry BEGIN
    INSERT INTO projects_needtext (projects_needtext, rowid, title, words, about, domains)
        VALUES ('delete', old.need_id, old.title, old.words, old.about, old.domains);
END;
CREATE TRIGGER projects_needtext_update AFTER UPDATE ON projects_needentry BEGIN
    INSERT INTO projects_needtext (projects_needtext, rowid, title, words, about, domains)
        VALUES ('delete', old.need_id, old.title, old.words, old.about, old.domains);
    INSERT INTO projects_needtext (rowid, title, words, about, domains)
        VALUES (new.need_id, new.title, new.words, new.about, new.domains);
END;
"""
POSTGRESQL = """
ALTER TABLE projects_needentry ADD COLUMN vector tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple'::regconfig, title), 'A') || setweight(to_tsvector('simple'::regconfig, words), 'B')
    || setweight(to_tsvector('simple'::regconfig, about), 'C') || setweight(to_tsvector('simple'::regconfig, domains), 'D')
) STORED;
CREATE INDEX projects_needentry_vector ON projects_needentry USING gin (vector);
"""
UNDO = "DROP TABLE projects_needtext;"  # its triggers go with the table of entries


def add_full_text(apps: Any, schema_editor: Any) -> None:
    """One index on either database, over the same tokens."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        with schema_editor.connection.cursor() as cursor:
            for statement in re.split(r";\n(?=CREATE)", SQLITE.strip()):
                cursor.execute(statement)


def drop_full_text(apps: Any, schema_editor: Any) -> None:
    """The generated column goes with its table; the virtual table does not."""
    if schema_editor.connection.vendor != "postgresql":
        schema_editor.execute(UNDO)


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='NeedEntry',
            fields=[
                ('need', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='entry', serialize=False, to='projects.need')),
                ('title', models.TextField()),
                ('words', models.TextField()),
                ('about', models.TextField()),
                ('domains', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('needs', models.IntegerField(default=0)),
            ],
        ),
        migrations.RunPython(add_full_text, drop_full_text),
    ]
