"""What the database itself keeps: numbers without doubles, statements that stay as they were made."""

from django.db import migrations

NUMBERS = "CREATE SEQUENCE accidents_number"

# A first report and every change of the toll is evidence: whichever program asks, it stays.
STAYS = """
CREATE FUNCTION anlan_casualty_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '伤亡报告只增不改' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER casualty_report_stays BEFORE UPDATE OR DELETE ON accidents_casualtyreport
  FOR EACH ROW EXECUTE FUNCTION anlan_casualty_report_stays();

CREATE FUNCTION anlan_accident_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '事故不能删除，只能作废、合并或核销' USING ERRCODE = 'check_violation';
  END IF;
  IF (OLD.first_deaths, OLD.first_injured, OLD.first_grade)
     IS DISTINCT FROM (NEW.first_deaths, NEW.first_injured, NEW.first_grade) THEN
    RAISE EXCEPTION '快报数字一经报出不再改动' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER accident_stays BEFORE UPDATE OR DELETE ON accidents_accident
  FOR EACH ROW EXECUTE FUNCTION anlan_accident_stays();
"""

UNDO_STAYS = """
DROP TRIGGER accident_stays ON accidents_accident;
DROP FUNCTION anlan_accident_stays();
DROP TRIGGER casualty_report_stays ON accidents_casualtyreport;
DROP FUNCTION anlan_casualty_report_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("accidents", "0001_initial")]

    operations = [
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE accidents_number"),
        migrations.RunSQL(STAYS, UNDO_STAYS),
    ]
