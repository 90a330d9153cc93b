"""The buttons of an alarm's page, each with its form and the action behind it."""

from datetime import timedelta
from typing import Any

from django import forms

from anlan.people.models import Post
from anlan.watch import actions
from anlan.watch.models import Alarm

from ..deeds import Deed
from ..forms import Form, Lines
from ..ledgers.asker import Asker

SPANS = ((30, "30 分钟"), (120, "2 小时"), (480, "8 小时"), (1440, "1 天"), (10080, "7 天"))


class Settling(Form):
    outcome = Lines(label="处置结果", help_text="到场看到什么，做了什么")


class Dismissing(Form):
    reason = Lines(label="误报原因", help_text="如设备故障、检修、异物遮挡")


class Silencing(Form):
    span = forms.TypedChoiceField(label="静默多久", choices=SPANS, coerce=int, initial=120)
    reason = Lines(label="静默原因", help_text="静默期间照常监测，只是不再提醒；到时自动恢复")


class Opening(Form):
    words = Lines(label="要做什么", help_text="转为任务后按任务的期限办理")


def _assign_form(alarm: Alarm, asker: Asker) -> type[Form]:
    """Posts of the place and above it, up to the district."""
    posts = Post.objects.filter(valid_to=None, area_path__in=_ancestors(alarm.area_path))
    choices = [(str(post.pk), str(post)) for post in posts.order_by("-area_path", "name")[:60]]
    made = {"to": forms.ChoiceField(label="派给哪个岗位", choices=choices)}
    return type("AssignForm", (Form,), made)


def _ancestors(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: count + 1]) + "/" for count in range(len(parts))]


def _acknowledge(alarm: Alarm, values: dict[str, Any], asker: Asker) -> None:
    actions.acknowledge(alarm, by=asker.person, at=asker.at)


def _assign(alarm: Alarm, values: dict[str, Any], asker: Asker) -> None:
    to = Post.objects.get(pk=values["to"])
    actions.assign_alarm(alarm, to=to, by=asker.person, at=asker.at)


def _settle(alarm: Alarm, values: dict[str, Any], asker: Asker) -> None:
    actions.settle(alarm, outcome=values["outcome"], by=asker.person, at=asker.at)


def _dismiss(alarm: Alarm, values: dict[str, Any], asker: Asker) -> None:
    actions.dismiss(alarm, reason=values["reason"], by=asker.person, at=asker.at)


def _silence(alarm: Alarm, values: dict[str, Any], asker: Asker) -> None:
    until = asker.at + timedelta(minutes=values["span"])
    actions.silence(alarm, until=until, reason=values["reason"], by=asker.person, at=asker.at)


def _unsilence(alarm: Alarm, values: dict[str, Any], asker: Asker) -> None:
    actions.unsilence(alarm, by=asker.person, at=asker.at)


def _open(alarm: Alarm, values: dict[str, Any], asker: Asker) -> None:
    actions.open_matter(alarm, words=values["words"], by=asker.person, at=asker.at)


def _same(form: type[Form]) -> Any:
    return lambda alarm, asker: form


# fmt: off
DEEDS = {deed.verb: deed for deed in (
    Deed("acknowledge",  "确认告警", _acknowledge),
    Deed("assign_alarm", "指派处置", _assign, _assign_form),
    Deed("settle",       "办结告警", _settle, _same(Settling)),
    Deed("silence",      "静默告警", _silence, _same(Silencing)),
    Deed("unsilence",    "恢复提醒", _unsilence),
    Deed("open_matter",  "转为任务", _open, _same(Opening)),
    Deed("dismiss",      "判为误报", _dismiss, _same(Dismissing), grave=True,
         warning="判为误报后这条告警随即结束；测点再超过限值会另起一条告警。"),
)}
# fmt: on
