# ruff: noqa: E501 (the table is wide so that it can be read)
"""The life of an accident (事故): told, verified, investigated, replied to, closed, evaluated."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Stage(TextChoices):
    REPORTED = "REPORTED", "已快报"
    VERIFIED = "VERIFIED", "已核实"
    INVESTIGATING = "INVESTIGATING", "调查中"
    SUBMITTED = "SUBMITTED", "调查报告待批复"
    REPLIED = "REPLIED", "整改落实中"
    CLOSED = "CLOSED", "已结案"
    EVALUATED = "EVALUATED", "已评估"
    MERGED = "MERGED", "已并入他案"
    REMOVED = "REMOVED", "已核销"
    VOID = "VOID", "误报作废"


LIVE = (Stage.REPORTED, Stage.VERIFIED, Stage.INVESTIGATING, Stage.SUBMITTED, Stage.REPLIED)
COUNTED = (*LIVE, Stage.CLOSED, Stage.EVALUATED)  # what statistics count
AT_REST = (Stage.EVALUATED, Stage.MERGED, Stage.REMOVED, Stage.VOID)
_EARLY = (Stage.REPORTED, Stage.VERIFIED)
_VERIFIED = (Stage.VERIFIED, Stage.INVESTIGATING, Stage.SUBMITTED, Stage.REPLIED, Stage.CLOSED)

# fmt: off
FLOW = Flow(
    #    move              from                                    to                    by           must carry  term
    Move("verify",         (Stage.REPORTED,),                      Stage.VERIFIED,       "authority", None,       "核实事故"),
    Move("investigate",    (Stage.VERIFIED,),                      Stage.INVESTIGATING,  "authority", "group",    "成立调查组"),
    Move("submit_report",  (Stage.INVESTIGATING,),                 Stage.SUBMITTED,      "authority", "findings", "提交调查报告"),
    Move("return_report",  (Stage.SUBMITTED,),                     Stage.INVESTIGATING,  "approver",  "reason",   "退回补充调查"),
    Move("approve_report", (Stage.SUBMITTED,),                     Stage.REPLIED,        "approver",  "paper",    "批复调查报告"),
    Move("close",          (Stage.REPLIED,),                       Stage.CLOSED,         "authority", "measures", "事故结案"),
    Move("evaluate",       (Stage.REPLIED, Stage.CLOSED),          Stage.EVALUATED,      "authority", "findings", "整改评估"),
    Move("merge",          _EARLY,                                 Stage.MERGED,         "authority", "reason",   "合并重复事故"),
    Move("void",           (Stage.REPORTED,),                      Stage.VOID,           "authority", "reason",   "误报作废"),
    Move("remove",         _VERIFIED,                              Stage.REMOVED,        "authority", "decision", "事故核销"),
    Move("restore",        (Stage.REMOVED,),                       Stage.VERIFIED,       "authority", "reason",   "撤销核销"),
)

STAYS = ""  # no target: the deed leaves the stage alone

DEEDS = Flow(
    #    deed                    while                             by                    must carry   term
    Move("follow_up",            COUNTED,                  STAYS,  "insider",            "toll",      "事故续报"),
    Move("report_up",            COUNTED,                  STAYS,  "authority",          "clock",     "上报上级"),
    Move("correct",              COUNTED,                  STAYS,  "authority",          "reason",    "更正事故"),
    Move("classify",             COUNTED,                  STAYS,  "authority",          "category",  "认定类别口径"),
    Move("mark_misreport",       COUNTED,                  STAYS,  "authority",          "grounds",   "认定迟报漏报谎报瞒报"),
    Move("extend_investigation", (Stage.INVESTIGATING,),   STAYS,  "approver",           "paper",     "延长调查期限"),
    Move("exclude_appraisal",    (Stage.INVESTIGATING,),   STAYS,  "authority",          "reason",    "扣除鉴定时间"),
    Move("propose_treatment",    _VERIFIED[1:],            STAYS,  "authority",          "treatment", "提出处理建议"),
    Move("settle_treatment",     _VERIFIED[2:],            STAYS,  "authority",          "outcome",   "登记处理结果"),
    Move("require_measure",      _VERIFIED[1:],            STAYS,  "authority",          "measure",   "提出整改措施"),
    Move("attach",               COUNTED,                  STAYS,  "insider",            "evidence",  "补充事故材料"),
)
# fmt: on

BESIDES = {
    "report": "事故快报", "import_accidents": "批量导入", "relocate": "随区划调整",
    "miss": "标记超时", "fix_final": "固定终报",
}  # fmt: skip


def term_of(verb: str) -> str:
    """Any verb of an accident's trail as an officer says it."""
    move = FLOW.moves.get(verb) or DEEDS.moves.get(verb)
    return move.term if move else BESIDES.get(verb, verb)
