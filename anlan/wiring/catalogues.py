# ruff: noqa: E501 (the table is wide so that it can be read)
"""Every catalogue of the house, what its entries are, and what a changed one would do (目录)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from anlan.accidents.models import Accident, Clock, categories, clocks, scale
from anlan.accidents.rules import Category, ClockRule, Edition, GradeRule, ScopeRule
from anlan.callup.models import Attempt, Callup, Check
from anlan.callup.models.profiles import CheckRule, Hazard, Question
from anlan.callup.rules import Profile, Wording
from anlan.dues.models import Arrear, dues, ladders
from anlan.dues.rules import Due, Ladder
from anlan.duty.models import Desk
from anlan.duty.rules.kinds import DeskKind
from anlan.figures.compute import Figure, definitions
from anlan.figures.compute.assessing import schemes
from anlan.figures.models import AssessmentRound, Report
from anlan.figures.reports import ReportTemplate, templates
from anlan.figures.reports.templates import PREFIX, file_names
from anlan.figures.rules.assessment import Scheme
from anlan.kernel import catalogues
from anlan.kernel.calendar import Notice
from anlan.kernel.catalogues import CatalogueError
from anlan.kernel.errors import Refused
from anlan.kernel.files import FileType
from anlan.kernel.pinyin import Reading
from anlan.matters.models import Matter
from anlan.matters.models import kinds as matters
from anlan.matters.models.routing import conditions as ways
from anlan.matters.rules import Clause, Kind, Route
from anlan.papers.models import Paper
from anlan.papers.models import kinds as paper_kinds
from anlan.papers.rules import PaperKind, PaperTemplate
from anlan.people.access import Role
from anlan.people.models import Charge, Post
from anlan.people.rules.charges import ChargeKind
from anlan.people.rules.divisions import DivisionList
from anlan.records.models import ChecklistEdition, Record, checklists
from anlan.records.models import kinds as record_kinds
from anlan.records.rules import Checklist, RecordKind
from anlan.registry.models import Item, Sector
from anlan.registry.rules import ItemKind
from anlan.watch.models import (
    Alarm,
    AlarmPart,
    FeedEntry,
    Issuer,
    Step,
    Stream,
    WarnedOf,
    Warning,
    judged_rules,
)
from anlan.watch.rules import Family, WatchRule
from anlan.watch.rules.properties import Property
from anlan.watch.rules.tables import ObservationMap

from .lines import LineEntry

MOST_DIFFERENCES = 200
LOOKS_EVERY = 3.0  # seconds

_log = logging.getLogger("anlan.catalogues")


@dataclass(frozen=True)
class Catalogue:
    """One file: its name, what its entries are, and how many rows of the district use an entry."""

    name: str
    label: str
    entry: type[Any]
    in_use: Callable[[str], int] | None = None

    @property
    def path(self) -> Path:
        return catalogues.path_of(self.name)

    @property
    def is_of_the_site(self) -> bool:
        site = catalogues.site_folder()
        return site is not None and self.path.is_relative_to(site)

    def load(self) -> dict[str, Any]:
        found: dict[str, Any] = catalogues.load(self.name, self.entry)
        return found


@dataclass(frozen=True)
class Difference:
    """What a changed file would do to one entry, and how many rows lean on it."""

    key: str
    what: str  # 新增 删除 修改
    words: str
    in_use: int


# fmt: off
CATALOGUES = {each.name: each for each in (
    Catalogue("sectors",        "重点领域",   Sector,       lambda key: Matter.objects.filter(sector=key).count()),
    Catalogue("roles",          "角色与权限", Role,         lambda key: Post.objects.filter(roles__contains=[key]).count()),
    Catalogue("charge_kinds",   "责任类型",   ChargeKind,   lambda key: Charge.objects.filter(kind=key).count()),
    Catalogue("item_kinds",     "对象类别",   ItemKind,     lambda key: Item.objects.filter(kind=key).count()),
    Catalogue("observed_properties", "监测要素", Property,  lambda key: Stream.objects.filter(observed=key).count()),
    Catalogue("observation_maps", "观测对照", ObservationMap),
    Catalogue("watch_rules",    "监测规则",   WatchRule,    lambda key: AlarmPart.objects.filter(rule=key).count()),
    Catalogue("watch_families", "告警类别",   Family,       lambda key: Alarm.objects.filter(family=key).count()),
    Catalogue("warning_hazards", "预警灾种",  WarnedOf,     lambda key: Warning.objects.filter(hazard=key).count()),
    Catalogue("warning_issuers", "预警发布单位", Issuer),
    Catalogue("warning_steps",  "递进式预警", Step),
    Catalogue("cap_feeds",      "预警来源",   FeedEntry,    lambda key: Warning.objects.filter(feed=key).count()),
    Catalogue("matter_kinds",   "事项种类与期限", Kind,     lambda key: Matter.objects.filter(kind=key).count()),
    Catalogue("record_kinds",   "台账种类",   RecordKind,   lambda key: Record.objects.filter(kind=key).count()),
    Catalogue("checklists",     "检查表库",   Checklist,    lambda key: Record.objects.filter(edition__in=ChecklistEdition.objects.filter(key=key)).count()),
    Catalogue("paper_kinds",    "文书种类",   PaperKind,    lambda key: Paper.objects.filter(kind=key).count()),
    Catalogue("paper_templates", "文书模板",  PaperTemplate, lambda key: Paper.objects.filter(template=key).count()),
    Catalogue("routing",        "派单规则",   Route),
    Catalogue("hazard_clauses", "判定条款",   Clause,       lambda key: Matter.objects.filter(clause=key).count()),
    Catalogue("dues",           "应做事项",   Due,          lambda key: Arrear.objects.filter(due=key).count()),
    Catalogue("assessment",     "考核办法",   Scheme,       lambda key: AssessmentRound.objects.filter(key=key).count()),
    Catalogue("dues_ladders",   "督促阶梯",   Ladder),
    Catalogue("duty_desks",     "值班类型",   DeskKind,     lambda key: Desk.objects.filter(kind=key).count()),
    Catalogue("gateways",       "通道线路",   LineEntry,    lambda key: Attempt.objects.filter(line=key).count()),
    Catalogue("callup",         "叫应方案",   Profile,      lambda key: Callup.objects.filter(profile=key).count()),
    Catalogue("callup_audience", "叫应对象",  Hazard,       lambda key: Callup.objects.filter(hazard=key).count()),
    Catalogue("callup_wording", "叫应用语",   Wording),
    Catalogue("callup_checks",  "抽查规则",   CheckRule,    lambda key: Check.objects.filter(kind=key).count()),
    Catalogue("six_questions",  "六问题目",   Question),
    Catalogue("accident_grades", "事故等级标准", GradeRule, lambda key: Accident.objects.filter(grade=key).count()),
    Catalogue("accident_scopes", "事故统计口径", ScopeRule, lambda key: Accident.objects.filter(scope=key).count()),
    Catalogue("accident_categories", "事故类别", Category,  lambda key: Accident.objects.filter(category=key).count()),
    Catalogue("accident_editions", "事故分类标准版本", Edition),
    Catalogue("accident_clocks", "事故报告和调查时限", ClockRule, lambda key: Clock.objects.filter(kind=key).count()),
    Catalogue("figures",        "统计指标",   Figure),
    *(Catalogue(name, f"报告模板 {name.removeprefix('report_')}", ReportTemplate, lambda key: Report.objects.filter(key=key).count()) for name in file_names()),
    Catalogue("holidays",       "节假日调休", Notice),
    Catalogue("files",          "附件类型",   FileType),
    Catalogue("divisions",      "区划代码表", DivisionList),
    Catalogue("readings",       "地名读音",   Reading),
)}
# What is judged across catalogues, by the file that is to blame where no other is named.
JUDGES: dict[str, Callable[[], object]] = {
    "matter_kinds": matters.kinds,
    "routing":      ways,
    "checklists":   checklists,
    "record_kinds": record_kinds,
    "paper_kinds":  paper_kinds,
    "dues_ladders": ladders,
    "dues":         dues,
    "accident_grades": scale,
    "accident_clocks": clocks,
    "accident_categories": categories,
    "watch_rules":  judged_rules,
    "figures":      definitions,
    "assessment":   schemes,
    "report_annual": templates,
}
# fmt: on


def faults() -> list[CatalogueError]:
    """Everything that is wrong with the catalogues as they are read now, each once (配置检查)."""
    there = set(catalogues.names(PREFIX))
    known = [each for each in CATALOGUES.values() if each.entry is not ReportTemplate]
    looks = [(each.name, each.load) for each in known if each.name not in there]
    looks += [(name, partial(catalogues.load, name, ReportTemplate)) for name in sorted(there)]
    found: dict[tuple[str, int, str], CatalogueError] = {}
    for name, look in [*looks, *JUDGES.items()]:
        wrong = _fault(name, look)
        if wrong:
            found.setdefault((wrong.file, wrong.line, wrong.words), wrong)
    return list(found.values())


def _fault(name: str, look: Callable[[], object]) -> CatalogueError | None:
    try:
        look()
    except CatalogueError as wrong:
        return wrong
    except Refused as wrong:  # judged without a place: the whole file is to blame
        return CatalogueError(f"{name}.yaml", 1, wrong.words, mend=wrong.mend)
    return None


def insist() -> None:
    """Refuse to begin with a catalogue that cannot be used: all faults with their mends (启动检查)."""
    found = faults()
    if not found:
        return
    first, *others = found
    if not others:
        raise first
    listed = [f"{each.words}\n    → {each.mend}" if each.mend else each.words for each in found]
    words = f"目录有{len(found)}处不能用：\n  " + "\n  ".join(listed)
    raise Refused(words, mend="请逐处改好后再启动；anlan doctor 可以只检查不启动。")


@dataclass
class _Looked:
    """When this process looked at the disk last, and that it does so in one thread at a time."""

    after: float = 0.0
    once: bool = False
    alone: Lock = field(default_factory=Lock)


_looked = _Looked()


def keep_fresh() -> None:
    """Take up catalogues that were changed, and keep the last good ones of those that are wrong.

    Asked for by every request and every round; it looks at the disk once in a few seconds.
    """
    if monotonic() < _looked.after or not _looked.alone.acquire(blocking=False):
        return
    try:
        _looked.after = monotonic() + LOOKS_EVERY
        if not _looked.once:  # whatever is wanted later is then good, and at hand
            _looked.once = True
            faults()
        elif catalogues.renew(faults):
            for wrong in catalogues.troubles():
                _log.error("%s; the last good entries stay in use", wrong)
    finally:
        _looked.alone.release()


def look_again() -> None:
    """Look at the disk with the next request: somebody here has just put a file there (立即重读)."""
    _looked.after = 0.0


def compare(catalogue: Catalogue, text: str) -> list[Difference]:
    """What a changed text would add, remove and alter; raise CatalogueError where it is wrong."""
    now = catalogue.load()
    with catalogues.trial({catalogue.name: text}):
        then = catalogue.load()
        for wrong in faults():
            raise wrong
    found = [
        *(Difference(key, "新增", _name(then[key]), 0) for key in then if key not in now),
        *(
            Difference(key, "删除", _name(now[key]), _in_use(catalogue, key))
            for key in now
            if key not in then
        ),
        *(
            Difference(key, "修改", _altered(now[key], then[key]), _in_use(catalogue, key))
            for key in now
            if key in then and now[key] != then[key]
        ),
    ]
    return found[:MOST_DIFFERENCES]


def _in_use(catalogue: Catalogue, key: str) -> int:
    return catalogue.in_use(key) if catalogue.in_use else 0


def _name(entry: Any) -> str:
    return str(getattr(entry, "label", "") or getattr(entry, "text", "") or entry.key)


def _altered(before: Any, after: Any) -> str:
    """The fields that differ: 期限 a → b."""
    changed = [
        f"{each.name}：{_short(getattr(before, each.name))} → {_short(getattr(after, each.name))}"
        for each in fields(before)
        if getattr(before, each.name) != getattr(after, each.name)
    ]
    return "；".join(changed)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
