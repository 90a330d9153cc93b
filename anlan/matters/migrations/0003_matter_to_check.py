"""An index for the first screen of whoever checks."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_guards")]

    operations = [
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                name="matter_to_check",
                fields=["checker", "due_at"],
                condition=Q(stage="SUBMITTED"),
            ),
        ),
    ]
