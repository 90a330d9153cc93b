"""What the page of one record shows, worked out before the template draws it."""

from dataclasses import dataclass

from anlan.kernel.models import TrailEntry
from anlan.matters.access import visible_to as matters_visible_to
from anlan.matters.models import Matter
from anlan.matters.models.kinds import clauses
from anlan.records import access, actions
from anlan.records.flow import term_of
from anlan.records.models import Evidence, Participation, Record, Visit

from ..areas.sketch import sketch_of_place
from ..deeds import Line, history_of
from ..ledgers.asker import Asker
from ..matters.sketch import Sketch
from ..reading import sector_label
from .ledger import counts_of

LABELS = {"reason": "理由", "words": "说明", "matters": "转出事项", "matter": "转出事项",
          "again_of": "同日另有", "again": "再次原因", "late": "补录原因", "title": "名称",
          "place": "地点", "topic": "专项", "person_times": "参加人次", "counts": "计数",
          "bodies": "单位", "people": "人员", "started_at": "开始时间", "ended_at": "结束时间",
          "sector": "领域", "name": "文件", "added": "新增", "given": "行数"}  # fmt: skip
VERDICTS = {"yes": ("good", "✓ 是"), "no": ("bad", "✕ 否"), "na": ("", "— 不涉及")}


@dataclass(frozen=True)
class Answered:
    """One line of the checklist as it was answered."""

    ask: str
    look: str
    verdict: str
    words: str
    basis: str
    matter: Matter | None


@dataclass(frozen=True)
class Page:
    """Everything on the page of one record."""

    facts: list[tuple[str, str]]
    counts: list[tuple[str, str]]
    visits: list[Visit]
    people: list[Participation]
    answers: list[Answered]
    evidence: list[Evidence]
    raised: list[Matter]
    waiting: list[str]  # findings that wait for the release of an unannounced visit
    others: list[Record]  # of the same visit
    sketch: Sketch | None
    lines: list[Line]


def page_of(record: Record, asker: Asker) -> Page:
    """Gather the page as this person may see it."""
    raised = list(
        matters_visible_to(asker.scope)
        .filter(raised_by__record=record)
        .select_related("area", "owner")
        .order_by("pk")
    )
    labels = LABELS | {each.key: each.label for each in record.rule.fields()}
    return Page(
        facts=_facts(record),
        counts=counts_of(record),
        visits=list(record.visits.select_related("body__area").order_by("pk")),
        people=list(record.participations.select_related("person__body").order_by("role", "pk")),
        answers=_answers(record, {m.raised_by.check_item: m for m in raised}),
        evidence=list(record.evidence.select_related("file").order_by("pk")),
        raised=raised,
        waiting=[each["title"] for each in record.details.get("findings", []) if record.hidden],
        others=_others(record, asker),
        sketch=sketch_of_place(record.area, record.lon, record.lat),
        lines=_came_with(record) + history_of(record, actions, labels),
    )


def _facts(record: Record) -> list[tuple[str, str]]:
    found = []
    for each in record.rule.detail_fields():
        value = access.cell_of(each, record)
        if value not in (None, ""):
            found.append((each.label, f"{value}{each.unit}"))
    if record.sector:
        found.insert(0, ("行业领域", sector_label(record.sector)))
    if record.topic:
        found.insert(0, ("专项或主题", record.topic))
    for key, label in (("late", "补录原因"), ("again", "再次开展的原因"), ("void", "作废原因")):
        if record.details.get(key):
            found.append((label, str(record.details[key])))
    return found


def _answers(record: Record, raised: dict[str, Matter]) -> list[Answered]:
    if record.edition is None:
        return []
    known, given = clauses(), record.answered()
    lines = []
    for item in record.edition.questions():
        if item.key not in given:
            continue
        look, verdict = VERDICTS[given[item.key].verdict]
        clause = known.get(item.clause)
        basis = f"{clause.standard}{clause.article}" if clause else item.basis
        words = given[item.key].words
        lines.append(Answered(item.ask, look, verdict, words, basis, raised.get(item.key)))
    return lines


def _others(record: Record, asker: Asker) -> list[Record]:
    """The first record of this visit, and those that point to this one."""
    seen = access.visible_to(asker.scope)
    first = seen.filter(pk=record.again_of_id or 0)
    return [*first, *seen.filter(again_of=record).order_by("pk")[:10]]


def _came_with(record: Record) -> list[Line]:
    """The batch it came with, where it was imported."""
    number = record.details.get("batch")
    if not number:
        return []
    entries = TrailEntry.objects.filter(subject_kind="records.batch", subject_id=number)
    return [Line(one, term_of(one.verb), [("文件", one.note.get("name", ""))]) for one in entries]
