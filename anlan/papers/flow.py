# ruff: noqa: E501 (the tables are wide so that they can be read)
"""The life of a paper (文书): 拟稿 – 送签 – 签发, and what may end it."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Stage(TextChoices):
    DRAFT = "DRAFT", "拟稿中"
    SUBMITTED = "SUBMITTED", "待签发"
    ISSUED = "ISSUED", "已签发"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    SUPERSEDED = "SUPERSEDED", "已被替代"


OUT = (Stage.ISSUED, Stage.WITHDRAWN, Stage.SUPERSEDED)  # the addressees have had it

# fmt: off
FLOW = Flow(
    #    move         from                  to                by           must carry  term
    Move("submit",    (Stage.DRAFT,),       Stage.SUBMITTED,  "drafter",   None,       "送签"),
    Move("send_back", (Stage.SUBMITTED,),   Stage.DRAFT,      "issuer",    "reason",   "退回修改"),
    Move("issue",     (Stage.SUBMITTED,),   Stage.ISSUED,     "issuer",    None,       "签发"),
    Move("withdraw",  (Stage.ISSUED,),      Stage.WITHDRAWN,  "authority", "reason",   "撤回文书"),
    Move("supersede", (Stage.ISSUED,),      Stage.SUPERSEDED, "issuer",    "paper",    "以新文书替代"),
)

STAYS = ""  # no target: the deed leaves the stage alone

DEEDS = Flow(
    #    deed         while                 to     by           must carry  term
    Move("edit",      (Stage.DRAFT,),       STAYS, "drafter",   "values",   "修改文稿"),
    Move("discard",   (Stage.DRAFT,),       STAYS, "drafter",   None,       "丢弃文稿"),
    Move("reply",     (Stage.ISSUED,),      STAYS, "addressee", "words",    "回复文书"),
)
# fmt: on

BESIDES = {"draft": "拟稿", "mark_late": "逾期未复", "relocate": "随区划调整"}


def term_of(verb: str) -> str:
    """Any verb of a paper's trail as an officer says it."""
    move = FLOW.moves.get(verb) or DEEDS.moves.get(verb)
    return move.term if move else BESIDES.get(verb, verb)
