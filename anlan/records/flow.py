"""The life of a record (台账记录): written, kept, and void only with a reason."""

from django.db.models import TextChoices

from anlan.kernel.flow import Flow, Move


class Stage(TextChoices):
    DRAFT = "DRAFT", "草稿"
    KEPT = "KEPT", "已入账"
    VOID = "VOID", "已作废"


# fmt: off
FLOW = Flow(
    #    move            from             to          by           must carry  term
    Move("keep",         (Stage.DRAFT,),  Stage.KEPT, "enterer",   None,       "登记台账"),
    Move("void",         (Stage.KEPT,),   Stage.VOID, "authority", "reason",   "作废"),
)

STAYS = ""  # no target: the deed leaves the stage alone

DEEDS = Flow(
    #    deed            while            by                       must carry  term
    Move("edit",         (Stage.DRAFT,),  STAYS,      "enterer",   "entry",    "修改草稿"),
    Move("discard",      (Stage.DRAFT,),  STAYS,      "enterer",   None,       "丢弃草稿"),
    Move("correct",      (Stage.KEPT,),   STAYS,      "authority", "reason",   "更正"),
    Move("attach",       (Stage.KEPT,),   STAYS,      "insider",   "evidence", "补充佐证"),
    Move("raise_matter", (Stage.KEPT,),   STAYS,      "insider",   "finding",  "记录转事项"),
    Move("release",      (Stage.KEPT,),   STAYS,      "insider",   None,       "公开暗访"),
)
# fmt: on

BESIDES = {"draft": "登记", "import_records": "批量导入", "relocate": "随区划调整"}


def term_of(verb: str) -> str:
    """Any verb of a record's trail as an officer says it."""
    move = FLOW.moves.get(verb) or DEEDS.moves.get(verb)
    return move.term if move else BESIDES.get(verb, verb)
