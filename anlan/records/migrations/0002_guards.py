"""What the database itself keeps: numbers without doubles, and kept records that stay."""

from django.db import migrations

NUMBERS = "CREATE SEQUENCE records_number"

# What was entered in the books is voided with a reason, never deleted, whichever program asks.
STAYS = """
CREATE FUNCTION anlan_kept_record_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.stage <> 'DRAFT' THEN
    RAISE EXCEPTION '已入账的台账记录不能删除，只能作废' USING ERRCODE = 'check_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER kept_record_stays BEFORE DELETE ON records_record
  FOR EACH ROW EXECUTE FUNCTION anlan_kept_record_stays();
"""

UNDO_STAYS = """
DROP TRIGGER kept_record_stays ON records_record;
DROP FUNCTION anlan_kept_record_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE records_number"),
        migrations.RunSQL(STAYS, UNDO_STAYS),
    ]
