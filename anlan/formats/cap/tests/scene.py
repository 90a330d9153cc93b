"""A warning of 温岭, and ways to spoil it."""

from collections.abc import Iterable

CAP12 = "urn:oasis:names:tc:emergency:cap:1.2"
SQUARE = "28.30,121.30 28.30,121.50 28.50,121.50 28.50,121.30 28.30,121.30"

ENVELOPE = {
    "identifier": "33108141600000_20260712213138_0",
    "sender": "qxj@wenling.example",
    "sent": "2026-07-12T21:31:38+08:00",
    "status": "Actual",
    "msgType": "Alert",
    "scope": "Public",
}
EVENT = {
    "language": "zh-CN",
    "category": "Met",
    "event": "台风",
    "urgency": "Immediate",
    "severity": "Severe",
    "certainty": "Likely",
    "expires": "2026-07-13T21:31:38+08:00",
    "headline": "温岭市气象台发布台风橙色预警信号",
    "description": "预计未来12小时内我市平均风力可达10级以上。",
}
AREA = f"<areaDesc>温岭市</areaDesc><polygon>{SQUARE}</polygon>"


def children(values: dict[str, str | None]) -> str:
    """Elements in the order given; None leaves one out."""
    return "".join(f"<{name}>{text}</{name}>" for name, text in values.items() if text is not None)


def info(area: str = AREA, extra: str = "", **changes: str | None) -> str:
    return f"<info>{children({**EVENT, **changes})}{extra}<area>{area}</area></info>"


def alert(
    *, infos: Iterable[str] | None = None, more: str = "", end: str = "", **changes: str | None
) -> str:
    """The warning with some of its envelope changed; `more` stands before the infos."""
    inside = "".join(infos) if infos is not None else info()
    return f'<alert xmlns="{CAP12}">{children({**ENVELOPE, **changes})}{more}{inside}{end}</alert>'


def follow(kind: str, references: str, **changes: str | None) -> str:
    """An update or a cancellation that names `references`."""
    named = f"<references>{references}</references>" if references else ""
    return alert(msgType=kind, more=named, **changes)
