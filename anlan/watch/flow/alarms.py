# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The life of a local alarm (实况告警)."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class AlarmStage(TextChoices):
    """How far people have dealt with it; whether it still goes on is another matter."""

    RAISED = "RAISED", "待确认"
    ACKNOWLEDGED = "ACKNOWLEDGED", "已确认"
    ASSIGNED = "ASSIGNED", "处置中"
    CLEARED = "CLEARED", "已自行解除"  # it went by before anybody settled it
    SETTLED = "SETTLED", "已办结"


_OPEN = (AlarmStage.RAISED, AlarmStage.ACKNOWLEDGED, AlarmStage.ASSIGNED)

# fmt: off
ALARMS = Flow(
    #    move            from                                            to                       by          must carry   term
    Move("acknowledge",  (AlarmStage.RAISED,),                           AlarmStage.ACKNOWLEDGED, "answerer", None,        "确认告警"),
    Move("assign_alarm", (AlarmStage.RAISED, AlarmStage.ACKNOWLEDGED),   AlarmStage.ASSIGNED,     "keeper",   None,        "指派处置"),
    Move("clear",        (AlarmStage.RAISED, AlarmStage.ACKNOWLEDGED),   AlarmStage.CLEARED,      "time",     None,        "告警解除"),
    Move("settle",       (AlarmStage.ACKNOWLEDGED, AlarmStage.ASSIGNED, AlarmStage.CLEARED), AlarmStage.SETTLED, "answerer", "outcome", "办结告警"),
    Move("dismiss",      _OPEN,                                          AlarmStage.SETTLED,      "keeper",   "reason",    "判为误报"),
)
