"""What the database itself keeps: numbers without doubles, and independent closing."""

from django.db import migrations

NUMBERS = "CREATE SEQUENCE matters_number"

# Whoever submitted, controlled, or had either entered for them, at this matter or at the one it
# watches over, never closes it: whatever post they sign under, whichever program asks.
INDEPENDENT = """
CREATE FUNCTION anlan_closing_is_independent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE concerned bigint[];
BEGIN
  IF NEW.verdict <> 'ACCEPTED' THEN RETURN NEW; END IF;
  SELECT array_remove(ARRAY[id, parent_id], NULL) INTO concerned
    FROM matters_matter WHERE id = NEW.matter_id;
  IF EXISTS (
    SELECT 1 FROM matters_rectification r WHERE r.matter_id = ANY(concerned)
      AND (r.by_id = NEW.judged_by_id OR r.on_behalf_of_id = NEW.judged_by_id)
  ) OR EXISTS (
    SELECT 1 FROM matters_interimcontrol c
    WHERE c.matter_id = ANY(concerned) AND c.by_id = NEW.judged_by_id
  ) THEN
    RAISE EXCEPTION '参与过整改的人员不能核查销号' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER closing_is_independent BEFORE INSERT OR UPDATE ON matters_rectification
  FOR EACH ROW EXECUTE FUNCTION anlan_closing_is_independent();
"""

UNDO_INDEPENDENT = """
DROP TRIGGER closing_is_independent ON matters_rectification;
DROP FUNCTION anlan_closing_is_independent();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial")]

    operations = [
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE matters_number"),
        migrations.RunSQL(INDEPENDENT, UNDO_INDEPENDENT),
    ]
