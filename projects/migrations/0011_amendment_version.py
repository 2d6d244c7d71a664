from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0010_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='amendment',
            name='version',
            field=models.PositiveSmallIntegerField(default=1, verbose_name='version modifiée'),
            preserve_default=False,
        ),
    ]
