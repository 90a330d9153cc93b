"""A paper before it is signed (拟稿)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from anlan.formats import official
from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.kernel.refs import Ref
from anlan.people.models import Body, Person

from .. import access, events
from ..flow import FLOW
from ..models import Addressee, Paper, kind_named
from ..models.text import titled
from .beats import _hold, _judged, _searchable


@transaction.atomic
def draft(  # noqa: PLR0913 (what a paper consists of, told in one call)
    *,
    kind: str,
    about: Ref | None = None,
    issuer: Body,
    addressees: Sequence[Body] = (),
    values: Mapping[str, Any] | None = None,
    document: official.Document | None = None,
    sector: str = "",
    reply_due_at: datetime | None = None,
    replaces: Paper | None = None,
    by: Person | None,
    at: datetime,
) -> Paper:
    """Write a paper that somebody else will sign (拟稿).

    `values` are checked against the template of the kind; a kind without one, or a text of its own,
    takes `document`. `by` None is time itself: the ladder of what is late. The reply is due when it
    says, or as many days after issue as the kind tells.
    """
    rule = kind_named(kind)
    under = access.check_drafting(by, issuer, sector=sector, at=at) if by else None
    if about is not None and not about.exists():
        raise Invalid(f"文书所涉的{about}不存在", mend="请核对所涉事项", field="about")
    if document is None and not rule.template:
        raise Invalid(f"{rule.label}没有模板", mend="请由统计报告生成，或改用有模板的种类")
    paper = Paper(
        kind=kind, issuer=issuer, area_path=issuer.area_path, sector=sector,
        about_kind=about.kind if about else "", about_id=about.id if about else None,
        drafted_by=by, drafted_at=at, reply_due_at=reply_due_at, replaces=replaces,
    )  # fmt: skip
    _replaceable(paper)
    _word(paper, values or {}, document, list(addressees))
    paper.save(force_insert=True)
    _address(paper, addressees)
    trail.write(paper, "draft", by=by, under=under, at=at, kind=kind, about=str(about or ""))
    return paper


@transaction.atomic
def edit(
    paper: Paper,
    *,
    values: Mapping[str, Any],
    addressees: Sequence[Body] | None = None,
    reply_due_at: datetime | None = None,
    by: Person,
    at: datetime,
) -> None:
    """Write a draft anew (修改文稿); leaving `addressees` out keeps them."""
    under = access.check(by, "edit", paper, at=at)
    _hold(paper, "edit")
    if not paper.template:
        raise Invalid("这份文书的正文来自统计报告", mend="请退回后在报告里修改，再重新送签")
    bodies = [one.body for one in paper.sent_to.select_related("body")]
    bodies = bodies if addressees is None else list(addressees)
    _word(paper, values, None, bodies)
    paper.reply_due_at = reply_due_at
    paper.save()
    if addressees is not None:
        _address(paper, addressees)
    trail.write(paper, "edit", by=by, under=under, at=at)


@transaction.atomic
def discard(paper: Paper, *, by: Person, at: datetime) -> None:
    """Throw a draft away; it never had a number (丢弃文稿)."""
    under = access.check(by, "discard", paper, at=at)
    _hold(paper, "discard")
    trail.write(paper, "discard", by=by, under=under, at=at, title=paper.title)
    paper.delete()


@transaction.atomic
def submit(paper: Paper, *, by: Person | None, at: datetime) -> None:
    """Hand a draft to whoever signs (送签); `by` None hands on what time drafted."""
    if by is not None:
        under = access.check(by, "submit", paper, at=at)
    elif paper.drafted_by_id is not None:
        raise Invalid("有拟稿人的文书须由本人送签", mend="请由拟稿人送签")
    else:
        under = None
    if not paper.sent_to.exists() and kind_named(paper.kind).template:
        raise Invalid("还没有主送单位", mend="请选择至少一个主送单位", field="addressees")
    _judged(paper, paper.values, whole=True)
    FLOW.move(paper, "submit", at=at, submitted_by=by)
    trail.write(paper, "submit", by=by, under=under, at=at)
    outbox.announce(events.PaperSubmitted(paper.pk))


def _word(
    paper: Paper,
    values: Mapping[str, Any],
    document: official.Document | None,
    addressees: Sequence[Body],
) -> None:
    """Put values, title and text into the paper's own columns."""
    if document is not None:
        paper.template, paper.values = "", {}
        paper.title, paper.document = document.title[:200], official.as_json(document)
    else:
        paper.template = kind_named(paper.kind).template
        paper.values = _judged(paper, values, whole=False)
        paper.title = titled(paper, addressees)
    paper.search = _searchable(paper, addressees)


def _address(paper: Paper, addressees: Sequence[Body]) -> None:
    """Whom it goes to, in the order given."""
    paper.sent_to.all().delete()
    once = list(dict.fromkeys(addressees))
    Addressee.objects.bulk_create(
        Addressee(paper=paper, body=body, order=order) for order, body in enumerate(once)
    )


def _replaceable(paper: Paper) -> None:
    old = paper.replaces
    if old is None:
        return
    if old.stage != Paper.Stage.ISSUED or old.kind != paper.kind or old.issuer != paper.issuer:
        words = f"{old}不能被这份文书替代"
        raise Invalid(words, mend="只能替代本单位同一种类、已签发的文书", field="replaces")
