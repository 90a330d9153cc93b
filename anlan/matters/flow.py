# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The life of a matter (事项): 发现 – 上报 – 流转交办 – 办结反馈 – 闭环."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Stage(TextChoices):
    DRAFT = "DRAFT", "草稿"
    REPORTED = "REPORTED", "待交办"
    DISPATCHED = "DISPATCHED", "待接办"
    RECTIFYING = "RECTIFYING", "整改中"
    CONTROLLED = "CONTROLLED", "已落实临时管控措施"
    SUBMITTED = "SUBMITTED", "待核查"
    ADOPTED = "ADOPTED", "已转隐患"
    CLOSED = "CLOSED", "已销号"
    MERGED = "MERGED", "已并案"
    VOID = "VOID", "已作废"


AT_REST = (Stage.DRAFT, Stage.CLOSED, Stage.MERGED, Stage.VOID)
LIVE = tuple(stage for stage in Stage if stage not in AT_REST)
IN_HAND = (Stage.RECTIFYING, Stage.CONTROLLED)  # somebody has taken the duty to rectify
NOT_YET_TAKEN = (Stage.REPORTED, Stage.DISPATCHED)
UNDERWAY = (Stage.DISPATCHED, *IN_HAND, Stage.SUBMITTED)
SHOWN = tuple(stage for stage in Stage if stage != Stage.DRAFT)

# fmt: off
FLOW = Flow(
    #    move             from                                    to                by            must carry   term
    Move("report",        (Stage.DRAFT,),                         Stage.REPORTED,   "opener",     None,        "上报"),
    Move("rectify_now",   (Stage.DRAFT, Stage.REPORTED),          Stage.SUBMITTED,  "finder",     "evidence",  "即查即改"),
    Move("dispatch",      (Stage.REPORTED,),                      Stage.DISPATCHED, "dispatcher", "order",     "交办"),
    Move("adopt",         (Stage.REPORTED,),                      Stage.ADOPTED,    "dispatcher", None,        "转为隐患"),
    Move("merge",         (Stage.REPORTED, Stage.DISPATCHED),     Stage.MERGED,     "dispatcher", "into",      "并案"),
    Move("void",          (Stage.REPORTED,),                      Stage.VOID,       "dispatcher", "reason",    "作废"),
    Move("take",          (Stage.DISPATCHED,),                    Stage.RECTIFYING, "owner",      None,        "接办"),
    Move("send_back",     (Stage.DISPATCHED,),                    Stage.REPORTED,   "owner",      "reason",    "退回"),
    Move("reassign",      (Stage.DISPATCHED, *IN_HAND),           Stage.DISPATCHED, "dispatcher", "reason",    "改派"),
    Move("control",       (Stage.RECTIFYING,),                    Stage.CONTROLLED, "owner",      "measure",   "落实临时管控措施"),
    Move("submit",        IN_HAND,                                Stage.SUBMITTED,  "owner",      "evidence",  "办结反馈"),
    Move("accept",        (Stage.SUBMITTED,),                     Stage.CLOSED,     "checker",    "opinion",   "核查销号"),
    Move("refuse",        (Stage.SUBMITTED,),                     Stage.RECTIFYING, "checker",    "reason",    "核查退回"),
    Move("answer",        (Stage.REPORTED, Stage.ADOPTED),        Stage.CLOSED,     "dispatcher", "reply",     "办结答复"),
    Move("reopen",        (Stage.CLOSED,),                        Stage.RECTIFYING, "checker",    "reason",    "复开"),
    judged_by=("owner_id", "checker_id"),
)

STAYS = ""  # no target: the deed leaves the stage alone

DEEDS = Flow(
    #    deed                      while                               by             must carry   term
    Move("edit",                   (Stage.DRAFT,),             STAYS,  "opener",      "finding",   "修改草稿"),
    Move("discard",                (Stage.DRAFT,),             STAYS,  "opener",      None,        "丢弃草稿"),
    Move("grade_matter",           (Stage.REPORTED, Stage.DISPATCHED, *IN_HAND), STAYS, "grader", "grade", "定级"),
    Move("correct_place",          (Stage.REPORTED,),          STAYS,  "grader",      None,        "更正单位位置"),
    Move("attach",                 tuple(Stage),               STAYS,  "participant", "evidence",  "补充佐证"),
    Move("remark",                 SHOWN,                      STAYS,  "participant", "words",     "批注"),
    Move("reveal_contact",         SHOWN,                      STAYS,  "dispatcher",  "reason",    "查看来电人"),
    Move("ask_extension",          IN_HAND,                    STAYS,  "owner",       "until",     "申请延期"),
    Move("approve_extension",      IN_HAND,                    STAYS,  "approver",    None,        "同意延期"),
    Move("refuse_extension",       IN_HAND,                    STAYS,  "approver",    "opinion",   "不同意延期"),
    Move("supervise",              UNDERWAY,                   STAYS,  "authority",   None,        "督办"),
    Move("list_for_supervision",   UNDERWAY,                   STAYS,  "authority",   "listing",   "挂牌督办"),
    Move("issue_supervision_order", (Stage.REPORTED, *UNDERWAY), STAYS, "authority",  "letter",    "下发督办单"),
    Move("publish",                (*UNDERWAY, Stage.CLOSED),  STAYS,  "authority",   None,        "公开"),
)
# fmt: on

# What else stands in a trail: what time does by itself, and how a matter may begin.
BESIDES = {
    "escalate": "超时升级",
    "watch": "超时督办",
    "pass_up": "督办升级",
    "lapse": "延期到期",
    "import_matters": "批量导入",
    "draft": "登记",
    "apportion": "随析置划归",
}


def term_of(verb: str) -> str:
    """Any verb of a matter's trail as an officer says it."""
    move = FLOW.moves.get(verb) or DEEDS.moves.get(verb)
    return move.term if move else BESIDES.get(verb, verb)
