"""An index for what a kind of record says besides: dues ask for the dust firms of the plan."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0002_guards")]

    operations = [
        migrations.AddIndex(
            model_name="record",
            index=GinIndex(
                name="record_details",
                fields=["details"],
                opclasses=["jsonb_path_ops"],
                fastupdate=True,
            ),
        ),
    ]
