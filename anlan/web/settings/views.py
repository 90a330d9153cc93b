"""The first page of the settings, and the health of the site (设置)."""

from datetime import timedelta
from typing import cast

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anlan.kernel import calendar, delivery
from anlan.kernel.errors import Forbidden, Refused
from anlan.kernel.models import Heartbeat, TrailUnsealed
from anlan.people.models import Account, Area, Body, Charge, Grant, Post
from anlan.web.requests import Request
from anlan.wiring.catalogues import CATALOGUES

from . import lines

SEE = "settings.see"
SILENT = timedelta(minutes=1)  # a loop beats every few seconds


def administrator(request: HttpRequest) -> Request:
    """The request of somebody who may see the settings; raise Forbidden for anybody else."""
    asker = cast(Request, request)
    if not asker.scope.may_anywhere(SEE):
        raise Forbidden("设置只对系统管理员开放", mend="如需调整，请联系本级系统管理员")
    return asker


def overview(request: HttpRequest) -> HttpResponse:
    """What can be set, and how much there is of it (设置)."""
    asker = administrator(request)
    counts = {
        "areas": Area.objects.filter(valid_to=None).count(),
        "bodies": Body.objects.filter(valid_to=None).count(),
        "posts": Post.objects.filter(valid_to=None).count(),
        "charges": Charge.objects.filter(until=None).count(),
        "accounts": Account.objects.count(),
        "grants": Grant.objects.filter(until__gt=asker.at).count(),
        "catalogues": len(CATALOGUES),
    }
    return render(request, "settings/overview.html", {"counts": counts})


def health(request: HttpRequest) -> HttpResponse:
    """Whether everything that must run does run (运行状况)."""
    asker = administrator(request)
    return render(request, "settings/health.html", {"findings": list(_findings(asker))})


def _findings(request: Request) -> list[tuple[bool, str, str, str]]:
    return [
        _background(request),
        *lines.findings(at=request.at),
        _sealed(),
        _heard(),
        *_readable(),
        _holidays(request),
    ]


def _background(request: Request) -> tuple[bool, str, str, str]:
    loops = [beat for beat in Heartbeat.objects.order_by("part") if "." not in beat.part]
    silent = [beat.part for beat in loops if request.at - beat.seen_at > SILENT]
    if not loops or silent:
        words = f"没有在工作：{'、'.join(silent)}" if silent else "从未运行过"
        return False, "后台任务", words, "请由运维重新运行 anlan up；没有它，逾期不会升级。"
    troubled = [f"{beat.part}：{beat.note}" for beat in loops if beat.note]
    if troubled:
        return False, "后台任务", "；".join(troubled), "请由运维查看日志，改正后会自动重试。"
    return True, "后台任务", "在工作", ""


def _sealed() -> tuple[bool, str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM now() - min(queued_at)) FROM kernel_trailunsealed"
        )
        (waited,) = cursor.fetchone()
    if waited and waited > SILENT.total_seconds():
        count = TrailUnsealed.objects.count()
        return False, "留痕封存", f"{count}条尚未封存", "请由运维检查后台任务。"
    return True, "留痕封存", "均已及时封存", ""


def _heard() -> tuple[bool, str, str, str]:
    parked = delivery.parked().count()
    if parked:
        return False, "事件投递", f"{parked}条多次投递失败", "请由运维查看日志后重新投递。"
    return True, "事件投递", "没有搁置", ""


def _readable() -> list[tuple[bool, str, str, str]]:
    wrong = []
    for catalogue in CATALOGUES.values():
        try:
            catalogue.load()
        except Refused as fault:
            wrong.append((False, f"目录 {catalogue.label}", fault.words, fault.mend))
    return wrong or [(True, "目录文件", f"{len(CATALOGUES)}个均可读取", "")]


def _holidays(request: Request) -> tuple[bool, str, str, str]:
    words, mend = calendar.outlook(request.at)
    return not mend, "放假安排", words, mend
