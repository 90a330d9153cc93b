# ruff: noqa: E501 (the table is wide so that it can be read)
"""The buttons of an accident's page, each with its form and the action behind it."""

from typing import Any

from django import forms

from anlan.accidents import access, actions
from anlan.accidents.actions import (
    Answers,
    Decision,
    Demand,
    Facts,
    Fault,
    Findings,
    Group,
    News,
    Proposal,
    Shown,
)
from anlan.accidents.models import Accident, Investigation, Misreport, Treatment
from anlan.accidents.rules import investigating_level
from anlan.kernel import files
from anlan.people.models import Body

from ..deeds import Deed
from ..forms import Day, Form, Found, Lines
from ..ledgers.asker import Asker
from ..matters.fields import FilesField, MomentField
from .forms import UnitField, category_choices, loss, number, scope_choices, toll_fields, toll_of

Values = dict[str, Any]
YES_NO = [("", "请选择"), ("yes", "已落实到位"), ("no", "未落实到位")]


def shown_in(uploaded: list[Any], asker: Asker) -> list[Shown]:
    """Uploaded files, kept and ready to be shown."""
    return [
        Shown(files.keep(each, name=each.name or "", by=asker.person, at=asker.at))
        for each in uploaded
    ]


def who(asker: Asker) -> Values:
    return {"by": asker.person, "at": asker.at}


def words(label: str, **given: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, max_length=given.pop("longest", 100), **given)


def made(name: str, **fields: forms.Field) -> type[Form]:
    """A form class of these fields."""
    return type(name, (Form,), fields)


# --- told -----------------------------------------------------------------------------------------


def _news_form(accident: Accident, asker: Asker) -> type[Form]:
    now = MomentField(label="变化的时间", initial=asker.at, help_text="不是报告的时间；期限按它算")
    fields: dict[str, Any] = {
        **toll_fields(),
        "poisoned": number("其中急性工业中毒"),
        "loss": loss(),
        "changed_at": now,
        "words": Lines(
            label="情况", required=False, help_text="减少死亡人数或更正原数的，写明依据"
        ),
        "correction": forms.BooleanField(label="原来报错了，这是更正", required=False),
    }
    return made("NewsForm", **fields)


def _follow_up(accident: Accident, values: Values, asker: Asker) -> None:
    news = News(
        toll_of(values), values["changed_at"], values["poisoned"], values["words"],
        values["correction"],
    )  # fmt: skip
    actions.follow_up(accident, news=news, **who(asker))


def _up_form(accident: Accident, asker: Asker) -> type[Form]:
    open_now = [one for one in accident.clocks.running().order_by("due_at")
                if one.rule and one.rule.by_hand]  # fmt: skip
    told = MomentField(label="报出时间", initial=asker.at)
    how = words("报给谁、怎么报的", longest=200, help_text="如：电话报市应急局值班室王某")
    choices = [(one.kind, f"{one.label}（{one.rule.to if one.rule else ''}）") for one in open_now]
    which = forms.ChoiceField(label="哪一项", choices=choices)
    return made("UpForm", clock=which, met_at=told, words=how)


def _report_up(accident: Accident, values: Values, asker: Asker) -> None:
    actions.report_up(accident, **values, **who(asker))


def _attach(accident: Accident, values: Values, asker: Asker) -> None:
    shown = shown_in(values["evidence"], asker)
    actions.attach(accident, evidence=shown, words=values["words"], **who(asker))


# --- settled --------------------------------------------------------------------------------------


def _facts_form(accident: Accident, asker: Asker) -> type[Form]:
    said = accident.details
    return made(
        "FactsForm",
        title=words("事故名称", longest=120, initial=accident.title),
        happened_at=MomentField(label="发生时间", initial=accident.happened_at),
        area=Found("area", asker, label="所在区域", initial=accident.area.name),
        place=words("具体地点", longest=160, required=False, initial=accident.place),
        unit=UnitField(asker, label="单位", required=False, initial=accident.unit),
        industry=words("行业代码", longest=5, required=False, initial=accident.industry),
        overview=Lines(label="单位概况", required=False, initial=said.get("overview", "")),
        course=Lines(label="简要经过", required=False, initial=said.get("course", "")),
        taken=Lines(label="已采取的措施", required=False, initial=said.get("taken", "")),
        reason=Lines(label="更正原因", rows=2),
    )


def _correct(accident: Accident, values: Values, asker: Asker) -> None:
    reason, unit = values.pop("reason"), values.pop("unit")
    body = unit if isinstance(unit, Body) else None
    facts = Facts(
        **values, body=body, unit="" if body else unit, sector=accident.sector, lon=accident.lon,
        lat=accident.lat,
    )  # fmt: skip
    actions.correct(accident, facts=facts, reason=reason, **who(asker))


def _class_form(accident: Accident, asker: Asker) -> type[Form]:
    kinds = category_choices(asker, accident.day)
    return made(
        "ClassForm",
        scope=forms.ChoiceField(label="统计口径", choices=scope_choices(), initial=accident.scope),
        category=forms.ChoiceField(
            label="事故类别", choices=kinds, required=False, initial=accident.category,
            help_text=f"按{accident.day}适用的版本",
        ),
        reason=Lines(label="依据", required=False, help_text="改变统计口径时必填"),
    )  # fmt: skip


def _classify(accident: Accident, values: Values, asker: Asker) -> None:
    actions.classify(accident, **values, **who(asker))


def _fault_form(accident: Accident, asker: Asker) -> type[Form]:
    late = [f"{one.label}{one.late_words}" for one in accident.clocks.all() if one.is_late]
    return made(
        "FaultForm",
        kind=forms.ChoiceField(label="情形", choices=Misreport.Kind.choices),
        who=words("谁的责任", initial=accident.unit),
        grounds=Lines(label="认定依据", initial="；".join(late)),
        paper=words("文号", longest=60, required=False),
    )


def _mark(accident: Accident, values: Values, asker: Asker) -> None:
    actions.mark_misreport(accident, fault=Fault(**values), **who(asker))


class AccidentField(forms.CharField):
    """Another accident by its number, as far as the asker sees it."""

    def __init__(self, asker: Asker, **given: Any) -> None:
        super().__init__(max_length=30, **given)
        self.asker = asker

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().upper()
        found = access.visible_to(self.asker.scope).filter(number=text).first()
        if found is None:
            raise forms.ValidationError(f"没有编号为{text}的事故")
        return found


def _merge_form(accident: Accident, asker: Asker) -> type[Form]:
    first = next(iter(accident.details.get("alike", {})), "")
    into = AccidentField(asker, label="并入哪一起（编号）", initial=first)
    return made("MergeForm", into=into, reason=Lines(label="合并理由"))


def _removal_form(accident: Accident, asker: Asker) -> type[Form]:
    return made(
        "RemovalForm",
        reason=Lines(label="核销理由"),
        clause=words("依据的条款", longest=120),
        paper=words("决定文号", longest=60),
        decided_on=Day(label="决定日期", initial=asker.day),
    )


def _remove(accident: Accident, values: Values, asker: Asker) -> None:
    actions.remove(accident, decision=Decision(**values), **who(asker))


# --- inquired -------------------------------------------------------------------------------------


def _group_form(accident: Accident, asker: Asker) -> type[Form]:
    level = investigating_level(accident.grade)
    return made(
        "GroupForm",
        level=forms.ChoiceField(
            label="负责调查的人民政府", choices=Investigation.Level.choices, initial=level,
            help_text="可以提级，不能降级",
        ),
        manner=forms.ChoiceField(
            label="组织方式", choices=Investigation.Manner.choices, initial="ENTRUSTED"
        ),
        lead=Found("body", asker, label="牵头单位", required=False),
        head=words("组长", longest=40),
        members=Lines(label="成员单位和人员", required=False,
                      help_text="应急、公安、工会、纪检监察、行业主管部门；并邀请检察院派人参加"),
        paper=words("成立或授权文号", longest=60, required=False),
    )  # fmt: skip


def _investigate(accident: Accident, values: Values, asker: Asker) -> None:
    actions.investigate(accident, group=Group(**values), **who(asker))


def _days_form(accident: Accident, asker: Asker, **more: forms.Field) -> type[Form]:
    return made("DaysForm", days=forms.IntegerField(label="天数", min_value=1), **more)


def _extension_form(accident: Accident, asker: Asker) -> type[Form]:
    paper = words("批准文号", longest=60)
    return _days_form(accident, asker, paper=paper, reason=Lines(label="延期理由"))


def _appraisal_form(accident: Accident, asker: Asker) -> type[Form]:
    return _days_form(accident, asker, reason=Lines(label="鉴定机构和事项"))


def _findings_form(accident: Accident, asker: Asker) -> type[Form]:
    natures = [one for one in Investigation.Nature.choices if one[0]]
    return made(
        "FindingsForm",
        nature=forms.ChoiceField(label="事故性质", choices=natures),
        direct_cause=Lines(label="直接原因"),
        indirect_cause=Lines(label="间接原因", required=False),
        lessons=Lines(label="教训", required=False),
    )


def _submit(accident: Accident, values: Values, asker: Asker) -> None:
    actions.submit_report(accident, findings=Findings(**values), **who(asker))


def _proposal_form(accident: Accident, asker: Asker) -> type[Form]:
    return made(
        "ProposalForm",
        kind=forms.ChoiceField(label="处理种类", choices=Treatment.Kind.choices),
        whom=words("处理对象"),
        body=Found("body", asker, label="所属单位", required=False),
        proposal=Lines(label="处理建议"),
        regulator=forms.BooleanField(label="属于监管方（一案双查）", required=False),
    )


def _propose(accident: Accident, values: Values, asker: Asker) -> None:
    actions.propose_treatment(accident, proposal=Proposal(**values), **who(asker))


def _outcome_form(accident: Accident, asker: Asker) -> type[Form]:
    waiting = accident.treatments.filter(settled_on__isnull=True).order_by("pk")
    fine = forms.DecimalField(label="罚款（万元）", required=False, min_value=0)
    choices = [(str(one.pk), str(one)) for one in waiting]
    which = forms.ChoiceField(label="哪一项", choices=choices)
    return made("OutcomeForm", treatment=which, outcome=Lines(label="处理结果"), fine=fine)


def _settle(accident: Accident, values: Values, asker: Asker) -> None:
    treatment = accident.treatments.get(pk=values.pop("treatment"))
    actions.settle_treatment(treatment, **values, **who(asker))


def _demand_form(accident: Accident, asker: Asker) -> type[Form]:
    return made(
        "DemandForm",
        title=words("措施"),
        words=Lines(label="具体要求和时限", required=False),
        body=Found("body", asker, label="谁来落实", required=False, help_text="不填为事故单位"),
    )


def _demand(accident: Accident, values: Values, asker: Asker) -> None:
    actions.require_measure(accident, demand=Demand(**values), **who(asker))


def _answers_form(accident: Accident, asker: Asker) -> type[Form]:
    return made(
        "AnswersForm",
        accountability=forms.ChoiceField(label="责任追究", choices=YES_NO),
        measures=forms.ChoiceField(label="整改措施", choices=YES_NO),
        regulators=forms.ChoiceField(label="管理部门举措", choices=YES_NO),
        findings=Lines(label="评估情况"),
        published_on=Day(label="公开日期", required=False),
    )


def _evaluate(accident: Accident, values: Values, asker: Asker) -> None:
    yes = {key: values[key] == "yes" for key in ("accountability", "measures", "regulators")}
    actions.evaluate(accident, answers=Answers(**(values | yes)), **who(asker))


# --- the table ------------------------------------------------------------------------------------


def _plain(verb: str) -> Any:
    """The action whose words are those of the form."""
    deed = getattr(actions, verb)
    return lambda accident, values, asker: deed(accident, **values, **who(asker))


def _asks(**fields: Any) -> Any:
    """A form of fields made anew each time."""
    return lambda accident, asker: made("DeedForm", **{k: make() for k, make in fields.items()})


def _reason(label: str) -> Any:
    return _asks(reason=lambda: Lines(label=label))


# fmt: off
DEEDS = {deed.verb: deed for deed in (
    Deed("follow_up",            "续报",         _follow_up, _news_form, icon="speakerphone"),
    Deed("report_up",            "上报上级",     _report_up, _up_form, icon="send"),
    Deed("verify",               "核实",         _plain("verify"), _asks(words=lambda: Lines(label="核实情况", required=False)),
         warning="核实后每日续报停止，伤亡变化仍随时续报。"),
    Deed("investigate",          "成立调查组",   _investigate, _group_form),
    Deed("submit_report",        "提交调查报告", _submit, _findings_form),
    Deed("approve_report",       "登记批复",     _plain("approve_report"), _asks(paper=lambda: words("批复文号", longest=60))),
    Deed("require_measure",      "提出整改措施", _demand, _demand_form,
         warning="措施会成为一件任务，有承办、期限和核查；全部销号后才能结案。"),
    Deed("close",                "结案",         _plain("close"), _asks(words=lambda: Lines(label="说明", required=False))),
    Deed("evaluate",             "整改评估",     _evaluate, _answers_form),
    Deed("attach",               "补充材料",     _attach, _asks(evidence=lambda: FilesField(label="照片或材料"), words=lambda: words("说明", required=False, longest=200))),
    Deed("classify",             "认定类别口径", _classify, _class_form),
    Deed("correct",              "更正事实",     _correct, _facts_form, icon="edit",
         warning="伤亡和损失用“续报”更正。发生时间变了，等级、期限随之重算。"),
    Deed("propose_treatment",    "提出处理建议", _propose, _proposal_form),
    Deed("settle_treatment",     "登记处理结果", _settle, _outcome_form),
    Deed("extend_investigation", "延长调查期限", _plain("extend_investigation"), _extension_form),
    Deed("exclude_appraisal",    "扣除鉴定时间", _plain("exclude_appraisal"), _appraisal_form),
    Deed("mark_misreport",       "认定迟漏谎瞒", _mark, _fault_form, grave=True),
    Deed("merge",                "合并重复",     _plain("merge"), _merge_form, grave=True,
         warning="并入后这一起不再计入统计，两起的记录都留着。"),
    Deed("void",                 "误报作废",     _plain("void"), _reason("作废理由"), grave=True),
    Deed("return_report",        "退回补充调查", _plain("return_report"), _reason("退回理由")),
    Deed("remove",               "核销",         _remove, _removal_form, grave=True,
         warning="核销后不再计入任何事故统计，决定文号和条款留档备查。"),
    Deed("restore",              "撤销核销",     _plain("restore"), _reason("撤销理由")),
)}
# fmt: on
