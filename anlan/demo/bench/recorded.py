"""Records of two years in any number, made inside the database: what figures are counted over."""

from django.db import connection

from anlan.demo.district import District

# Of ten records six are inspections; each visits a firm, every third a second one.
FILL = """
INSERT INTO records_record (
  number, kind, stage, title, area_id, area_path, place, sector, topic, started_at, day,
  entered_at, person_times, counts, details, answers, hidden, origin, search)
SELECT 'BT' || lpad(n::text, 9, '0'),
  (ARRAY['inspection','inspection','inspection','inspection','inspection','inspection',
         'night_check','drill','training','publicity_event'])[1 + n %% 10],
  'KEPT', '台账' || n, a.id, a.path, '', (ARRAY['fire','gas','chemical'])[1 + n %% 3], '',
  at, (at AT TIME ZONE 'Asia/Shanghai')::date, at, 2 + n %% 3,
  CASE n %% 10 WHEN 7 THEN jsonb_build_object('attended', 30 + n %% 50)
               WHEN 8 THEN jsonb_build_object('trained', 20 + n %% 90)
               WHEN 9 THEN jsonb_build_object('reached', 100 + n %% 400)
               ELSE jsonb_build_object('problems', n %% 4) END,
  '{}', '{}', false, '', 'BT' || lpad(n::text, 9, '0')
FROM (SELECT n, %(until)s::timestamptz - (%(size)s - n) * (interval '730 days' / %(size)s) AS at
        FROM generate_series(1, %(size)s::int) AS n) AS made
JOIN (SELECT row_number() OVER (ORDER BY id) - 1 AS i, id, path FROM people_area
       WHERE level = 'VILLAGE') AS a ON a.i = n %% (SELECT count(*) FROM people_area
                                                     WHERE level = 'VILLAGE')
"""
VISIT = """
INSERT INTO records_visit (record_id, body_id, day, result, words)
SELECT r.id, f.id, r.day, '', ''
  FROM records_record r
  CROSS JOIN LATERAL generate_series(0, CASE WHEN r.id % 3 = 0 THEN 1 ELSE 0 END) AS k
  JOIN (SELECT row_number() OVER (ORDER BY id) - 1 AS i, id FROM people_body
         WHERE kind = 'ENTERPRISE') AS f
    ON f.i = (r.id * 7 + k) % (SELECT count(*) FROM people_body WHERE kind = 'ENTERPRISE')
 WHERE r.kind IN ('inspection', 'night_check')
"""


def fill(district: District, *, size: int) -> None:
    """Put `size` records of two years into the books, spread over villages and firms."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"size": size, "until": district.clock.now()})
        cursor.execute(VISIT)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) records_record")
        cursor.execute("VACUUM (ANALYZE) records_visit")
