"""The stages of an item, and the moves between them (底数流程)."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Stage(TextChoices):
    """Whether it stands in the register."""

    PROPOSED = "PROPOSED", "待复核"
    LISTED = "LISTED", "在册"
    DECLINED = "DECLINED", "不予纳入"
    RETIRED = "RETIRED", "已注销"


# fmt: off
FLOW = Flow(
    #    move             from                target           by          must carry  term
    Move("adopt_spot",    (Stage.PROPOSED,),  Stage.LISTED,    "reviewer", None,       "纳入名录"),
    Move("decline_spot",  (Stage.PROPOSED,),  Stage.DECLINED,  "reviewer", "reason",   "不予纳入"),
    Move("retire_item",   (Stage.LISTED,),    Stage.RETIRED,   "registrar", "reason",  "注销"),
    Move("restore_item",  (Stage.RETIRED,),   Stage.LISTED,    "registrar", "reason",  "恢复在册"),
)
# fmt: on

AT_HAND = (Stage.PROPOSED, Stage.LISTED)  # somebody must look at it by a day
