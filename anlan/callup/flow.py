# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The life of a call-up (叫应), and of each person in it (应答人)."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class World(TextChoices):
    """Which world a row lives in: what belongs to a drill can never reach a live channel."""

    LIVE = "LIVE", "实战"
    DRILL = "DRILL", "演练"


class Stage(TextChoices):
    DRAFT = "DRAFT", "拟稿"
    SUBMITTED = "SUBMITTED", "待批准"
    RUNNING = "RUNNING", "叫应中"
    ENDED = "ENDED", "已结束"
    VOID = "VOID", "已作废"


class State(TextChoices):
    """Where one person stands within a call-up."""

    CALLING = "CALLING", "叫应中"
    PASSED_ON = "PASSED_ON", "已转下一人"  # no answer in time: the next one was called
    BY_HAND = "BY_HAND", "待人工"  # the duty officer rings
    ANSWERED = "ANSWERED", "已应答"
    UNREACHED = "UNREACHED", "未叫到"
    STOPPED = "STOPPED", "已停止"  # the call-up ended first


# fmt: off
FLOW = Flow(
    #    move      from                              to               by          must carry   term
    Move("submit",  (Stage.DRAFT,),                  Stage.SUBMITTED, "drafter",  None,        "提请批准"),
    Move("send_back", (Stage.SUBMITTED,),            Stage.DRAFT,     "approver", "reason",    "退回修改"),
    Move("approve", (Stage.SUBMITTED,),              Stage.RUNNING,   "approver", None,        "批准并启动"),
    Move("start",   (Stage.DRAFT,),                  Stage.RUNNING,   "starter",  None,        "启动"),
    Move("start_urgently", (Stage.DRAFT, Stage.SUBMITTED), Stage.RUNNING, "officer", "reason", "紧急启动"),
    Move("end",     (Stage.RUNNING,),                Stage.ENDED,     "starter",  "reason",    "结束叫应"),
    Move("void",    (Stage.DRAFT, Stage.SUBMITTED),  Stage.VOID,      "drafter",  "reason",    "作废"),
)
