"""What sealing and delivery keep besides, what guards them, and the bell that wakes them."""

import django.db.models.functions
from django.db import migrations, models

# Personal values must be there before the entry is sealed, else its digest would not cover them.
# The lock makes the sealer pass by until the values are committed.
BEFORE_THE_SEAL = """
CREATE FUNCTION anlan_personal_before_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM kernel_trailunsealed WHERE entry_id = NEW.entry_id FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION '留痕 #% 已封存，不能再附加个人信息', NEW.entry_id
      USING ERRCODE = 'raise_exception';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER trail_personal_before_seal BEFORE INSERT ON kernel_trailpersonal
  FOR EACH ROW EXECUTE FUNCTION anlan_personal_before_seal();
"""

UNDO_BEFORE_THE_SEAL = """
DROP TRIGGER trail_personal_before_seal ON kernel_trailpersonal;
DROP FUNCTION anlan_personal_before_seal();
"""

# NOTIFY holds one lock of the whole server from before the commit until after it, so that a
# NOTIFY in every deed would make all commits queue up one behind the other, each with its own
# fsync. One ringer at a time is enough: whoever finds the rope taken leaves it, and the worker,
# which looks once a second anyway, finds their announcement beside the ringer's or a moment later.
BELL = """
CREATE FUNCTION anlan_ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_xact_lock(hashtext('anlan.bell')) THEN
    PERFORM pg_notify('anlan_announced', '');
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER announcement_rings AFTER INSERT ON kernel_announcement
  FOR EACH STATEMENT EXECUTE FUNCTION anlan_ring();
"""

UNDO_BELL = """
DROP TRIGGER announcement_rings ON kernel_announcement;
DROP FUNCTION anlan_ring();
"""

WAITING = models.Index(
    name="announcement_waiting",
    fields=["id"],
    condition=models.Q(delivered_at__isnull=True, parked_at__isnull=True),
)
PARKED = models.Index(
    name="announcement_parked", fields=["id"], condition=models.Q(parked_at__isnull=False)
)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_guards")]

    operations = [
        migrations.AddField(
            "trailunsealed",
            "queued_at",
            models.DateTimeField(db_default=django.db.models.functions.Now()),
        ),
        migrations.AddField(
            "traillink",
            "algorithm",
            models.CharField(max_length=8, default="sha256"),
            preserve_default=False,
        ),
        migrations.AddField(
            "traillink",
            "sealed_at",
            models.DateTimeField(default=None),
            preserve_default=False,
        ),
        migrations.AddField("announcement", "retry_at", models.DateTimeField(null=True)),
        migrations.AddField("announcement", "parked_at", models.DateTimeField(null=True)),
        migrations.RemoveIndex("announcement", "announcement_waiting"),
        migrations.AddIndex("announcement", WAITING),
        migrations.AddIndex("announcement", PARKED),
        migrations.RunSQL(BEFORE_THE_SEAL, UNDO_BEFORE_THE_SEAL),
        migrations.RunSQL(BELL, UNDO_BELL),
    ]
