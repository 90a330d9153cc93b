"""What `anlan figures` asks and prints: values with scope and change, or the rows behind one."""

from datetime import date, datetime
from typing import Any

from anlan.figures import compute
from anlan.figures.rules import BadPeriod, Period, parse_period
from anlan.figures.sources import SOURCES, STANDING
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL, local
from anlan.people.models import Area
from anlan.wiring.now import now

ROWS_AT_MOST = 10_000


def figures(names: list[str], period: str, area: str, rows: str | None) -> dict[str, Any]:
    """Values of the named figures (all by default), or the rows behind one of them."""
    span, place, at = period_of(period), area_of(area), now()
    if rows:
        return _rows(rows, span, place)
    found = compute.compute(names or None, period=span, area=place, scope=None, at=at)
    parts = _parts([value.figure for value in found], span, compute.Asked(place, None, at))
    return {
        "ok": True,
        "period": {"text": span.text, "words": span.words()},
        "area": {"code": place.code, "name": place.name},
        "as_of": local(at),
        "figures": [_as_json(value, parts[value.figure.key]) for value in found],
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
        value = "—" if each["value"] is None else f"{each['words']}{each['unit']}"
        frozen = "  已封账" if each["frozen"] else ""
        lines.append(f"{each['label']}  {value}  {each['change']['words']}{frozen}".rstrip())
        lines += [f"    {note}" for note in each["notes"]]
        lines.append(f"    口径:{each['scope']}")
    return "\n".join(lines)


def _parts(
    figures: list[compute.Figure], span: Period, asked: compute.Asked
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The parts of every figure by each of its dimensions, those of one dimension together."""
    known = {figure.key: compute.dimensions_of(figure) for figure in figures}
    found: dict[str, dict[str, list[dict[str, Any]]]] = {figure.key: {} for figure in figures}
    for by in dict.fromkeys(by for ways in known.values() for by in ways):
        broken = [figure for figure in figures if by in known[figure.key]]
        for key, parts in compute.breakdowns(broken, by, period=span, asked=asked).items():
            found[key][by] = [
                {"key": part.key, "label": part.label, "value": _number(part.value)}
                for part in parts
            ]
    return found


def _as_json(value: compute.FigureValue, parts: dict[str, Any]) -> dict[str, Any]:
    figure = value.figure
    return {
        "name": figure.key,
        "label": figure.label,
        "unit": figure.unit,
        "value": _number(value.value),
        "words": value.words(),
        "scope": figure.scope,
        "clause": figure.clause,
        "change": {"base": _number(value.change.base), "words": value.change.words},
        "notes": list(value.notes),
        "frozen": local(value.frozen.frozen_at) if value.frozen else None,
        "parts": parts,
    }


def _rows(name: str, span: Period, place: Area) -> dict[str, Any]:
    figure = compute.definition(name)
    found = compute.rows(name, period=span, area=place, scope=None, at=now())
    counted = compute.leading(figure)
    source = SOURCES[counted.source]
    since = source.order if counted.moment == STANDING else source.moments[counted.moment].column
    listed = found.order_by(since, "pk")[:ROWS_AT_MOST]
    return {
        "ok": True,
        "name": name,
        "label": figure.label,
        "scope": figure.scope,
        "count": found.count(),
        "rows": [_row(row, since) for row in listed],
    }


def _row(row: Any, since: str) -> dict[str, Any]:
    """One row of whatever ledger: matters and records have numbers and stages, others a name."""
    day = getattr(row, since, None)
    stage = getattr(row, "get_stage_display", None)
    return {
        "id": row.pk,
        "number": getattr(row, "number", None) or getattr(row, "code", "") or str(row.pk),
        "title": getattr(row, "title", None) or str(row),
        "stage": stage() if stage else "",
        "found": _day(day),
        "closed": local(row.closed_at) if getattr(row, "closed_at", None) else None,
    }


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).date().isoformat()
    return value.isoformat() if isinstance(value, date) else ""


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def period_of(text: str) -> Period:
    try:
        return parse_period(text)
    except BadPeriod as wrong:
        raise Invalid(str(wrong), mend="请改写 --period", field="period") from wrong


def area_of(code: str) -> Area:
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
