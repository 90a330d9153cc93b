"""Notices: what some people are to know, told over the same lines and kept with the same proof."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("callup", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="callup", name="notice", field=models.BooleanField(default=False)
        ),
    ]
