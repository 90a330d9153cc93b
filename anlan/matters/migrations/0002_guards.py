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

# Nothing ends unproved, whichever program says so: a check that agreed, or an answer to the
# citizen. Judged at the commit, because a deed moves the matter first and then writes the verdict.
PROVED = """
CREATE FUNCTION anlan_closing_is_proved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM matters_matter WHERE id = NEW.id AND stage = 'CLOSED'
  ) THEN RETURN NULL; END IF;  -- opened again within the same deed
  IF OLD.stage = 'SUBMITTED' AND 'ACCEPTED' = (
    SELECT verdict FROM matters_rectification
    WHERE matter_id = NEW.id ORDER BY round DESC LIMIT 1
  ) THEN RETURN NULL; END IF;
  IF OLD.stage IN ('REPORTED', 'ADOPTED') AND EXISTS (
    SELECT 1 FROM matters_matter WHERE id = NEW.id AND details ? 'reply'
  ) THEN RETURN NULL; END IF;
  RAISE EXCEPTION '没有核查通过或答复群众的记录，不能销号' USING ERRCODE = 'check_violation';
END $$;
CREATE CONSTRAINT TRIGGER closing_is_proved AFTER UPDATE OF stage ON matters_matter
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.stage = 'CLOSED' AND OLD.stage <> 'CLOSED')
  EXECUTE FUNCTION anlan_closing_is_proved();
"""

UNDO_PROVED = """
DROP TRIGGER closing_is_proved ON matters_matter;
DROP FUNCTION anlan_closing_is_proved();
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0001_initial")]

    operations = [
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE matters_number"),
        migrations.RunSQL(INDEPENDENT, UNDO_INDEPENDENT),
        migrations.RunSQL(PROVED, UNDO_PROVED),
    ]
