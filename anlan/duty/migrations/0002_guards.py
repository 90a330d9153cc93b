"""What the database itself keeps: the log is append-only, a handover is signed once and for all."""

from django.db import migrations

LOG = """
CREATE TRIGGER duty_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON duty_logentry
  FOR EACH STATEMENT EXECUTE FUNCTION anlan_refuse_change();
"""

# Taken with a signature, nothing of it changes any more; before that, only who takes it and when
# it was told that nobody had.
HANDOVER = """
CREATE FUNCTION anlan_handover_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.taken_at IS NOT NULL
     OR (NEW.desk_id, NEW.shift_id, NEW.given_by_id, NEW.given_at, NEW.words, NEW.open_things)
        IS DISTINCT FROM
        (OLD.desk_id, OLD.shift_id, OLD.given_by_id, OLD.given_at, OLD.words, OLD.open_things) THEN
    RAISE EXCEPTION '交接班记录不能修改或删除' USING ERRCODE = 'raise_exception';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER handover_stays BEFORE UPDATE OR DELETE ON duty_handover
  FOR EACH ROW EXECUTE FUNCTION anlan_handover_stays();
"""

UNDO_HANDOVER = """
DROP TRIGGER handover_stays ON duty_handover;
DROP FUNCTION anlan_handover_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0001_initial"), ("kernel", "0002_guards")]

    operations = [
        migrations.RunSQL(LOG, "DROP TRIGGER duty_log_append_only ON duty_logentry"),
        migrations.RunSQL(HANDOVER, UNDO_HANDOVER),
    ]
