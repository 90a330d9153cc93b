"""The values of a paper against the fields that its template declares (要素校验)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from .kinds import PaperTemplate, TemplateField

LONGEST = {"text": 200, "words": 5000, "lines": 500}
MOST_LINES = 100


class BadValue(ValueError):
    """One value that its field cannot take, and which field."""

    def __init__(self, words: str, *, field: str = "", mend: str = "") -> None:
        super().__init__(words)
        self.words, self.field, self.mend = words, field, mend


def checked(
    template: PaperTemplate, given: Mapping[str, Any], *, whole: bool = True
) -> dict[str, Any]:
    """The values as plain JSON; BadValue names the first one that is wrong.

    `whole` demands what must be there: a draft may still lack it, what goes out may not.
    """
    known = {field.key for field in template.fields}
    for key in given:
        if key not in known:
            words = f"模板“{template.label}”没有要素“{key}”"
            raise BadValue(words, field=key, mend=f"可用：{'、'.join(sorted(known))}")
    found: dict[str, Any] = {}
    for field in template.fields:
        value = _read(field, given.get(field.key))
        if value is not None:
            found[field.key] = value
        elif field.must and whole:
            raise BadValue(f"请填写{field.label}", field=field.key, mend="这一项必须填写")
    return found


def _read(field: TemplateField, value: Any) -> Any:
    if value is None or value == "" or value == []:
        return None
    return READ[field.type](field, value)


def _text(field: TemplateField, value: Any) -> str | None:
    text = str(value).strip()
    if len(text) > LONGEST[field.type]:
        raise BadValue(f"{field.label}不能超过{LONGEST[field.type]}字", field=field.key)
    return text or None


def _number(field: TemplateField, value: Any) -> str:
    try:
        number = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation as wrong:
        raise BadValue(
            f"{field.label}“{value}”不是数字", field=field.key, mend="只填数字，不带单位"
        ) from wrong
    if not number.is_finite():
        raise BadValue(f"{field.label}“{value}”不是数字", field=field.key)
    return f"{number:f}"


def _date(field: TemplateField, value: Any) -> str:
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
    except ValueError as wrong:
        raise BadValue(
            f"{field.label}“{value}”不是日期", field=field.key, mend="应写作 2024-06-24"
        ) from wrong


def _lines(field: TemplateField, value: Any) -> list[str] | None:
    given = value.splitlines() if isinstance(value, str) else list(value)
    lines = [str(line).strip() for line in given if str(line).strip()]
    if len(lines) > MOST_LINES:
        raise BadValue(f"{field.label}不能超过{MOST_LINES}条", field=field.key)
    if any(len(line) > LONGEST["lines"] for line in lines):
        raise BadValue(f"{field.label}每条不能超过{LONGEST['lines']}字", field=field.key)
    return lines or None


READ = {"text": _text, "words": _text, "number": _number, "date": _date, "lines": _lines}


def plain(field: TemplateField, value: Any) -> str:
    """A value as a form shows it for editing."""
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def shown(field: TemplateField, value: Any) -> str:
    """A value as a sentence says it."""
    if field.type == "date":
        day = date.fromisoformat(value)
        return f"{day.year}年{day.month}月{day.day}日"
    return "；".join(value) if isinstance(value, list) else str(value)
