"""A document keeps what it was printed with. Those already issued get the route of their project and the titles and
templates of the day: none of the kinds below had changed since the first issue."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

# The catalogue when this migration was written: code → title, template.
KINDS = {
    "need-sheet": ("Fiche de recensement du besoin", "print/notes/need_sheet.html"),
    "opportunity-note": ("Note d'opportunité", "print/notes/opportunity.html"),
    "intent-letter": ("Lettre d'intention", "print/acts/intent_letter.html"),
    "convention": ("Convention constitutive", "print/convention.html"),
    "specification": ("Cahier des charges", "print/specification.html"),
    "financial-annex": ("Annexe financière", "print/financial_annex.html"),
    "needs-annex": ("Annexe des besoins et des maxima", "print/needs_annex.html"),
    "summary-note": ("Note explicative de synthèse", "print/acts/summary_note.html"),
    "deliberation": ("Modèle de délibération", "print/acts/deliberation.html"),
    "accession-form": ("Bulletin d'adhésion", "print/acts/accession.html"),
    "certificate": ("Certificat de constitution", "print/acts/certificate.html"),
}
AGREEMENT = ("Accord de développement partagé", "print/agreement.html")


def fill_in(apps: Any, schema_editor: Any) -> None:
    documents = apps.get_model("documents", "Document").objects.select_related("project")
    for document in documents.defer("context").iterator():
        route = document.project.route
        shared = document.kind == "convention" and route == "shared_development"
        title, template = AGREEMENT if shared else KINDS.get(document.kind, (document.kind, ""))
        type(document)._base_manager.filter(pk=document.pk).update(route=route, title=title, template=template)


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_copies'),
    ]

    operations = [
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('packed', models.BinaryField()),
                ('kept_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField('document', 'facts_sha256', models.CharField(default='', max_length=64)),
        migrations.AddField('document', 'engine', models.CharField(default='', max_length=40)),
        migrations.AddField('document', 'route', models.CharField(default='', max_length=20), preserve_default=False),
        migrations.AddField('document', 'title', models.CharField(default='', max_length=120), preserve_default=False),
        migrations.AddField('document', 'template', models.CharField(default='', max_length=80), preserve_default=False),
        migrations.AddField(
            'document',
            'wording',
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.wording'),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
