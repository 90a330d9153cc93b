"""Forms of the duty room: who, from when to when, in which order; prefilled from what is known."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from anlan.duty.models import Desk, LogEntry, LogKind, Rotation, Shift
from anlan.duty.models.desks import RotationDays, desk_kinds
from anlan.kernel.refs import Ref
from anlan.kernel.trail import LOCAL
from anlan.matters import access as matters
from anlan.people.models import Area
from anlan.registry.access import finders
from anlan.registry.rules import Problem

from ..forms import Day, Form, Found, Lines
from ..ledgers.asker import Asker

MOMENT = "%Y-%m-%dT%H:%M"
MOST_SUGGESTED = 12
AHEAD = timedelta(hours=12)


class Moment(forms.DateTimeField):
    """An instant, chosen in the browser's own calendar; Beijing time."""

    def __init__(self, **given: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"], **given)

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value, LOCAL) if isinstance(value, datetime) else value


class People(Lines):
    """Persons in an order, by name, one after the other."""

    def __init__(self, asker: Asker, **given: Any) -> None:
        super().__init__(**given)
        self.asker = asker

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        for separator in "，,、；;\r":
            text = text.replace(separator, "\n")
        names = [name.strip() for name in text.split("\n") if name.strip()]
        under = self.asker.scope.reaches[0].path if self.asker.scope.reaches else "/"
        found = finders(day=self.asker.day, under=under)["person"](frozenset(names))
        for name in names:
            person = found[name]
            if isinstance(person, Problem):
                raise forms.ValidationError(str(person))
        return [found[name] for name in names]


def _made(**fields: Any) -> type[Form]:
    return type("DutyForm", (Form,), fields)


def _levels(desk: Desk) -> list[tuple[str, str]]:
    return [(rule.level, str(Shift.Level(rule.level).label)) for rule in desk.spec.levels]


def _seats(desk: Desk) -> dict[str, Any]:
    """Whose seat, at a joint desk; nothing at any other."""
    seats = list(desk.seats.select_related("body"))
    if not seats:
        return {}
    choices = [("", "（不占部门席位）"), *((str(seat.pk), str(seat)) for seat in seats)]
    return {"seat": forms.ChoiceField(label="席位", choices=choices, required=False)}


def seat_of(desk: Desk, values: dict[str, Any]) -> Any:
    number = values.get("seat") or ""
    return desk.seats.filter(pk=int(number)).first() if number else None


def assign(desk: Desk, asker: Asker) -> type[Form]:
    tomorrow = datetime.combine(asker.day + timedelta(days=1), time(8, 30), LOCAL)
    return _made(
        level=forms.ChoiceField(label="层级", choices=_levels(desk)),
        **_seats(desk),
        person=Found("person", asker, label="值班人"),
        starts=Moment(label="开始", initial=tomorrow),
        ends=Moment(label="结束", initial=tomorrow + timedelta(days=1)),
        watch=forms.CharField(required=False, widget=forms.HiddenInput),
    )


def write_log(desk: Desk, asker: Asker) -> type[Form]:
    return _made(
        kind=forms.ChoiceField(label="类别", choices=LogKind.choices),
        words=Lines(label="内容", rows=4),
        happened_at=Moment(label="发生时间", required=False, help_text="留空为现在"),
    )


def correct_log(entry: LogEntry, asker: Asker) -> type[Form]:
    return _made(
        words=Lines(
            label="更正后的内容", rows=4, initial=entry.words, help_text="原记录保留，两条都能看到"
        )
    )


def reason(label: str = "原因") -> Any:
    def form(thing: Any, asker: Asker) -> type[Form]:
        return _made(reason=Lines(label=label, rows=2))

    return form


def reassign(shift: Shift, asker: Asker) -> type[Form]:
    return _made(
        person=Found("person", asker, label="改由谁值班"), reason=Lines(label="原因", rows=2)
    )


def summon(desk: Desk, asker: Asker) -> type[Form]:
    soon = asker.at + timedelta(minutes=40)
    return _made(
        people=People(asker, label="到岗人员", rows=3, help_text="可写多人，用顿号或换行隔开"),
        arrive_by=Moment(label="到岗时限", initial=soon.replace(second=0, microsecond=0)),
        reason=Lines(label="事由", rows=2, help_text="如“暴雨红色预警，全员到岗”"),
    )


def arrival(thing: Any, asker: Asker) -> type[Form]:
    words = forms.CharField(
        label="说明", required=False, max_length=100, help_text="迟到的写明原因，可不填"
    )
    return _made(words=words)


def ask_swap(shift: Shift, asker: Asker) -> type[Form]:
    coming = shift.desk.shifts.standing().filter(level=shift.level, starts__gt=asker.at)
    rows = coming.exclude(person=asker.person).select_related("person").order_by("starts")[:60]
    choices = [("", "（对方顶班，不换回）")]
    choices += [(str(s.pk), f"{s.person} {s.day:%m-%d} {s.watch}".strip()) for s in rows]
    return _made(
        back=forms.ChoiceField(
            label="与哪一班对换", choices=choices, required=False, help_text="选中即与该班的人换"
        ),
        other=Found(
            "person", asker, label="请谁顶班", required=False, help_text="不换回时填写，对换时不填"
        ),
        reason=Lines(label="事由", rows=2),
    )


def set_seat(desk: Desk, asker: Asker) -> type[Form]:
    return _made(
        body=Found("body", asker, label="单位"),
        number=forms.IntegerField(label="同时在岗人数", min_value=1, max_value=20, initial=1),
    )


def change_desk(desk: Desk, asker: Asker) -> type[Form]:
    return _made(
        name=forms.CharField(label="名称", max_length=80, initial=desk.name),
        phone=forms.CharField(label="值班电话", max_length=30, required=False, initial=desk.phone),
    )


def open_desk(thing: None, asker: Asker) -> type[Form]:
    return _opening(asker, joint=False)


def open_joint(thing: None, asker: Asker) -> type[Form]:
    return _opening(asker, joint=True)


def _opening(asker: Asker, *, joint: bool) -> type[Form]:
    kinds = [(key, kind.label) for key, kind in desk_kinds().items() if kind.joint == joint]
    path = asker.scope.reaches[0].path if asker.scope.reaches else ""
    area = Area.objects.filter(path=path).first()
    body = asker.person.body
    fields: dict[str, Any] = {
        "kind": forms.ChoiceField(label="类型", choices=kinds),
        "area": Found("area", asker, label="区域", initial=area.code if area else ""),
        "body": Found("body", asker, label="牵头单位", initial=body.name if body else ""),
        "name": forms.CharField(
            label="名称", max_length=80, initial="防指联合值班" if joint else ""
        ),
        "phone": forms.CharField(label="值班电话", max_length=30, required=False),
    }
    if joint:
        fields["reason"] = Lines(
            label="事由", rows=2, help_text="如“启动防台风Ⅲ级应急响应”“全国两会期间”"
        )
    return _made(**fields)


# --- by turns ---------------------------------------------------------------------------------


def set_rotation(desk: Desk, asker: Asker) -> type[Form]:
    names = dict.fromkeys(watch.name for rule in desk.spec.levels for watch in rule.watches)
    watches = [("", "该层级的全部班次"), *((name, name) for name in names)]
    return _made(
        level=forms.ChoiceField(label="层级", choices=_levels(desk)),
        **_seats(desk),
        watch=forms.ChoiceField(label="班次", choices=watches, required=False),
        days=forms.ChoiceField(
            label="哪些日子", choices=RotationDays.choices, help_text="工作日与节假日可以分开轮"
        ),
        group=People(asker, label="轮值顺序", rows=5, help_text="按先后写姓名，每行一人"),
        step=forms.IntegerField(
            label="每班往后换几人", min_value=1, initial=1, help_text="两人一班的填 2"
        ),
        turn=forms.IntegerField(label="从第几个人开始", min_value=1, initial=1),
    )


def generate_roster(desk: Desk, asker: Asker) -> type[Form]:
    rows = desk.rotations.prefetch_related("turns__person").order_by("pk")
    first = _next_month(asker.day)
    return _made(
        rotations=forms.MultipleChoiceField(
            label="轮值组",
            choices=[(str(rotation.pk), _told(rotation)) for rotation in rows],
            initial=[str(rotation.pk) for rotation in rows],
            widget=forms.CheckboxSelectMultiple,
        ),
        first=Day(label="自", initial=first),
        last=Day(label="至", initial=_next_month(first) - timedelta(days=1)),
    )


def _told(rotation: Rotation) -> str:
    people = "、".join(str(turn.person) for turn in rotation.turns.all())
    made = f"，已排到 {rotation.made_until}" if rotation.made_until else ""
    return f"{rotation.get_level_display()} {rotation.watch or '全部班次'} {rotation.get_days_display()}：{people}{made}"  # noqa: E501


def clear_roster(desk: Desk, asker: Asker) -> type[Form]:
    first = _next_month(asker.day)
    return _made(
        level=forms.ChoiceField(label="层级", choices=_levels(desk)),
        first=Day(label="自", initial=first),
        last=Day(label="至", initial=_next_month(first) - timedelta(days=1)),
    )


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


# --- handing over -----------------------------------------------------------------------------


def give_handover(shift: Shift, asker: Asker) -> type[Form]:
    suggested = suggestions(shift.desk, asker)
    fields: dict[str, Any] = {
        "words": Lines(
            label="本班情况", rows=4, help_text="天气、来电来文、处置情况；没有特别情况的写“无异常”"
        )
    }
    if suggested:
        fields["carry"] = forms.MultipleChoiceField(
            label="未了事项（勾选移交）",
            choices=suggested,
            initial=[value for value, _ in suggested],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    fields["more"] = Lines(label="其他未了事项", rows=3, required=False, help_text="每行一件")
    return _made(**fields)


def suggestions(desk: Desk, asker: Asker) -> list[tuple[str, str]]:
    """What is open: handed over before, not answered at arrival, due within twelve hours."""
    last = desk.handovers.order_by("-given_at", "-pk").first()
    found = [(each["ref"], each["words"]) for each in (last.open_things if last else [])]
    waiting = desk.summons.filter(ended_at=None, arrived_at=None).select_related("person")
    found += [(str(Ref.of(each)), f"{each.person}紧急到岗尚未到") for each in waiting]
    due = matters.visible_to(asker.scope).filter(
        area_path__startswith=desk.area_path, due_at__lte=asker.at + AHEAD
    )
    found += [
        (str(Ref.of(matter)), f"{matter.number} {matter.title}")
        for matter in due.order_by("-due_at")[:MOST_SUGGESTED]
    ]
    once = {f"{ref}|{words}": words for ref, words in found}
    return list(once.items())[:MOST_SUGGESTED]


def take_handover(thing: Any, asker: Asker) -> type[Form]:
    return _made(
        remark=forms.CharField(
            label="接班意见", required=False, max_length=200, help_text="如“已核对，继续跟踪”"
        )
    )
