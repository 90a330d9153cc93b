"""The newest values are written anew every second: in their place, and into no index.

Nobody looked for them by when they came. Ten thousand of them took twice as long with the index.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("watch", "0003_guards")]

    operations = [
        migrations.RemoveIndex(model_name="latest", name="latest_at"),
        migrations.RunSQL(
            "ALTER TABLE watch_latest SET (fillfactor = 50)",
            "ALTER TABLE watch_latest RESET (fillfactor)",
        ),
    ]
