"""Who may change the rules by which the whole district is watched (规则权限)."""

from datetime import datetime

from anlan.kernel.errors import Forbidden
from anlan.people.access import Scope, scope_of
from anlan.people.models import Area, Person, Post
from anlan.people.rules import codes

from .alarms import WHOM_TO_ASK

DEED = "watch.put_rule_in_force"  # trying one on the way to it is the same right


def may_change_rules(scope: Scope) -> bool:
    """Whether this person may: rules hold everywhere, so the right must reach everywhere."""
    return scope.may(DEED, path=_everywhere())


def check_rules(by: Person, *, at: datetime) -> Post | None:
    """The post under which the person changes a rule; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not may_change_rules(scope):
        raise Forbidden(f"{by}没有改动监测规则的权限", mend=WHOM_TO_ASK)
    post = scope.post_for(DEED, path=_everywhere())
    return Post.objects.filter(pk=post).first() if post else None


def _everywhere() -> str:
    roots = Area.objects.filter(parent=None).order_by("pk").values_list("path", flat=True)
    return roots.first() or codes.ROOT
