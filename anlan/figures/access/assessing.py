"""Assessment: who posts, decides and closes; whose score one may object to; who sees a round."""

from datetime import datetime

from django.db.models import Q, QuerySet

from anlan.kernel.errors import Forbidden
from anlan.people.access import Scope, scope_of
from anlan.people.models import Person, Post

from ..models import AssessedScore, AssessmentRound
from .freezing import WHOM_TO_ASK


def rounds_visible_to(scope: Scope) -> QuerySet[AssessmentRound]:
    """What was posted is posted: every office of the area sees everybody's scores, no firm does."""
    if not scope.reaches:
        return AssessmentRound.objects.none()
    here = scope.places(sector="") | Q(area_path__in=scope.above())
    return AssessmentRound.objects.filter(here)


def check_assessing(by: Person, verb: str, path: str, *, at: datetime) -> Post | None:
    """The post under which the person acts; Forbidden where they may not."""
    scope = scope_of(by, at=at)
    if not scope.may(f"figures.{verb}", path=path):
        raise Forbidden("您不能办理这项考核工作", mend=WHOM_TO_ASK)
    post = scope.post_for(f"figures.{verb}", path=path)
    return Post.objects.filter(pk=post).first() if post else None


def may_object(scope: Scope, score: AssessedScore) -> bool:
    """Whether it is the score of their own unit, and their role speaks for it."""
    mine = Post.objects.filter(pk__in=scope.posts, body=score.body_id)
    return scope.may("figures.object_to", path=score.area_path) and mine.exists()


def check_own(by: Person, score: AssessedScore, *, at: datetime) -> Post | None:
    """The post under which they object; Forbidden for everybody but the assessed unit."""
    scope = scope_of(by, at=at)
    if not may_object(scope, score):
        raise Forbidden(f"您不能代{score.label}申诉", mend="由被考核单位的负责人或应消站办理")
    return Post.objects.filter(pk__in=scope.posts, body=score.body_id).order_by("pk").first()
