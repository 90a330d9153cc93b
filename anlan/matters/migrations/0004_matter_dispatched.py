"""An index for dues of matters: what was dispatched within a period."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("matters", "0003_matter_to_check")]

    operations = [
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                name="matter_dispatched",
                fields=["dispatched_at"],
                condition=Q(dispatched_at__isnull=False),
            ),
        ),
    ]
