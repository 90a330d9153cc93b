"""What the database itself keeps: an issued paper is never altered, never deleted."""

from django.db import migrations

# Whichever program asks: what went out stands as it went out. Its place in the tree may move with
# its issuer, replies come in, it may be withdrawn or superseded; nothing else of it changes.
STAYS = """
CREATE FUNCTION anlan_issued_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  live constant text[] := ARRAY['stage','area_path','replied_at','late_told_at','details','search'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.stage <> 'DRAFT' THEN
      RAISE EXCEPTION '送签后的文书不能删除' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.stage IN ('ISSUED', 'WITHDRAWN', 'SUPERSEDED') THEN
    IF NEW.stage NOT IN ('ISSUED', 'WITHDRAWN', 'SUPERSEDED')
       OR to_jsonb(NEW) - live <> to_jsonb(OLD) - live THEN
      RAISE EXCEPTION '已签发的文书不能改动，只能撤回或以新文书替代'
        USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER issued_paper_stays BEFORE UPDATE OR DELETE ON papers_paper
  FOR EACH ROW EXECUTE FUNCTION anlan_issued_paper_stays();

CREATE FUNCTION anlan_issued_addressee_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  at_stage text;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.body_id = OLD.body_id AND NEW.paper_id = OLD.paper_id
     AND OLD.replied_at IS NULL THEN
    RETURN NEW;
  END IF;
  SELECT stage INTO at_stage FROM papers_paper
    WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.paper_id ELSE OLD.paper_id END;
  IF at_stage IN ('ISSUED', 'WITHDRAWN', 'SUPERSEDED') THEN
    RAISE EXCEPTION '已签发文书的主送单位和回复不能改动' USING ERRCODE = 'check_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER issued_addressee_stays BEFORE INSERT OR UPDATE OR DELETE ON papers_addressee
  FOR EACH ROW EXECUTE FUNCTION anlan_issued_addressee_stays();
"""

UNDO_STAYS = """
DROP TRIGGER issued_addressee_stays ON papers_addressee;
DROP FUNCTION anlan_issued_addressee_stays();
DROP TRIGGER issued_paper_stays ON papers_paper;
DROP FUNCTION anlan_issued_paper_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial")]

    operations = [migrations.RunSQL(STAYS, UNDO_STAYS)]
