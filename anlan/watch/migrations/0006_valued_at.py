"""When the value of an alarm's part was measured: it is said with the value."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("watch", "0005_rule_trials")]

    operations = [
        migrations.AddField(
            model_name="alarmpart", name="valued_at", field=models.DateTimeField(null=True)
        ),
    ]
