"""What several deeds of a paper need alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.kernel.errors import Invalid, NotAllowed
from anlan.people.models import Area, Body

from .. import rules
from ..flow import DEEDS
from ..models import Paper, template_named

LOOK_AGAIN = "请刷新页面，查看最新状态后再办理"


def _hold(paper: Paper, verb: str) -> None:
    """Lock the row and read it anew, for a deed that leaves the stage alone."""
    Paper.objects.select_for_update().only("pk").get(pk=paper.pk)
    paper.refresh_from_db()
    deed = DEEDS.moves[verb]
    if paper.stage not in deed.sources:
        stage = paper.get_stage_display()
        raise NotAllowed(f"{paper}现为“{stage}”，不能{deed.term}", mend=LOOK_AGAIN)


def _judged(paper: Paper, values: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """Its values as its template wants them; Invalid says which is wrong."""
    if not paper.template:
        return dict(values)
    try:
        return rules.checked(template_named(paper.template), values, whole=whole)
    except rules.BadValue as wrong:
        raise Invalid(wrong.words, mend=wrong.mend, field=wrong.field) from wrong


def _searchable(paper: Paper, addressees: Sequence[Body]) -> str:
    names = [body.name for body in addressees[:20]]
    return " ".join([paper.number, paper.title, paper.issuer.name, *names]).lower().strip()


def _series(paper: Paper) -> str:
    """Whose numbers this paper continues: the offices of the top area share one series."""
    area = paper.issuer.area
    is_root = area.level in (Area.Level.DISTRICT, Area.Level.CITY)
    return rules.series_of(paper.rule.series, area.name, is_root=is_root)
