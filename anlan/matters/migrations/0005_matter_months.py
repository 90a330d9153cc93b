"""The planner learns that a million instants are a few months: it counts them by month in parallel.

Readers: the chart of the months in reports, and streaks of months (anlan.figures).
"""

from django.db import migrations

MONTHS = """
CREATE STATISTICS matter_found_month
  ON (to_char(timezone('Asia/Shanghai', found_at), 'YYYY-MM')) FROM matters_matter;
"""
UNDO = "DROP STATISTICS matter_found_month;"


class Migration(migrations.Migration):
    dependencies = [("matters", "0004_matter_dispatched")]

    operations = [migrations.RunSQL(MONTHS, UNDO)]
