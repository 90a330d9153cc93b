"""What the database itself keeps: the trail cannot be altered, and words can be searched."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION anlan_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '留痕只能追加,不能修改或删除(%)', TG_TABLE_NAME USING ERRCODE = 'raise_exception';
END $$;

CREATE TRIGGER trail_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_trailentry
  FOR EACH STATEMENT EXECUTE FUNCTION anlan_refuse_change();
CREATE TRIGGER trail_link_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_traillink
  FOR EACH STATEMENT EXECUTE FUNCTION anlan_refuse_change();
CREATE TRIGGER trail_personal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kernel_trailpersonal
  FOR EACH STATEMENT EXECUTE FUNCTION anlan_refuse_change();

CREATE FUNCTION anlan_queue_for_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO kernel_trailunsealed (entry_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER trail_entry_unsealed AFTER INSERT ON kernel_trailentry
  FOR EACH ROW EXECUTE FUNCTION anlan_queue_for_sealing();
"""

UNDO_APPEND_ONLY = """
DROP TRIGGER trail_entry_unsealed ON kernel_trailentry;
DROP FUNCTION anlan_queue_for_sealing();
DROP TRIGGER trail_personal_append_only ON kernel_trailpersonal;
DROP TRIGGER trail_link_append_only ON kernel_traillink;
DROP TRIGGER trail_entry_append_only ON kernel_trailentry;
DROP FUNCTION anlan_refuse_change();
"""

BIGRAMS = """
CREATE FUNCTION anlan_bigrams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT substr(low, i, 2)), '{}')
  FROM (SELECT lower(words) AS low) AS folded, generate_series(1, length(low) - 1) AS i
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
        migrations.RunSQL(BIGRAMS, "DROP FUNCTION anlan_bigrams(text)"),
    ]
