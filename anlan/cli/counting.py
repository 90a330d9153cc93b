"""What `anlan figures` asks and prints: values with scope and change, or the rows behind one."""

from typing import Any

from anlan.figures import compute
from anlan.figures.rules import BadPeriod, Period, parse_period
from anlan.figures.sources import SOURCES
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL, local
from anlan.people.models import Area
from anlan.wiring.now import now

ROWS_AT_MOST = 10_000


def figures(names: list[str], period: str, area: str, rows: str | None) -> dict[str, Any]:
    """Values of the named figures (all by default), or the rows behind one of them."""
    span, place, at = _period(period), _area(area), now()
    if rows:
        return _rows(rows, span, place)
    found = compute.compute(names or None, period=span, area=place, scope=None, at=at)
    return {
        "ok": True,
        "period": {"text": span.text, "words": span.words()},
        "area": {"code": place.code, "name": place.name},
        "as_of": local(at),
        "figures": [_as_json(value, span, place) for value in found],
    }


def words(answer: dict[str, Any]) -> str:
    """The same answer for people."""
    if "rows" in answer:
        lines = [f"{answer['label']}:{answer['count']}条"]
        lines += [
            f"{r['number']}  {r['found']}  {r['stage']}  {r['title']}" for r in answer["rows"]
        ]
        return "\n".join(lines)
    lines = [f"{answer['area']['name']} {answer['period']['words']}"]
    for each in answer["figures"]:
        value = "—" if each["value"] is None else f"{each['value']}{each['unit']}"
        lines.append(f"{each['label']}  {value}  {each['change']['words']}")
        lines.append(f"    口径:{each['scope']}")
    return "\n".join(lines)


def _as_json(value: compute.FigureValue, span: Period, place: Area) -> dict[str, Any]:
    figure = value.figure
    parts = {
        by: [{"key": p.key, "label": p.label, "value": _number(p.value)} for p in found]
        for by in compute.dimensions_of(figure)
        for found in [
            compute.breakdown(figure.key, by, period=span, area=place, scope=None, at=now())
        ]
    }
    return {
        "name": figure.key,
        "label": figure.label,
        "unit": figure.unit,
        "value": _number(value.value),
        "scope": figure.scope,
        "clause": figure.clause,
        "change": {"base": _number(value.change.base), "words": value.change.words},
        "parts": parts,
    }


def _rows(name: str, span: Period, place: Area) -> dict[str, Any]:
    figure = compute.definition(name)
    found = compute.rows(name, period=span, area=place, scope=None, at=now())
    source = compute.definition(figure.whole).source if figure.whole else figure.source
    since = "started_at" if SOURCES[source].ledger == "records" else "found_at"
    listed = found.order_by(since, "id")[:ROWS_AT_MOST]
    return {
        "ok": True,
        "name": name,
        "label": figure.label,
        "scope": figure.scope,
        "count": found.count(),
        "rows": [
            {
                "number": row.number,
                "title": row.title,
                "stage": row.get_stage_display(),
                "found": getattr(row, since).astimezone(LOCAL).date().isoformat(),
                "closed": local(row.closed_at) if getattr(row, "closed_at", None) else None,
            }
            for row in listed
        ],
    }


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _period(text: str) -> Period:
    try:
        return parse_period(text)
    except BadPeriod as wrong:
        raise Invalid(str(wrong), mend="请改写 --period", field="period") from wrong


def _area(code: str) -> Area:
    """The area of a code, written short (331081) or whole; its alias as well."""
    whole = code.ljust(12, "0")
    found = (
        Area.objects.filter(code__in=(code, whole)).order_by("-valid_from").first()
        or Area.objects.filter(aliases__code__in=(code, whole)).first()
    )
    if found is None:
        raise Invalid(
            f"没有区划代码“{code}”", mend="请核对 --area,可用 6、9、12 位代码", field="area"
        )
    return found
