# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The life of a frozen period (统计期封账): closed, and opened again by somebody else."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Stage(TextChoices):
    FROZEN = "FROZEN", "已封账"
    OPENED = "OPENED", "已解封"


class RoundStage(TextChoices):
    POSTED = "POSTED", "公示中"
    CLOSED = "CLOSED", "已定档"


class ObjectionStage(TextChoices):
    RAISED = "RAISED", "申诉中"
    UPHELD = "UPHELD", "申诉成立"
    DENIED = "DENIED", "维持原分"


# fmt: off
FLOW = Flow(
    #    move        from               to             by           must carry  term
    Move("unfreeze", (Stage.FROZEN,),   Stage.OPENED,  "authority", "reason",   "解封"),
)

ROUNDS = Flow(
    #    move           from                     to                  by           must carry  term
    Move("close_round", (RoundStage.POSTED,),    RoundStage.CLOSED,  "authority", None,       "定档"),
)

OBJECTIONS = Flow(
    #    move       from                       to                      by           must carry  term
    Move("uphold",  (ObjectionStage.RAISED,),  ObjectionStage.UPHELD,  "authority", "opinion",  "申诉成立"),
    Move("dismiss", (ObjectionStage.RAISED,),  ObjectionStage.DENIED,  "authority", "opinion",  "维持原分"),
)
# fmt: on


class ReportStage(TextChoices):
    DRAFT = "DRAFT", "编制中"
    SUBMITTED = "SUBMITTED", "待校核"
    CHECKED = "CHECKED", "已定稿"
    FILED = "FILED", "已成文"


KEPT = (ReportStage.CHECKED, ReportStage.FILED)  # frozen: prints the same for ever

# fmt: off
REPORTS = Flow(
    #    move             from                                          to                     by           must carry  term
    Move("submit_report", (ReportStage.DRAFT,),                         ReportStage.SUBMITTED, "maker",     None,       "报告送校核"),
    Move("return_report", (ReportStage.SUBMITTED,),                     ReportStage.DRAFT,     "checker",   "reason",   "校核退回"),
    Move("check_report",  (ReportStage.SUBMITTED,),                     ReportStage.CHECKED,   "checker",   None,       "校核定稿"),
    Move("file_report",   (ReportStage.CHECKED,),                       ReportStage.FILED,     "maker",     None,       "成文送签"),
    Move("reopen_report", (ReportStage.CHECKED, ReportStage.FILED),     ReportStage.DRAFT,     "checker",   "reason",   "退回重编"),
)

REPORT_DEEDS = Flow(
    #    deed              while                  to   by           must carry   term
    Move("edit_report",    (ReportStage.DRAFT,),  "",  "maker",     "paragraph", "修改报告"),
    Move("refresh_report", (ReportStage.DRAFT,),  "",  "maker",     None,        "重新取数"),
    Move("discard_report", (ReportStage.DRAFT,),  "",  "maker",     None,        "丢弃报告"),
)
# fmt: on
