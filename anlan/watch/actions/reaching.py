"""Who is called for a warning (预警叫应): a call-up of the same areas, hazard, colour and world."""

from datetime import datetime

from django.db import transaction

from anlan.callup import actions as calls
from anlan.callup.models import Callup
from anlan.callup.models.profiles import approved_beforehand, profile_named
from anlan.kernel import trail
from anlan.kernel.errors import NotAllowed, Refused
from anlan.people.models import Person

from .. import access
from ..flow import WarningStage
from ..models import Reached, Warning, call_brief


@transaction.atomic
def call_for_warning(warning: Warning, *, by: Person, at: datetime) -> Callup:
    """Call everybody who answers for the warned areas (组织叫应).

    At once where the profile was approved beforehand; else as soon as somebody approves.
    """
    post = access.check_warning(by, "call_for_warning", warning, at=at)
    if warning.stage != WarningStage.ISSUED:
        raise NotAllowed(f"{warning}不在生效中，不能叫应", mend="请先批准发布")
    brief = call_brief(warning)
    if brief is None:
        raise NotAllowed(
            f"{warning}没有可叫应的区域或灾种",
            mend="请在 warning_hazards.yaml 写明 callup，或直接发起叫应",
        )
    callup = calls.draft(brief, by=by, at=at)
    Reached.objects.create(warning=warning, callup=callup, world=warning.world)
    trail.write(warning, "call_for_warning", by=by, under=post, at=at, callup=callup.number)
    if not _start_at_once(callup, by=by, at=at):
        calls.submit(callup, by=by, at=at)
    return callup


def _start_at_once(callup: Callup, *, by: Person, at: datetime) -> bool:
    """By a profile approved beforehand it waits for nobody (预先批准即启动); whether it runs.

    Where it can't start, because nobody answers there or `by` may not, somebody else is asked.
    """
    if not approved_beforehand(profile_named(callup.profile), at=at):
        return False
    try:
        with transaction.atomic():
            calls.start(callup, by=by, at=at)
    except Refused:
        callup.refresh_from_db()
        return False
    return True
