"""Which lines had a message in hand, and when something is said to whole areas next."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("callup", "0004_urgent_start")]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="taken_by",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="callup", name="aloud_at", field=models.DateTimeField(null=True)
        ),
    ]
