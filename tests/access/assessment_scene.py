"""Two rounds of the towns' assessment: one may be objected to, the other can be closed."""

from datetime import timedelta
from typing import Any

from anlan.figures import actions
from anlan.figures.models import AssessedScore
from anlan.figures.rules import parse_period


def make(s: Any) -> None:
    """April's round is past its objections; May's is open, and 泽国镇 objects to one leaf."""
    where = s.district
    asked = {"area": where.wenling, "by": where.chen_section}
    s.things["round_before"] = actions.post_scores(
        "towns", period=parse_period("2024-04"), at=s.at - timedelta(days=20), **asked
    )
    held = actions.post_scores("towns", period=parse_period("2024-05"), at=s.at, **asked)
    s.things["round"] = held
    score = AssessedScore.objects.get(round=held, area=where.zeguo)
    s.things["score"] = score
    s.things["objection"] = actions.object_to(
        score, leaf="night_check", words="5月第三周夜查已做，台账补录在次日",
        by=where.huang_zeguo_station, at=s.at,
    )  # fmt: skip
