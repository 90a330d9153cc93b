"""What can be done to stations and sources: each with its form and the action behind it."""

from typing import Any

from django import forms

from anlan.registry.models import Item
from anlan.watch import actions
from anlan.watch.actions import StationForm, StreamForm, Work
from anlan.watch.models import Source, Station, properties
from anlan.watch.rules import LEVELS, label_of

from ..deeds import Deed
from ..forms import Form, Found, Lines
from ..ledgers.asker import Asker
from ..matters.fields import MomentField

LEVELS_HELP = {
    "fortified": "水位测点填写，单位米；到设防水位告警等级为“关注”",
    "flood_limit": "水库填写；与其余各项一样，没有就不填",
}


def _observed() -> list[tuple[str, str]]:
    """With the unit, where it has one that people write."""
    units = {key: label_of(each.unit) for key, each in properties().items()}
    return [
        (key, f"{each.label}（{units[key]}）" if units[key] else each.label)
        for key, each in properties().items()
    ]


class Stopping(Form):
    reason = Lines(label="停用原因")


class Working(Form):
    since = MomentField(label="开始")
    until = MomentField(label="结束")
    reason = Lines(label="维护内容")


def _station_form(thing: Any, asker: Asker) -> type[Form]:
    made: dict[str, Any] = {
        "code": forms.CharField(label="站码", max_length=60),
        "name": forms.CharField(label="站名", max_length=120),
        "item": forms.CharField(label="所在对象编码", required=False,
                                help_text="底数台账里的编码，如水库、边坡；位置和责任人随它"),
        "area": Found("area", asker, label="所在区域", required=False),
        "source": forms.ModelChoiceField(Source.objects.filter(active=True), label="数据来源",
                                         required=False, empty_label="（不指定）"),
    }  # fmt: skip
    return type("StationEntry", (Form,), made)


def add_station(values: dict[str, Any], asker: Asker) -> Station:
    """Enter it, on its thing where that is named."""
    code = values["item"].strip()
    item = Item.objects.filter(code=code).first() if code else None
    given = StationForm(
        values["code"], values["name"], item=item, area=values["area"], source=values["source"]
    )
    return actions.add_station(given, by=asker.person, at=asker.at)


def _add_station(thing: Any, values: dict[str, Any], asker: Asker) -> None:
    add_station(values, asker)


def _stream_form(station: Station, asker: Asker) -> type[Form]:
    made: dict[str, Any] = {
        "code": forms.CharField(label="来源方代号", max_length=80),
        "observed": forms.ChoiceField(label="监测要素", choices=_observed()),
        **{name: forms.FloatField(label=label, required=False, help_text=LEVELS_HELP.get(name, ""))
           for name, label in LEVELS.items()},
    }  # fmt: skip
    return type("StreamEntry", (Form,), made)


def _add_stream(station: Station, values: dict[str, Any], asker: Asker) -> None:
    limits = {k: values[k] for k in LEVELS if values[k] is not None}
    given = StreamForm(values["code"], values["observed"], thresholds=limits)
    actions.add_stream(station, given, by=asker.person, at=asker.at)


def _rename_form(station: Station, asker: Asker) -> type[Form]:
    made: dict[str, Any] = {
        "name": forms.CharField(label="站名", max_length=120, initial=station.name),
        "description": Lines(label="说明", required=False, initial=station.description),
    }
    return type("StationChange", (Form,), made)


def _change(station: Station, values: dict[str, Any], asker: Asker) -> None:
    actions.change_station(station, changes=values, by=asker.person, at=asker.at)


def _stop(station: Station, values: dict[str, Any], asker: Asker) -> None:
    actions.stop_station(station, reason=values["reason"], by=asker.person, at=asker.at)


def _resume(station: Station, values: dict[str, Any], asker: Asker) -> None:
    actions.resume_station(station, by=asker.person, at=asker.at)


def _maintain(station: Station, values: dict[str, Any], asker: Asker) -> None:
    work = Work(values["since"], values["until"], values["reason"])
    actions.set_maintenance(station, work, by=asker.person, at=asker.at)


def _source_form(thing: Any, asker: Asker) -> type[Form]:
    made: dict[str, Any] = {
        "key": forms.SlugField(label="来源代号", help_text="字母、数字、连字符，如 hydro-bureau"),
        "name": forms.CharField(label="名称", max_length=80),
        "body": Found("body", asker, label="所属单位"),
        "area": Found("area", asker, label="所在区域"),
    }
    return type("SourceEntry", (Form,), made)


def open_source(values: dict[str, Any], asker: Asker) -> str:
    """Open it; the password, to be said once."""
    _, secret = actions.open_source(**values, by=asker.person, at=asker.at)
    return secret


def _open(thing: Any, values: dict[str, Any], asker: Asker) -> None:
    open_source(values, asker)


# fmt: off
NEW_STATION = Deed("add_station", "登记测站", _add_station, _station_form, icon="plus")
NEW_SOURCE = Deed("open_source", "开通来源", _open, _source_form, icon="plug-connected",
                  warning="密钥只显示一次，请立即交给对方。")
DEEDS = {deed.verb: deed for deed in (
    Deed("add_stream",      "登记测点",     _add_stream, _stream_form, icon="plus"),
    Deed("set_maintenance", "设置维护时段", _maintain, lambda station, asker: Working, icon="tool",
         warning="维护期间不判离线、不告警，数据照常接收。"),
    Deed("change_station",  "修改",         _change, _rename_form, icon="edit"),
    Deed("stop_station",    "停用",         _stop, lambda station, asker: Stopping, grave=True,
         warning="停用后仍接收数据，但不再告警。"),
    Deed("resume_station",  "恢复",         _resume),
)}
# fmt: on
