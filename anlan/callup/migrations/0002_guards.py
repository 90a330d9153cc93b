"""What the database itself keeps: a drill never reaches a live line, whoever asks."""

from django.db import migrations

NUMBERS = "CREATE SEQUENCE callup_number; CREATE SEQUENCE callup_check_number"

# Everything that can reach a person names its world twice: in its own row, and through the row it
# belongs to. The two can't differ, and neither can ever change.
ONE_WORLD = """
ALTER TABLE callup_called ADD CONSTRAINT called_in_the_world_of_its_callup
  FOREIGN KEY (callup_id, world) REFERENCES callup_callup (id, world);
ALTER TABLE callup_attempt ADD CONSTRAINT attempt_in_the_world_of_its_person
  FOREIGN KEY (called_id, world) REFERENCES callup_called (id, world);
ALTER TABLE callup_attempt ADD CONSTRAINT attempt_on_a_line_of_its_world
  FOREIGN KEY (line_id, world) REFERENCES callup_line (key, world);
ALTER TABLE callup_cover ADD CONSTRAINT cover_in_the_world_of_its_attempt
  FOREIGN KEY (attempt_id, world) REFERENCES callup_attempt (id, world);
ALTER TABLE callup_cover ADD CONSTRAINT cover_in_the_world_of_its_person
  FOREIGN KEY (called_id, world) REFERENCES callup_called (id, world);

CREATE FUNCTION anlan_world_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.world IS DISTINCT FROM OLD.world THEN
    RAISE EXCEPTION '演练与实战不能互相转换' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER world_stays BEFORE UPDATE OF world ON callup_callup
  FOR EACH ROW EXECUTE FUNCTION anlan_world_stays();
CREATE TRIGGER world_stays BEFORE UPDATE OF world ON callup_called
  FOR EACH ROW EXECUTE FUNCTION anlan_world_stays();
CREATE TRIGGER world_stays BEFORE UPDATE OF world ON callup_attempt
  FOR EACH ROW EXECUTE FUNCTION anlan_world_stays();

-- A line keeps its world and its kind: a simulated one can't become a live one under a drill.
CREATE FUNCTION anlan_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.world, NEW.kind) IS DISTINCT FROM (OLD.world, OLD.kind) THEN
    RAISE EXCEPTION '线路的类型和所属（演练、实战）不能更改，请另设线路'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER line_stays BEFORE UPDATE OF world, kind ON callup_line
  FOR EACH ROW EXECUTE FUNCTION anlan_line_stays();
"""

UNDO_ONE_WORLD = """
DROP TRIGGER line_stays ON callup_line;
DROP TRIGGER world_stays ON callup_attempt;
DROP TRIGGER world_stays ON callup_called;
DROP TRIGGER world_stays ON callup_callup;
DROP FUNCTION anlan_line_stays();
DROP FUNCTION anlan_world_stays();
ALTER TABLE callup_cover DROP CONSTRAINT cover_in_the_world_of_its_person;
ALTER TABLE callup_cover DROP CONSTRAINT cover_in_the_world_of_its_attempt;
ALTER TABLE callup_attempt DROP CONSTRAINT attempt_on_a_line_of_its_world;
ALTER TABLE callup_attempt DROP CONSTRAINT attempt_in_the_world_of_its_person;
ALTER TABLE callup_called DROP CONSTRAINT called_in_the_world_of_its_callup;
"""


class Migration(migrations.Migration):
    dependencies = [("callup", "0001_initial")]

    operations = [
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE callup_check_number; DROP SEQUENCE callup_number"),
        migrations.RunSQL(ONE_WORLD, UNDO_ONE_WORLD),
    ]
