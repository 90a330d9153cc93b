"""What several deeds of a paper need alike."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from anlan.formats import official
from anlan.kernel.errors import Invalid, NotAllowed
from anlan.kernel.trail import LOCAL
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


def _facts(
    paper: Paper, addressees: Sequence[Body], issued_at: datetime | None = None
) -> dict[str, str]:
    """What every template may say of the paper itself, as it is written in a sentence."""
    return {
        "addressees": "、".join(body.name for body in addressees),
        "issuer": paper.issuer.name,
        "area": paper.issuer.area.name,
        "reply_due": _day(paper.reply_due_at),
        "valid_until": _day(paper.valid_until),
        "issued_on": _day(issued_at),
    }


def _titled(paper: Paper, addressees: Sequence[Body]) -> str:
    template = template_named(paper.template)
    return rules.title_of(template, paper.values, _facts(paper, addressees))[:200]


def _written(paper: Paper, *, at: datetime) -> official.Document:
    """The whole text as it goes out on this day, with number, addressees, signature and date."""
    bodies = [one.body for one in paper.sent_to.select_related("body")]
    day = at.astimezone(LOCAL).date()
    outer: dict[str, Any] = {
        "number": paper.number,
        "signature": paper.issuer.name,
        "signed_on": day,
        "seal": True,
        "printer": paper.issuer.name,
        "printed_on": day,
        "head": f"{paper.issuer.name}文件",
        "addressees": tuple(body.name for body in bodies),
    }
    if not paper.template:
        given = official.from_json(paper.document)
        kept = {name: value for name, value in outer.items() if value}
        return official.Document(**{**given.__dict__, **kept, "draft": False})
    template, facts = template_named(paper.template), _facts(paper, bodies, at)
    title = rules.title_of(template, paper.values, facts)
    return official.Document(title, rules.blocks_of(template, paper.values, facts), **outer)


def _searchable(paper: Paper, addressees: Sequence[Body]) -> str:
    names = [body.name for body in addressees[:20]]
    return " ".join([paper.number, paper.title, paper.issuer.name, *names]).lower().strip()


def _series(paper: Paper) -> str:
    """Whose numbers this paper continues: the offices of the top area share one series."""
    area = paper.issuer.area
    is_root = area.level in (Area.Level.DISTRICT, Area.Level.CITY)
    return rules.series_of(paper.rule.series, area.name, is_root=is_root)


def _day(instant: datetime | None) -> str:
    if instant is None:
        return ""
    day = instant.astimezone(LOCAL)
    return f"{day.year}年{day.month}月{day.day}日"
