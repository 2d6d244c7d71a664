"""Both journals, and the ends of their chains, refuse UPDATE and DELETE."""

from django.db import migrations

from procurement.append_only import EVENTS, HEADS, Guard


class Migration(migrations.Migration):
    dependencies = [("procurement", "0002_letters"), ("projects", "0009_declarations")]

    operations = [Guard(table) for table in (*EVENTS, HEADS)]
