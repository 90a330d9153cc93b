"""The text of a paper: as it would go out today, and as it went out (成文)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from anlan.formats import official
from anlan.kernel.trail import LOCAL
from anlan.people.models import Body

from .. import rules
from ..flow import OUT
from .kinds import template_named
from .paper import Paper


def shown(paper: Paper, *, at: datetime) -> official.Document:
    """What a page or a printer shows: what was signed, or the draft as it stands (文稿)."""
    if paper.stage in OUT:
        return official.from_json(paper.document)
    return official.Document(**{**written(paper, at=at).__dict__, "draft": True})


def written(paper: Paper, *, at: datetime) -> official.Document:
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
    template, facts = template_named(paper.template), facts_of(paper, bodies, at)
    title = rules.title_of(template, paper.values, facts)
    return official.Document(title, rules.blocks_of(template, paper.values, facts), **outer)


def titled(paper: Paper, addressees: Sequence[Body]) -> str:
    template = template_named(paper.template)
    return rules.title_of(template, paper.values, facts_of(paper, addressees))[:200]


def facts_of(
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


def _day(instant: datetime | None) -> str:
    if instant is None:
        return ""
    day = instant.astimezone(LOCAL)
    return f"{day.year}年{day.month}月{day.day}日"
