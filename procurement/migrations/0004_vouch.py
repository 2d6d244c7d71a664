"""Every account there is was opened by somebody who knew the address: none is locked out by mandatory confirmation."""

from typing import Any

from django.db import migrations


def vouch(apps: Any, schema_editor: Any) -> None:
    users = apps.get_model("procurement", "User")
    addresses = apps.get_model("account", "EmailAddress")
    known = set(addresses.objects.values_list("user_id", flat=True))
    addresses.objects.bulk_create(
        addresses(user_id=pk, email=email.lower(), verified=True, primary=True)
        for pk, email in users.objects.exclude(pk__in=known).values_list("pk", "email")
    )


class Migration(migrations.Migration):

    dependencies = [
        ("procurement", "0003_people"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(vouch, migrations.RunPython.noop)]
