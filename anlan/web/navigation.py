"""Desks, and what stands in the navigation of each: only what exists and may be seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from anlan.people.models import Area, Post

from .requests import Request
from .work.lists import owed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Promise


@dataclass(frozen=True)
class Entry:
    """One line of the navigation."""

    label: str | Promise
    path: str
    icon: str = ""
    key: str = ""  # after g: the keyboard's way there
    deed: str = ""  # shown to those who may do it somewhere
    group: str | Promise = ""  # the heading that begins with this entry


@dataclass(frozen=True)
class Desk:
    """A desk (工作台) and its own navigation; the first entry is its first screen."""

    label: str | Promise
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Navigation:
    """What one page shows: all desks, the one it stands at, the entry it is."""

    desks: tuple[Desk, ...] = ()
    desk: Desk | None = None
    current: str = ""
    district: str = ""
    office: str = ""  # the posts this person holds


DESKS = (
    Desk(
        _("我的工作"),
        (
            Entry(_("待办事项"), "/", icon="checklist", key="w"),
            Entry(_("我上报的"), "/reported/", icon="send", key="m"),
            Entry(_("我督办的"), "/supervised/", icon="eye-check"),
            Entry(_("等别人办的"), "/waiting/", icon="hourglass"),
            Entry(_("登记事项"), "/matters/new/", icon="pencil-plus", deed="matters.report"),
        ),
    ),
    Desk(
        _("台账"),
        (
            Entry(_("全部事项"), "/matters/", icon="list-details", key="l", group=_("事项")),
            Entry(_("做过的事"), "/records/", icon="notebook", key="b", group=_("台账")),
            Entry(_("登记台账"), "/records/new/", icon="pencil-plus", deed="records.keep"),
            Entry(_("事故台账"), "/accidents/", icon="alert-triangle", key="x", group=_("事故")),
            Entry(_("事故快报"), "/accidents/new/", icon="pencil-plus", deed="accidents.report"),
            Entry(_("监测站点"), "/stations/", icon="antenna", group=_("监测")),
            Entry(_("站点图"), "/stations/map/", icon="map-pins"),
            Entry(_("对象台账"), "/items/", icon="building-warehouse", key="i", group=_("底数")),
            Entry(_("企业"), "/enterprises/", icon="building-factory-2", key="e"),
            Entry(_("区划与网格"), "/areas/", icon="map-2", key="a", group=_("责任")),
            Entry(_("责任清单"), "/charges/", icon="user-shield", key="c"),
            Entry(_("通讯录"), "/people/", icon="address-book", key="p"),
            Entry(_("导入"), "/import/", icon="file-import", group=_("数据"), deed="imports.run"),
        ),
    ),
    Desk(
        _("值班"),
        (
            Entry(_("当前值班"), "/duty/", icon="user-check", key="d"),
            Entry(_("叫应"), "/callups/", icon="speakerphone", key="y"),
            Entry(_("抽查"), "/checks/", icon="arrows-shuffle", deed="callup.record_check"),
            Entry(_("实况告警"), "/alarms/", icon="bell-ringing", key="j", group=_("监测预警")),
            Entry(_("预警"), "/warnings/", icon="broadcast"),
            Entry(_("监测规则"), "/alarms/rules/", icon="adjustments"),
            Entry(_("值班表"), "/duty/roster/", icon="calendar-user"),
            Entry(_("值班日志"), "/duty/log/", icon="notebook"),
            Entry(_("交接班"), "/duty/handover/", icon="transfer"),
        ),
    ),
    Desk(
        _("应做"),
        (
            Entry(_("完成情况"), "/dues/", icon="calendar-check", key="o"),
            Entry(_("督促"), "/dues/ladder/", icon="stairs-up"),
        ),
    ),
    Desk(
        _("统计"),
        (
            Entry(_("指标"), "/figures/", icon="chart-bar", key="f"),
            Entry(_("统计报告"), "/reports/", icon="report"),
            Entry(_("文书"), "/papers/", icon="file-text"),
            Entry(_("考核"), "/assessment/", icon="trophy"),
            Entry(_("材料稽核"), "/audit/", icon="file-search"),
        ),
    ),
    Desk(
        _("现场"),
        (
            Entry(_("附近"), "/field/", icon="map-pin", key="n"),
            Entry(_("上报隐患"), "/field/report/", icon="camera-plus", key="r"),
            Entry(_("巡查登记"), "/field/patrol/", icon="clipboard-check", deed="records.keep"),
        ),
    ),
    Desk(
        _("设置"), (Entry(_("设置"), "/settings/", icon="settings", key="s", deed="settings.see"),)
    ),
)
TABS = (  # the phone's bottom bar
    Entry(_("待办"), "/", icon="checklist"),
    Entry(_("上报"), "/field/report/", icon="camera-plus"),
    Entry(_("巡查"), "/field/", icon="map-pin"),
    Entry(_("通讯录"), "/people/", icon="address-book"),
    Entry(_("我的"), "/me/", icon="user"),
)


@lru_cache(maxsize=128)
def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def _shown(entry: Entry, request: Request) -> bool:
    allowed = not entry.deed or request.scope.may_anywhere(entry.deed)
    return allowed and _exists(entry.path)


def of(request: HttpRequest) -> Navigation:
    """The navigation of one page; empty for somebody who has not signed in."""
    if not hasattr(request, "scope"):
        return Navigation()
    asked = cast(Request, request)
    desks = []
    for desk in DESKS:
        entries = tuple(entry for entry in desk.entries if _shown(entry, asked))
        if entries:
            desks.append(Desk(desk.label, entries))
    current = _nearest(request.path, [e.path for desk in desks for e in desk.entries])
    here = next((d for d in desks if any(e.path == current for e in d.entries)), None)
    return Navigation(tuple(desks), here, current, _district(asked), _office(asked))


def _district(request: Request) -> str:
    """The name of the district that this person works in: the root of what they reach."""
    reaches, body = request.scope.reaches, request.person.body
    path = reaches[0].path if reaches else body.area_path if body else ""
    codes = [code for code in path.split("/") if code]
    found = Area.objects.filter(code__in=codes[:2], level=Area.Level.DISTRICT)
    return found.values_list("name", flat=True).first() or ""


def _office(request: Request) -> str:
    names = Post.objects.filter(pk__in=request.scope.posts).order_by("pk")
    return "、".join(names.values_list("name", flat=True))


def _nearest(path: str, paths: list[str]) -> str:
    """The entry that the page lies below; the longest path wins, "/" only matches itself."""
    fitting = [p for p in paths if path == p or (p != "/" and path.startswith(p))]
    return max(fitting, key=len, default="")


@dataclass(frozen=True)
class Tab:
    """One of the phone's tabs."""

    entry: Entry
    current: bool
    count: int = 0


def tabs_of(request: HttpRequest) -> list[Tab]:
    """The phone's bottom tabs, the nearest one marked, the first with how much is owed."""
    current = _nearest(request.path, [entry.path for entry in TABS])
    # It says 99+ at most, and stands on every page: the hundredth is the last to be counted.
    many = owed(cast(Request, request).scope)[:100].count()
    counts = {TABS[0].path: many}
    return [Tab(entry, entry.path == current, counts.get(entry.path, 0)) for entry in TABS]
