"""The form of a kind, made from its block in the catalogue; and what it comes to."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from anlan.people.models import Area, Person
from anlan.records import access
from anlan.records.actions import Entry, Found, Visited
from anlan.records.models import Record, checklist_named
from anlan.records.rules import Answer, CheckItem, RecordKind, names_in
from anlan.registry.rules import LOOKED_UP, Field

from ..forms import Form, Lines, Suggested
from ..forms import Found as FoundField
from ..ledgers.asker import Asker
from ..matters.fields import FilesField, MomentField

ANSWERS = [("yes", "是"), ("no", "否"), ("na", "不涉及")]
OF_HISTORY = ("origin",)  # what only tables of other systems bring
OF_THE_PHONE = ("lon", "lat")  # found by itself; at the desk nobody knows them by heart
SEVERAL = {"bodies": "body", "people": "person"}  # text of several names → what they name


class Several(forms.Textarea):
    """Names, one after the other, with a box beneath that finds them and adds them."""

    def __init__(self, what: str) -> None:
        super().__init__({"rows": 2})
        self.finder = Suggested(what, placeholder="输入名称或拼音首字母，选中后加入")

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        box = super().render(name, value, attrs, renderer)
        about = (attrs or {}).get("id", name)
        more = {"id": f"{about}-add", "data-adds": f"#{about}", "class": "form-control adds"}
        return format_html("{}{}", box, self.finder.render(f"{name}-add", "", more, renderer))


class Choose(forms.RadioSelect):
    """Answers side by side, one tap each."""

    template_name = "records/answers.html"


def form_for(
    kind: RecordKind,
    asker: Asker,
    *,
    checklist: str = "",
    record: Record | None = None,
) -> type[Form]:
    """A form class with a field for each of the kind's; for a correction with what stands there."""
    initial = _begun(asker) if record is None else _initial(record)
    leave = OF_HISTORY if record else (*OF_HISTORY, *OF_THE_PHONE)
    fields = [each for each in access.form_fields(kind) if each.key not in leave]
    made: dict[str, forms.Field] = {
        each.key: _field(each, initial.get(each.key)) for each in fields
    }
    if record is None:
        made |= _besides(kind, asker, checklist)
    else:
        made["reason"] = Lines(label="更正原因", rows=2)
    return type("RecordForm", (Form,), made)


def entry_of(
    kind: RecordKind, values: Mapping[str, Any], asker: Asker, *, checklist: str = ""
) -> Entry:
    """What the form says was done; InvalidRecord with every problem in it."""
    known = {each.key for each in access.form_fields(kind)}
    given = {key: value for key, value in values.items() if key in known}
    under = asker.scope.reaches[0].path if asker.scope.reaches else "/"
    typed = access.values_of(kind.key, given, at=asker.at, under=under)
    typed["bodies"] = tuple(Visited(body) for body in typed["bodies"])
    return Entry(
        kind=kind.key,
        checklist=checklist,
        answers=answers_in(values, checklist),
        spared=frozenset(values.get("spared") or ()),
        found=tuple(Found(title[:120]) for title in names_in(values.get("found", ""))),
        again=values.get("again", ""),
        late=values.get("late", ""),
        **typed,
    )


def answers_in(values: Mapping[str, Any], checklist: str) -> dict[str, Answer]:
    """The answers of a checklist's newest edition, as far as they were given."""
    found = {}
    for item in items_of(checklist):
        verdict = values.get(f"answer-{item.key}", "")
        if verdict in ("yes", "no", "na"):
            words = str(values.get(f"words-{item.key}", "")).strip()[:300]
            found[item.key] = Answer(verdict, words)
    return found


def items_of(checklist: str) -> tuple[CheckItem, ...]:
    """The questions of a checklist as they read now."""
    return checklist_named(checklist).editions[-1].items if checklist else ()


def _besides(kind: RecordKind, asker: Asker, checklist: str) -> dict[str, forms.Field]:
    """What a form asks besides the kind's own fields."""
    made: dict[str, forms.Field] = {}
    for item in items_of(checklist):
        made[f"answer-{item.key}"] = forms.ChoiceField(
            label=item.ask, choices=ANSWERS, widget=Choose, help_text=f"怎么看：{item.judge}"
        )
        made[f"words-{item.key}"] = forms.CharField(
            label="情况", required=False, max_length=300, help_text="答“否”时写明部位和情况"
        )
    if checklist:
        offered = [(item.key, item.fault) for item in items_of(checklist)]
        made["spared"] = forms.MultipleChoiceField(
            label="当场改好、不转隐患的", required=False, choices=offered,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
    if kind.opens:
        hint = "一行一个，每个都会转为待交办事项"
        made["found"] = Lines(label="其他问题", required=False, help_text=hint)
    made["evidence"] = FilesField(label="照片或材料", required="evidence" in kind.needs)
    made["on_behalf_of"] = FoundField(
        "person", asker, label="代谁录入", required=False, help_text="替别人录入时填"
    )
    made["late"] = forms.CharField(
        label="补录原因", required=False, max_length=200, help_text=f"超过{kind.late_days}天的填写"
    )
    made["again"] = forms.CharField(
        label="再次开展的原因", required=False, max_length=200, help_text="当天同一单位第二次时填写"
    )
    return made


def _begun(asker: Asker) -> dict[str, Any]:
    person: Person = asker.person
    unit = person.body
    name = f"{unit}/{person.name}" if unit else person.name
    return {
        "started_at": asker.at,
        "organiser": unit.name if unit else "",
        "people": name,
        "area": _area_name(unit.area) if unit else "",
    }


def _area_name(area: Area) -> str:
    """As one would write it, the town before a village."""
    above = area.parent
    return f"{above}{area}" if above and above.level == Area.Level.TOWN else area.name


def _initial(record: Record) -> dict[str, Any]:
    """What stands in a record, in the words that its form would be filled with."""
    found: dict[str, Any] = {}
    for each in access.form_fields(record.rule):
        value = access.cell_of(each, record)
        found[each.key] = "" if value is None else value
    return found


def _field(spec: Field, initial: Any) -> forms.Field:
    common: dict[str, Any] = {
        "label": spec.heading, "required": spec.required, "help_text": spec.help,
        "initial": initial,
    }  # fmt: skip
    if spec.type == "moment":
        return MomentField(**common)
    if spec.type == "choice":
        words = list(dict.fromkeys(_first_words(spec)))
        return forms.ChoiceField(
            choices=[("", "请选择"), *((word, word) for word in words)], **common
        )
    if spec.type == "yes_no":
        return forms.ChoiceField(choices=[("", "未填"), ("是", "是"), ("否", "否")], **common)
    return forms.CharField(widget=_widget(spec), max_length=spec.longest, **common)


def _first_words(spec: Field) -> list[str]:
    """One word for each value: the first of those that mean it."""
    first: dict[Any, str] = {}
    for word, value in spec.choices.items():
        first.setdefault(value, word)
    return list(first.values())


def _widget(spec: Field) -> forms.Widget:
    if spec.type in LOOKED_UP:
        return Suggested(spec.type)
    if spec.type == "date":
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if spec.key in SEVERAL:
        return Several(SEVERAL[spec.key])
    if spec.lines:
        return forms.Textarea(attrs={"rows": 3})
    return forms.TextInput(attrs={"inputmode": "decimal"} if spec.type == "number" else None)
