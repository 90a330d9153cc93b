"""The life of a frozen period (统计期封账): closed, and opened again by somebody else."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Stage(TextChoices):
    FROZEN = "FROZEN", "已封账"
    OPENED = "OPENED", "已解封"


# fmt: off
FLOW = Flow(
    #    move        from               to             by           must carry  term
    Move("unfreeze", (Stage.FROZEN,),   Stage.OPENED,  "authority", "reason",   "解封"),
)
# fmt: on
