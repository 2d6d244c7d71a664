"""Calls for funds and amendments are numbered: each is a series of its own, in which issues replace each other.

Those already issued get the number that their stored context prints.
"""

from typing import Any

from django.db import migrations, models

AMENDMENTS = ("amendment", "amendment-joining", "amendment-leaving", "amendment-extension", "amendment-lead")


def number(kind: str, context: dict[str, Any]) -> str:
    """The number printed, or that of the first while there was none."""
    said = context.get("number", "") if kind == "funds-call" else context.get("recorded", {}).get("number", "")
    return said if said.isdigit() else "1"


def fill_in(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("documents", "Document")._base_manager
    for pk, kind, context in rows.filter(kind__in=("funds-call", *AMENDMENTS)).values_list("pk", "kind", "context"):
        rows.filter(pk=pk).update(series=number(kind, context))


class Migration(migrations.Migration):

    dependencies = [
        ("documents", "0005_agreed_drafts"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="document", name="issue_once"),
        migrations.RemoveConstraint(model_name="document", name="common_issue_once"),
        migrations.AddField(
            model_name="document", name="series", field=models.CharField(blank=True, default="", max_length=6)
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                fields=("project", "kind", "body", "series", "number"), name="issue_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                fields=("project", "kind", "series", "number"),
                condition=models.Q(("body", None)),
                name="common_issue_once",
            ),
        ),
    ]
