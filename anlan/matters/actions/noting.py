"""What is added to a matter without moving it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.people.models import Body, Person

from .. import access, events
from ..models import Matter
from .beats import Shown, _demand, _hold, _show


@transaction.atomic
def attach(
    matter: Matter, *, evidence: Sequence[Shown], words: str = "", by: Person, at: datetime
) -> None:
    """Add photos or papers that show something about it (补充佐证)."""
    under = access.check(by, "attach", matter, at=at)
    _hold(matter, "attach")
    if not evidence:
        raise Invalid("没有选择文件", mend="请至少选择一个文件", field="evidence")
    files = _show(matter, evidence, by=by, at=at)
    trail.write(matter, "attach", by=by, under=under, at=at, files=files, words=words)


@transaction.atomic
def remark(matter: Matter, *, words: str, by: Person, at: datetime) -> None:
    """Write a remark that everyone concerned reads (批注)."""
    under = access.check(by, "remark", matter, at=at)
    _hold(matter, "remark")
    words = _demand(words, what="批注", field="words")
    trail.write(matter, "remark", by=by, under=under, at=at, words=words)
    outbox.announce(events.MatterRemarked(matter.pk, by.pk))


@transaction.atomic
def correct_place(
    matter: Matter, *, body: Body | None, place: str, by: Person, at: datetime
) -> None:
    """Say which firm and which place a report means, before it is dispatched (更正单位位置)."""
    under = access.check(by, "correct_place", matter, at=at)
    _hold(matter, "correct_place")
    place = place.strip()[:160]
    if (body, place) == (matter.body, matter.place):
        raise Invalid("单位和位置都没有改", mend="请更正后再提交", field="place")
    before = f"{matter.body or '无单位'} {matter.place}".strip()
    if matter.item and matter.item.enterprise != body:
        matter.item = None  # a thing of another firm is not what was found
    matter.body, matter.place = body, place
    matter.search = Matter.words_to_find(matter.number, matter.title, place, body)
    matter.save(update_fields=["body", "place", "item", "search"])
    after = f"{body or '无单位'} {place}".strip()
    trail.write(matter, "correct_place", by=by, under=under, at=at, was_at=before, is_at=after)
