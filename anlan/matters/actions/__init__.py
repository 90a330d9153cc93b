"""Everything that can be done to a matter. Each action: may, move, keep, trail, tell."""

from .beats import Shown
from .bulk import Outcome, dispatch_many, grade_many, merge_many
from .closing import accept, adopt, answer, merge, refuse, reopen, void
from .contacts import Contact, reveal_contact
from .following import apportion, relocate
from .handling import (
    Order,
    control,
    dispatch,
    grade_matter,
    reassign,
    send_back,
    submit,
    take,
)
from .importing import PastControl, PastMatter, PastRectification, import_matters
from .noting import attach, correct_place, remark
from .opening import Finding, discard, draft, edit, rectify_now, report
from .supervising import (
    Letter,
    Listing,
    issue_supervision_order,
    list_for_supervision,
    publish,
    supervise,
)
from .time import (
    approve_extension,
    ask_extension,
    escalate,
    lapse,
    pass_up,
    refuse_extension,
    watch,
)

__all__ = [
    "Contact",
    "Finding",
    "Letter",
    "Listing",
    "Order",
    "Outcome",
    "PastControl",
    "PastMatter",
    "PastRectification",
    "Shown",
    "accept",
    "adopt",
    "answer",
    "apportion",
    "approve_extension",
    "ask_extension",
    "attach",
    "control",
    "correct_place",
    "discard",
    "dispatch",
    "dispatch_many",
    "draft",
    "edit",
    "escalate",
    "grade_many",
    "grade_matter",
    "import_matters",
    "issue_supervision_order",
    "lapse",
    "list_for_supervision",
    "merge",
    "merge_many",
    "pass_up",
    "publish",
    "reassign",
    "rectify_now",
    "refuse",
    "refuse_extension",
    "relocate",
    "remark",
    "reopen",
    "report",
    "reveal_contact",
    "send_back",
    "submit",
    "supervise",
    "take",
    "void",
    "watch",
]
