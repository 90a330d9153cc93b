# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The life of a warning (预警), ours or somebody else's."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class World(TextChoices):
    """What is only exercised can never reach a live channel; the same words as in call-ups."""

    LIVE = "LIVE", "实战"
    DRILL = "DRILL", "演练"


class WarningStage(TextChoices):
    DRAFT = "DRAFT", "拟稿"
    SUBMITTED = "SUBMITTED", "待批准"
    ISSUED = "ISSUED", "生效中"
    UPDATED = "UPDATED", "已更新"
    CANCELLED = "CANCELLED", "已解除"
    EXPIRED = "EXPIRED", "已失效"
    VOID = "VOID", "已作废"
    REFUSED = "REFUSED", "拒用"  # received, and not fit to be acted on: kept for the record


_UNSENT = (WarningStage.DRAFT, WarningStage.SUBMITTED)
_SENT = (WarningStage.ISSUED,)

# fmt: off
WARNINGS = Flow(
    #    move               from                       to                      by          must carry  term
    Move("submit_warning",  (WarningStage.DRAFT,),     WarningStage.SUBMITTED, "drafter",  None,       "报批预警"),
    Move("return_warning",  (WarningStage.SUBMITTED,), WarningStage.DRAFT,     "approver", "reason",   "退回预警"),
    Move("approve_warning", (WarningStage.SUBMITTED,), WarningStage.ISSUED,    "approver", None,       "批准发布"),
    Move("void_warning",    _UNSENT,                   WarningStage.VOID,      "drafter",  "reason",   "作废预警"),
    Move("supersede",       _SENT,                     WarningStage.UPDATED,   "time",     None,       "由更新代替"),
    Move("cancel_warning",  _SENT,                     WarningStage.CANCELLED, "canceller", "reason",  "解除预警"),
    Move("expire",          _SENT,                     WarningStage.EXPIRED,   "time",     None,       "预警到期"),
)
