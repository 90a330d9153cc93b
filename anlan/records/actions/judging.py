"""What must hold before an entry is kept: whole, true to its kind, not entered before."""

from datetime import datetime

from django.db import connection
from django.db.models import Q

from anlan.kernel.errors import Invalid, Refused
from anlan.kernel.trail import LOCAL
from anlan.matters.models import kinds as matters
from anlan.people.access import scope_of
from anlan.people.models import Person

from .. import access, rules
from ..models import Record, checklist_named, kind_named
from ..rules import NEEDS, Done, Likeness, RecordKind
from .beats import Entry


def _judge(given: Entry, *, shown: int, at: datetime) -> None:
    """Refuse what a record of this kind cannot be; the first reason, with its field."""
    kind = kind_named(given.kind)
    _times(given, kind, at)
    _whole(given, kind, shown)
    _numbers_fit(given, kind)
    _answered(given, kind)
    if given.sector:
        matters.check_sector(given.sector)
    if given.item and kind.item_kinds and given.item.kind not in kind.item_kinds:
        words = f"{kind.label}的到访对象不能是“{given.item.spec.label}”"
        raise Invalid(words, mend="请核对所选对象", field="item")
    bodies = {visited.body.pk for visited in given.bodies}
    if given.unannounced and given.organiser and given.organiser.pk in bodies:
        words = "暗访不能由被访单位自己组织"
        raise Invalid(words, mend="请核对组织单位和受检单位", field="organiser")


def _times(given: Entry, kind: RecordKind, at: datetime) -> None:
    if given.started_at > at:
        raise Invalid("开始时间晚于现在", mend="做过的事才登记，请核对时间", field="started_at")
    if given.ended_at and given.ended_at < given.started_at:
        raise Invalid("结束时间早于开始时间", mend="请核对时间", field="ended_at")
    today = at.astimezone(LOCAL).date()
    if rules.is_late(given.day, today, kind.late_days) and not given.late.strip():
        words = f"已过{kind.late_days}天的登记期限"
        raise Invalid(words, mend="请填写补录原因，记录将注明“补录”", field="late")


def _whole(given: Entry, kind: RecordKind, shown: int) -> None:
    """Everything that the kind demands is there, and nothing that it has no place for."""
    have = {
        "title": given.title,
        "place": given.place or given.item,
        "where": _where(given),
        "position": given.lon is not None,
        "end": given.ended_at,
        "bodies": given.bodies,
        "people": given.people or given.leader or given.person_times,
        "leader": given.leader,
        "item": given.item,
        "evidence": shown,
    }
    words = {"bodies": kind.bodies_label, "people": kind.people_label}
    for need in kind.needs:
        if not have[need]:
            label = words.get(need, NEEDS[need])
            field = "place" if need == "where" else need
            raise Invalid(f"{kind.label}要有{label}", mend=f"请补充{label}", field=field)
    for key in ("bodies", "item", "leader"):
        if have[key] and key not in kind.asks and not (key == "bodies" and given.item):
            label = words.get(key, NEEDS[key])
            raise Invalid(f"{kind.label}不登记{label}", mend="请核对台账种类", field=key)
    if (given.lon is None) != (given.lat is None):
        raise Invalid("位置只有一半", mend="经度、纬度要同时填写", field="place")
    _details(given, kind)


def _where(given: Entry) -> bool:
    """Whether it is told where somebody went: without that a visit counts for nothing.

    A grid is small enough to be a place by itself, a town is not.
    """
    told = given.place or given.item or given.bodies or given.lon is not None
    return bool(told) or given.area.level == "GRID"


def _details(given: Entry, kind: RecordKind) -> None:
    for each in kind.details:
        if each.required and given.details.get(each.key) in (None, ""):
            raise Invalid(f"请填写{each.label}", mend=f"{kind.label}必填", field=each.key)
    for known, given_keys in ((kind.detail_keys, given.details), (kind.count_keys, given.counts)):
        if strange := sorted(set(given_keys) - known):
            words = f"{kind.label}没有“{strange[0]}”这一项"
            raise Invalid(words, mend="请核对填报项目", field=strange[0])


def _numbers_fit(given: Entry, kind: RecordKind) -> None:
    for each in kind.counts:
        number = given.counts.get(each.key)
        if number is None:
            if each.required:
                raise Invalid(
                    f"请填写{each.label}", mend=f"没有的填0（{each.unit}）", field=each.key
                )
        elif number < 0 or (each.whole and number != int(number)):
            words = f"{each.label}应为不小于0的{'整' if each.whole else ''}数"
            raise Invalid(words, mend=f"现为{number}，请核对", field=each.key)
    named = len({person.pk for person in (*given.people, given.leader) if person})
    if rules.person_times(given.person_times, named) is None:
        words = f"参加人次{given.person_times}少于名单上的{named}人"
        raise Invalid(words, mend="请核对人次或名单", field="person_times")


def _answered(given: Entry, kind: RecordKind) -> None:
    if (given.found or given.answers) and not kind.opens:
        raise Invalid(f"{kind.label}不登记发现的问题", mend="请另行上报隐患", field="found")
    if not given.checklist:
        if given.answers:
            raise Invalid("没有说明用的是哪份检查表", mend="请选择检查表", field="checklist")
        return
    if given.checklist not in kind.checklists:
        raise Invalid(f"{kind.label}不用这份检查表", mend="请另选检查表", field="checklist")
    checklist = checklist_named(given.checklist)
    edition = checklist.edition_on(given.day)
    items = edition.items if edition else ()
    if left := rules.unanswered(items, given.answers):
        words = f"检查表还有{len(left)}项没有作答"
        raise Invalid(words, mend=f"如“{left[0]}”；不涉及的选“不涉及”", field="answers")
    if set(given.answers) - {item.key for item in items}:
        words = f"{checklist.label}已更新，有的检查项不在{given.day}的版本里"
        raise Invalid(words, mend="请刷新页面，按新版检查表作答", field="answers")


# --- entered before? ------------------------------------------------------------------------------


def _sent_before(given: Entry, by: Person) -> Record | None:
    """A phone without signal sends again what already arrived: it gets the same record back."""
    if not given.origin:
        return None
    with connection.cursor() as cursor:
        # Sent twice at once, the second waits here until the first is committed, and then finds it.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('records.origin'), hashtext(%s))", [given.origin]
        )
    found = Record.objects.filter(origin=given.origin).exclude(stage=Record.Stage.DRAFT).first()
    if found is not None and found.entered_by_id != by.pk:
        raise Refused("这条记录已由他人登记，没有重复登记", mend="请从本机待发列表中删除这一条")
    return found


def _seen_before(given: Entry, *, by: Person, besides: int | None, at: datetime) -> Record | None:
    """The first record of the same visit; refused when it is the same people's.

    With `again` it is a second visit. Whom a hidden visit is hidden from learns nothing of it.
    """
    kind, new = kind_named(given.kind), _done(given, by)
    _one_at_a_time(given)
    here = Q(visits__body__in=new.bodies) | Q(item=new.item or 0)
    if kind.same == "event":
        here = Q(area=given.area, started_at=given.started_at)
    rows = access.visible_to(scope_of(by, at=at)).kept().filter(here, kind=given.kind, day=new.day)
    if besides:
        rows = rows.exclude(pk=besides)
    earlier = None
    for old in rows.distinct().prefetch_related("visits", "participations").order_by("pk"):
        alike = rules.likeness(kind.same, new, _was(old))
        if alike == Likeness.SAME and not given.again.strip():
            words = f"{old.entered_by or '他人'}已登记{old.number}，与这一条是同一次{kind.label}"
            mend = "请勿重复登记；确为当天第二次的，请填写再次开展的原因"
            raise Invalid(words, mend=mend, field="again")
        if alike != Likeness.NONE:
            earlier = earlier or old
    return earlier


def _one_at_a_time(given: Entry) -> None:
    """Two entries of one kind and day wait for each other: the second then finds the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('records.day'), hashtext(%s))",
            [f"{given.kind}:{given.day}:{given.area.path[:28]}"],
        )


def _done(given: Entry, by: Person) -> Done:
    people = {person.pk for person in (*given.people, given.leader) if person} or {by.pk}
    return Done(
        day=given.day,
        started_at=given.started_at,
        bodies=frozenset(visited.body.pk for visited in given.bodies),
        item=given.item.pk if given.item else None,
        people=frozenset(people | {by.pk}),
        area=given.area.pk,
        organiser=given.organiser.pk if given.organiser else None,
        title=given.title,
    )


def _was(old: Record) -> Done:
    people = {one.person_id for one in old.participations.all()}
    people |= {old.entered_by_id} if old.entered_by_id else set()
    return Done(
        day=old.day,
        started_at=old.started_at,
        bodies=frozenset(visit.body_id for visit in old.visits.all()),
        item=old.item_id,
        people=frozenset(people),
        area=old.area_id,
        organiser=old.organiser_id,
        title=old.title,
    )
