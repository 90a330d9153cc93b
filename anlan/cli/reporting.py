"""What `anlan report` makes: the figures computed, the text written, the file of the form asked."""

from pathlib import Path
from typing import Any

from anlan.cli.counting import area_of, period_of
from anlan.figures.reports import made, printed, template_named, templates
from anlan.kernel.errors import Invalid
from anlan.people.models import Area, Body
from anlan.wiring.now import now

# What people call them, and which it is by the length of the period.
SUMMARY = {"year": "annual", "half": "half_year"}
CALLED = {"bulletin": "monthly", "review": "event_review", "leader": "leader_page",
          "circular": "circular_report", "reminder": "reminder_report",
          "supervision": "supervision_report"}  # fmt: skip


def kinds() -> list[dict[str, str]]:
    """All reports of the catalogue."""
    return [{"kind": key, "label": each.label} for key, each in templates().items()]


def listed(found: list[dict[str, str]]) -> str:
    return "\n".join(f"{each['kind']:20}{each['label']}" for each in found)


def report(kind: str, period: str, area: str, issuer: str, to: Path) -> dict[str, Any]:
    """Write the report into the file; what it is and what it says."""
    span, place, at = period_of(period), area_of(area), now()
    template = template_named(_kind(kind, span.text))
    name = issuer or _issuer(place)
    found = made(template, period=span, area=place, issuer=name, scope=None, at=at)
    to.write_bytes(printed(found, to.suffix.lower()))
    return {
        "ok": True,
        "kind": template.key,
        "title": found.document.title,
        "file": str(to),
        "figures": found.figures(),
        "values": found.values(),
    }


def _kind(kind: str, period: str) -> str:
    if kind == "summary":
        return SUMMARY["year" if len(period) == 4 else "half"]
    if kind in CALLED:
        return CALLED[kind]
    labels = {each.label: key for key, each in templates().items()}
    return labels.get(kind, kind)


def _issuer(place: Area) -> str:
    """The bureau of the area, else its town office, else whoever stands there."""
    here = Body.objects.filter(area=place).exclude(kind=Body.Kind.ENTERPRISE).order_by("pk")
    for wanted in (Body.Kind.BUREAU, Body.Kind.TOWN, Body.Kind.COMMITTEE):
        if found := here.filter(kind=wanted).first():
            return found.name
    raise Invalid(f"{place}没有登记应急管理部门", mend="请用 --issuer 写明落款单位", field="issuer")
