"""How fast people answer (应答统计): rate, median and 95th percentile, by town, post or kind.

Counted are those called in their own right, in live call-ups that were started in the span; a late
answer is an answer, with its time. Drills are counted only when asked for, notices never.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from ..flow import State, World

By = Literal["", "town", "post", "kind", "channel"]


@dataclass(frozen=True)
class AnswerTimes:
    """One line of the table. Seconds run from the first call to the first answer."""

    key: str  # code of the town, id of the post, key of the charge kind, channel
    label: str
    people: int
    answered: int
    late: int
    median: float | None
    p95: float | None
    ids: tuple[int, ...] = ()  # the rows behind the number, when asked for

    @property
    def rate(self) -> float:
        """Share of those called who answered for themselves, 0 to 1."""
        return self.answered / self.people if self.people else 0.0


# fmt: off
GROUPS: dict[str, tuple[str, str, str]] = {
    "":        ("''", "'合计'", ""),
    "town":    ("coalesce(t.code, '')", "coalesce(t.name, '县级')",
                "LEFT JOIN people_area t ON t.level = 'TOWN' AND t.valid_to IS NULL"
                " AND starts_with(c.area_path, t.path)"),
    "post":    ("coalesce(p.id::text, '')", "coalesce(p.name, '未设岗位')",
                "LEFT JOIN people_post p ON p.id = c.post_id"),
    "kind":    ("coalesce(ch.kind, '')", "coalesce(ch.kind, '')",
                "LEFT JOIN people_charge ch ON ch.id = c.charge_ids[1]"),
    "channel": ("coalesce(an.channel, '')", "coalesce(an.channel, '未应答')",
                "LEFT JOIN LATERAL (SELECT channel FROM callup_answer"
                " WHERE called_id = c.id AND at >= c.answered_at"
                " ORDER BY at, id LIMIT 1) an ON true"),
}
# fmt: on
TIMES = """
SELECT {key}, {label}, count(*),
       count(*) FILTER (WHERE c.state = %(answered)s), count(*) FILTER (WHERE c.late),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.answered_at - c.called_at)),
       percentile_cont(0.95) WITHIN GROUP
         (ORDER BY extract(epoch FROM c.answered_at - c.called_at)),
       CASE WHEN %(rows)s THEN array_agg(c.id ORDER BY c.id) ELSE '{{}}' END
  FROM callup_called c JOIN callup_callup u ON u.id = c.callup_id {join}
 WHERE c.stands_in_for_id IS NULL AND u.world = %(world)s AND NOT u.notice
   AND (%(callups)s::bigint[] IS NULL OR u.id = ANY(%(callups)s))
   AND (%(since)s::timestamptz IS NULL OR u.started_at >= %(since)s)
   AND (%(until)s::timestamptz IS NULL OR u.started_at < %(until)s)
   AND starts_with(c.area_path, %(path)s)
 GROUP BY 1, 2 ORDER BY 1
"""


def answer_times(
    by: By = "",
    *,
    callups: Iterable[int] | None = None,
    span: tuple[datetime | None, datetime | None] = (None, None),
    path: str = "/",
    drills: bool = False,
    rows: bool = False,
) -> list[AnswerTimes]:
    """Answer rate and times below an area, for some call-ups or all of a `span` (应答统计).

    Value and rows come from one statement: with `rows` each line carries the ids of its people.
    """
    key, label, join = GROUPS[by]
    given: dict[str, Any] = {
        "answered": State.ANSWERED.value,
        "world": (World.DRILL if drills else World.LIVE).value,
        "callups": None if callups is None else list(callups),
        "since": span[0],
        "until": span[1],
        "path": path,
        "rows": rows,
    }
    with connection.cursor() as cursor:
        cursor.execute(TIMES.format(key=key, label=label, join=join), given)
        return [
            AnswerTimes(k, name, people, answered, late, _seconds(half), _seconds(most), tuple(ids))
            for k, name, people, answered, late, half, most, ids in cursor.fetchall()
        ]


def _seconds(value: Any) -> float | None:
    return None if value is None else float(value)
