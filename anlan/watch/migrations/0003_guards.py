"""What the database itself keeps: a drill reaches nobody, what went out stays as it was."""

from django.db import migrations

NUMBERS = "CREATE SEQUENCE watch_alarm_number"

# A publication and a call-up name their world twice: in their own row, and through the warning and
# the call-up they tie together. The two can't differ, and neither can ever change.
ONE_WORLD = """
ALTER TABLE watch_publication ADD CONSTRAINT publication_in_the_world_of_its_warning
  FOREIGN KEY (warning_id, world) REFERENCES watch_warning (id, world);
ALTER TABLE watch_reached ADD CONSTRAINT reached_in_the_world_of_its_warning
  FOREIGN KEY (warning_id, world) REFERENCES watch_warning (id, world);
ALTER TABLE watch_reached ADD CONSTRAINT reached_in_the_world_of_its_callup
  FOREIGN KEY (callup_id, world) REFERENCES callup_callup (id, world);

CREATE FUNCTION anlan_warning_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moving text[] := ARRAY['stage', 'area_path', 'follows_id'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.stage IN ('DRAFT', 'SUBMITTED', 'VOID') THEN RETURN OLD; END IF;
    RAISE EXCEPTION '已发布或收到的预警不能删除' USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.world, NEW.status) IS DISTINCT FROM (OLD.world, OLD.status) THEN
    RAISE EXCEPTION '演练与实战不能互相转换' USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.stage IN ('DRAFT', 'SUBMITTED') THEN RETURN NEW; END IF;
  IF NEW.stage IN ('DRAFT', 'SUBMITTED') OR (OLD.stage = 'REFUSED' AND NEW.stage <> 'REFUSED') THEN
    RAISE EXCEPTION '已发布或拒用的预警不能退回' USING ERRCODE = 'check_violation';
  END IF;
  IF to_jsonb(NEW) - moving IS DISTINCT FROM to_jsonb(OLD) - moving THEN
    RAISE EXCEPTION '已发布或收到的预警不能改动' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER warning_stays BEFORE UPDATE OR DELETE ON watch_warning
  FOR EACH ROW EXECUTE FUNCTION anlan_warning_stays();

CREATE FUNCTION anlan_published_was_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM watch_warning w WHERE w.id = NEW.warning_id
                 AND w.stage IN ('ISSUED', 'UPDATED', 'CANCELLED', 'EXPIRED')
                 AND w.received_at IS NULL) THEN
    RAISE EXCEPTION '没有批准发布的预警不能进入订阅源' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER published_was_issued BEFORE INSERT OR UPDATE ON watch_publication
  FOR EACH ROW EXECUTE FUNCTION anlan_published_was_issued();
"""

UNDO = """
DROP TRIGGER published_was_issued ON watch_publication;
DROP FUNCTION anlan_published_was_issued();
DROP TRIGGER warning_stays ON watch_warning;
DROP FUNCTION anlan_warning_stays();
ALTER TABLE watch_reached DROP CONSTRAINT reached_in_the_world_of_its_callup;
ALTER TABLE watch_reached DROP CONSTRAINT reached_in_the_world_of_its_warning;
ALTER TABLE watch_publication DROP CONSTRAINT publication_in_the_world_of_its_warning;
"""


class Migration(migrations.Migration):
    dependencies = [("watch", "0002_alarms")]

    operations = [
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE watch_alarm_number"),
        migrations.RunSQL(ONE_WORLD, UNDO),
    ]
