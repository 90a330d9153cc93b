"""What saves lives is started before anybody approved it: with a reason, to be confirmed later."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("callup", "0003_notice")]

    operations = [
        migrations.AddField(
            model_name="callup",
            name="urgent_reason",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="callup", name="callup_approved_by_another"),
        migrations.AddConstraint(
            model_name="callup",
            constraint=models.CheckConstraint(
                name="callup_approved_by_another",
                condition=Q(approver=None)
                | (Q(drafter=None) | ~Q(approver=F("drafter")))
                & (Q(logged_by=None) | ~Q(approver=F("logged_by"))),
            ),
        ),
        migrations.RemoveConstraint(model_name="callup", name="callup_running_is_approved"),
        migrations.AddConstraint(
            model_name="callup",
            constraint=models.CheckConstraint(
                name="callup_running_is_approved",
                condition=~Q(stage__in=["RUNNING", "ENDED"])
                | Q(approver__isnull=False)
                | ~Q(standing_approval="")
                | Q(life_safety=True, logged_by__isnull=False, confirm_by__isnull=False)
                & ~Q(urgent_reason=""),
            ),
        ),
    ]
