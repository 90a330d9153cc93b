"""Each line to the outside (线路), as the health of the site shows it: whether it works now."""

from datetime import datetime

from django.db.models import Count

from anlan.callup.flow import World
from anlan.callup.models import Attempt, Line
from anlan.kernel.trail import local

Finding = tuple[bool, str, str, str]  # well, name, words, mend


def findings(*, at: datetime) -> list[Finding]:
    """One for each line that is in use, in the order in which they take over from each other."""
    active = list(Line.objects.filter(active=True).order_by("-world", "channels", "place", "key"))
    if not active:
        mend = "请由运维运行 anlan up；没有线路，叫应发不出去。"
        return [(False, "线路", "还没有载入线路", mend)]
    return [*(_line(each, active, at) for each in active), *_waiting(active)]


def _line(line: Line, active: list[Line], at: datetime) -> Finding:
    name = f"线路 {line.label}（{'、'.join(_channels(line))}）"
    if not line.failures:
        used = f"最近一次成功 {local(line.last_ok_at)}" if line.last_ok_at else "还没有用过"
        real = "" if line.kind != "simulated" else "；模拟线路，不会真正发出"
        return True, name, f"{used}{real}", ""
    rests = bool(line.resting_until and line.resting_until > at)
    until = f",{local(line.resting_until)} 再试" if rests and line.resting_until else ""
    words = f"连续失败 {line.failures} 次：{line.last_fault}{until}"
    return False, name, words, _mend(line, active, at)


def _mend(line: Line, active: list[Line], at: datetime) -> str:
    able = [
        each.label
        for each in active
        if each.pk != line.pk
        and each.world == line.world
        and set(each.channels) & set(line.channels)
        and not (each.resting_until and each.resting_until > at)
    ]
    instead = f"目前由{'、'.join(able)}代替。" if able else "没有别的线路可以代替。"
    return f"请检查服务商、网络和密钥，改正后自动恢复。{instead}"


def _waiting(active: list[Line]) -> list[Finding]:
    """What waits for a line: a queue in a storm is no fault, a channel without any line is one."""
    queued = Attempt.objects.filter(state=Attempt.State.QUEUED).order_by()
    found = []
    for world, channel, count in queued.values_list("world", "channel").annotate(n=Count("pk")):
        served = any(line.world == world and channel in line.channels for line in active)
        name = f"待发 {World(world).label} {Attempt.Channel(channel).label}"
        mend = "" if served else "请在 gateways.yaml 里为这个渠道写一条线路。"
        words = f"{count} 条" if served else f"{count} 条，没有线路可发"
        found.append((served, name, words, mend))
    return sorted(found)


def _channels(line: Line) -> list[str]:
    return [str(Attempt.Channel(channel).label) for channel in line.channels]
