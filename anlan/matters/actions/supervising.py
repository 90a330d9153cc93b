"""What stands above a matter: supervision, listing, orders, the public list (挂牌督办、督办单)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid, NotAllowed
from anlan.people.access import check as check_place
from anlan.people.models import Area, Body, Person, Post

from .. import access, events
from ..flow import AT_REST, Stage
from ..models import Grade, Matter, Source, Supervision
from ..models.routing import Facts, next_above, propose
from .beats import (
    _demand,
    _due,
    _due_to_take,
    _end_supervision,
    _hold,
    _note,
    _numbers,
    _ready_to_serve,
    _year,
)

LISTED, ORDERED = "listed_supervision", "supervision_order"


@dataclass(frozen=True)
class Listing:
    """What a listing says (挂牌): its document, the leader who answers, measures and deadline."""

    document: str  # 文号
    leader: Post
    deadline: datetime
    measures: str
    responsibility: str = ""
    public: bool = True


@dataclass(frozen=True)
class Letter:
    """What a supervision order says (督办单): its document, to whom, what, and until when."""

    document: str  # 文号
    to: Post
    title: str
    measures: str
    deadline: datetime
    area: Area | None = None
    body: Body | None = None


@transaction.atomic
def supervise(
    matter: Matter, *, post: Post | None = None, words: str = "", by: Person, at: datetime
) -> Supervision:
    """Put it under a superior's eye, whether late or not; the duty stays where it is (督办)."""
    under = access.check(by, "supervise", matter, at=at)
    _hold(matter, "supervise")
    watcher = post or under
    if watcher is None:
        raise Invalid("请指定督办岗位", mend="临时授权的人员须选择一个岗位", field="post")
    _ready_to_serve(watcher, at=at, field="post")
    _end_supervision(matter, at=at)
    due_at = _due(matter, "to_supervise", at)
    watched = Supervision.objects.create(matter=matter, post=watcher, since=at, due_at=due_at)
    trail.write(
        matter,
        "supervise",
        by=by,
        under=under,
        at=at,
        post=watcher.pk,
        name=str(watcher),
        words=words,
    )
    outbox.announce(events.MatterSupervised(matter.pk, watcher.pk))
    return watched


@transaction.atomic
def list_for_supervision(matter: Matter, *, listing: Listing, by: Person, at: datetime) -> Matter:
    """Put a major hazard on the list: number, leader, deadline, measures (挂牌督办)."""
    under = access.check(by, "list_for_supervision", matter, at=at)
    _hold(matter, "list_for_supervision")
    _listable(matter, listing, at=at)
    _ready_to_serve(listing.leader, at=at, field="leader")
    title = f"挂牌督办：{matter.title}"
    listed = _child(LISTED, title, parent=matter, place=matter.area, body=matter.body)
    judge = _who_strikes_off(matter, listing.leader, under, at=at)
    _begin(listed, listing.leader, judge, by=by, at=at)
    responsibility = listing.responsibility or f"督办领导：{listing.leader}"
    _stand(listed, listing.deadline, listing.measures, responsibility, at=at)
    listed.details |= {"document": listing.document.strip(), "leader": listing.leader.name}
    listed.details |= _shown_to_all(at) if listing.public else {}
    listed.save(force_insert=True)
    trail.write(matter, "list_for_supervision", by=by, under=under, at=at, listing=listed.number)
    trail.write(
        listed,
        "list_for_supervision",
        by=by,
        under=under,
        at=at,
        document=listing.document,
        public=listing.public,
    )
    outbox.announce(events.MatterListed(matter.pk, listed.pk))
    return listed


@transaction.atomic
def issue_supervision_order(
    about: Matter | None, *, letter: Letter, by: Person, at: datetime
) -> Matter:
    """Send a post a numbered order; a matter of its own, about another or none (下发督办单)."""
    under = _may_order(about, letter, by=by, at=at)
    _demand(letter.document, what="文号", field="document")
    _ready_to_serve(letter.to, at=at, field="to")
    title = _demand(letter.title, what="标题", field="title")
    place = letter.area or (about.area if about else letter.to.area)
    body = letter.body or (about.body if about else None)
    order = _child(ORDERED, title, parent=about, place=place, body=body)
    judge = _who_strikes_off(about, letter.to, under, at=at)
    _begin(order, letter.to, judge, by=by, at=at)
    _stand(order, letter.deadline, letter.measures, f"承办：{letter.to}", at=at)
    order.details |= {"document": letter.document.strip()}
    order.save(force_insert=True)
    for thing in filter(None, (about, order)):
        trail.write(
            thing,
            "issue_supervision_order",
            by=by,
            under=under,
            at=at,
            document=letter.document,
            owner=letter.to.pk,
            order=order.number,
        )
    outbox.announce(events.SupervisionOrdered(order.pk, letter.to.pk))
    return order


@transaction.atomic
def publish(matter: Matter, *, by: Person, at: datetime) -> None:
    """Put it on the list that anybody may read (公开)."""
    under = access.check(by, "publish", matter, at=at)
    _hold(matter, "publish")
    if not matter.rule.public or (matter.rule.graded and matter.grade != Grade.MAJOR):
        raise Invalid("只有重大隐患和挂牌督办可以公开", mend="一般隐患不列入公开清单")
    if matter.details.get("public"):
        raise NotAllowed(f"{matter.number}已经公开", mend="无须重复办理")
    _note(matter, **_shown_to_all(at))
    trail.write(matter, "publish", by=by, under=under, at=at)
    outbox.announce(events.MatterPublished(matter.pk))


# --- what a listing or an order is made of --------------------------------------------------------


def _shown_to_all(at: datetime) -> dict[str, object]:
    return {"public": True, "published_at": at.isoformat()}


def _child(
    kind: str, title: str, *, parent: Matter | None, place: Area, body: Body | None
) -> Matter:
    """A matter as far as it takes after the one it stands above."""
    return Matter(
        kind=kind,
        title=title[:120],
        stage=Stage.DISPATCHED,
        source=Source.SUPERVISION,
        grade=parent.grade if parent and kind == LISTED else "",
        sector=parent.sector if parent else "",
        area=place,
        area_path=place.path,
        place=parent.place if parent else "",
        lon=parent.lon if parent else None,
        lat=parent.lat if parent else None,
        body=body,
        item=parent.item if parent else None,
        parent=parent,
    )


def _begin(matter: Matter, owner: Post, checker: Post, *, by: Person, at: datetime) -> None:
    """It begins dispatched, because whoever opens it also says whose it is."""
    matter.number = _numbers(matter.kind, _year(at), 1)[0]
    matter.opener, matter.owner, matter.checker = by, owner, checker
    matter.found_at = matter.dispatched_at = at
    matter.details = {"opened_under": checker.pk, "dispatcher": checker.pk}
    words = Matter.words_to_find(matter.number, matter.title, matter.place, matter.body)
    matter.search = words


def _stand(
    matter: Matter, deadline: datetime, measures: str, responsibility: str, *, at: datetime
) -> None:
    """Give it plan and clock; the deadline is the document's own, no limit of ours shortens it."""
    if deadline <= at:
        raise Invalid("期限已经过去", mend="请填写今后的时间", field="deadline")
    matter.plan = {
        "responsibility": responsibility,
        "measure": _demand(measures, what="措施", field="measures"),
        "deadline": deadline.isoformat(),
    }
    matter.due_at = _due_to_take(matter, deadline, at)


def _listable(matter: Matter, listing: Listing, *, at: datetime) -> None:
    _demand(listing.document, what="挂牌文号", field="document")
    if matter.grade != Grade.MAJOR:
        raise Invalid("只有重大隐患才能挂牌督办", mend="请先按判定条款定级", field="grade")
    live = matter.children.filter(kind=LISTED).exclude(stage__in=AT_REST).first()
    if live:
        raise NotAllowed(f"{matter.number}已挂牌（{live.number}）", mend="请在原挂牌件上办理")


def _who_strikes_off(
    about: Matter | None, owner: Post, under: Post | None, *, at: datetime
) -> Post:
    """Whoever lists or orders also strikes off; not the post that has to do it."""
    if under is not None and under != owner:
        return under
    asked = propose(Facts.of(about), at=at).check if about else None
    judge = asked if asked and asked != owner else next_above(owner, at=at)
    if judge is None:
        raise Invalid("没有合适的核查岗位", mend="请换一个承办岗位", field="to")
    return judge


def _may_order(about: Matter | None, letter: Letter, *, by: Person, at: datetime) -> Post | None:
    if about is not None:
        under = access.check(by, "issue_supervision_order", about, at=at)
        _hold(about, "issue_supervision_order")
        return under
    deed, path = "matters.issue_supervision_order", letter.to.area_path
    scope = check_place(by, deed, path=path, at=at)
    post_id = scope.post_for(deed, path=path)
    post = Post.objects.filter(pk=post_id).first() if post_id else None
    if post == letter.to:
        raise Forbidden("不能向自己的岗位下发督办单", mend="请选择其他岗位")
    return post
