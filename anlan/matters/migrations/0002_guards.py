"""What the database itself keeps: numbers without doubles, and independent closing."""

from django.db import migrations

NUMBERS = "CREATE SEQUENCE matters_number"

INDEPENDENT = """
CREATE FUNCTION anlan_closing_is_independent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.verdict = 'ACCEPTED' AND EXISTS (
    SELECT 1 FROM matters_rectification r
    WHERE r.matter_id = NEW.matter_id AND r.by_id = NEW.judged_by_id
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
