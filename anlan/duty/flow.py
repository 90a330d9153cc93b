"""The life of a swap of shifts by agreement (换班)."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Level(TextChoices):
    """In which capacity somebody is on duty."""

    LEADER = "LEADER", "带班领导"
    OFFICER = "OFFICER", "值班员"
    STANDBY = "STANDBY", "备班"


class Stage(TextChoices):
    """Where a swap stands."""

    ASKED = "ASKED", "待对方同意"
    AGREED = "AGREED", "已换班"
    DECLINED = "DECLINED", "对方不同意"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    LAPSED = "LAPSED", "逾时作罢"


# fmt: off
FLOW = Flow(
    #    move             from              to               by       must carry  term
    Move("accept_swap",   (Stage.ASKED,),   Stage.AGREED,    "other", None,       "同意换班"),
    Move("decline_swap",  (Stage.ASKED,),   Stage.DECLINED,  "other", "reason",   "不同意换班"),
    Move("withdraw_swap", (Stage.ASKED,),   Stage.WITHDRAWN, "asker", None,       "撤回换班"),
    Move("lapse_swap",    (Stage.ASKED,),   Stage.LAPSED,    "time",  None,       "换班作罢"),
)
# fmt: on
