import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0004_vouch"),
        ("projects", "0015_agenda_key"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Instalment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField()),
                ("label", models.CharField(max_length=120, verbose_name="intitulé")),
                ("basis_points", models.PositiveSmallIntegerField(verbose_name="part en points de base")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="échéance")),
                ("milestone", models.CharField(blank=True, max_length=160, verbose_name="évènement")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="instalments",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "échéance d'appel de fonds",
                "ordering": ["rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "rank"), name="instalment_rank_once"),
                    models.CheckConstraint(
                        condition=Q(("basis_points__gte", 1), ("basis_points__lte", 10000)),
                        name="instalment_is_a_part",
                        violation_error_message="La part d'un appel est comprise entre 0,01 % et 100 %.",
                    ),
                    models.CheckConstraint(
                        condition=Q(("due_on__isnull", False), Q(("milestone", ""), _negated=True), _connector="OR"),
                        name="instalment_has_a_time",
                        violation_error_message="Un appel a une date ou un évènement.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundsCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="numéro")),
                ("label", models.CharField(max_length=120, verbose_name="intitulé")),
                ("basis_points", models.PositiveSmallIntegerField(verbose_name="part en points de base")),
                ("issued_on", models.DateField(verbose_name="émis le")),
                ("due_on", models.DateField(verbose_name="à payer avant le")),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funds_calls",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "appel de fonds",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "number"), name="funds_call_number_once"),
                    models.CheckConstraint(
                        condition=Q(("due_on__gte", F("issued_on"))),
                        name="funds_call_due_after_issue",
                        violation_error_message="Un appel se paie après son émission.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalledAmount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ht_cents", models.BigIntegerField(verbose_name="montant HT")),
                ("vat_cents", models.BigIntegerField(verbose_name="TVA")),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="reçu le")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procurement.body"
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="amounts", to="projects.fundscall"
                    ),
                ),
            ],
            options={
                "verbose_name": "montant appelé",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "body"), name="body_called_once"),
                    models.CheckConstraint(
                        condition=Q(("ht_cents__gte", 0), ("vat_cents__gte", 0)),
                        name="called_amount_not_negative",
                        violation_error_message="Un montant appelé ne peut pas être négatif.",
                    ),
                ],
            },
        ),
    ]
