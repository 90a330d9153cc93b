from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0003_assessment"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="assessedscore", name="scored_once"),
        migrations.AddConstraint(
            model_name="assessedscore",
            constraint=models.UniqueConstraint(
                fields=("round", "area", "body"), name="scored_once", nulls_distinct=False
            ),
        ),
    ]
