# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The life of an arrear (欠账): missed, until it is made up; and of each rung it climbs."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Stage(TextChoices):
    """Whether something missed still stands."""

    OPEN = "OPEN", "未消除"
    MET = "MET", "已补齐"
    WAIVED = "WAIVED", "已豁免"


class Standing(TextChoices):
    """How far a rung has come."""

    PROPOSED = "PROPOSED", "待确认"
    DRAFTED = "DRAFTED", "待签发"
    ISSUED = "ISSUED", "已下发"
    DECLINED = "DECLINED", "不予采取"
    DROPPED = "DROPPED", "已免于采取"


# fmt: off
FLOW = Flow(
    #    move          from            to            by       must carry  term
    Move("settle",     (Stage.OPEN,),  Stage.MET,    "time",  None,       "消除欠账"),
    Move("excuse",     (Stage.OPEN,),  Stage.WAIVED, "time",  None,       "豁免消除"),
)

STEPS = Flow(
    #    move             from                                       to                 by         must carry  term
    Move("confirm_step",  (Standing.PROPOSED,),                      Standing.DRAFTED,  "climber", None,       "确认措施"),
    Move("issue_step",    (Standing.PROPOSED, Standing.DRAFTED),     Standing.ISSUED,   "climber", None,       "下发措施"),
    Move("decline_step",  (Standing.PROPOSED, Standing.DRAFTED),     Standing.DECLINED, "climber", "reason",   "不予采取"),
    Move("drop_step",     (Standing.PROPOSED, Standing.DRAFTED),     Standing.DROPPED,  "time",    None,       "免于采取"),
)
# fmt: on


def term_of(verb: str) -> str:
    """Any verb of an arrear's or a step's trail as an officer says it."""
    move = FLOW.moves.get(verb) or STEPS.moves.get(verb)
    return move.term if move else BESIDES.get(verb, verb)


BESIDES = {
    "open_arrear": "记入欠账",
    "extend_arrear": "继续欠账",
    "propose_step": "提出措施",
    "waive": "豁免",
    "withdraw_waiver": "撤销豁免",
    "plan": "列入计划",
    "unplan": "移出计划",
    "remind": "催办",
}
