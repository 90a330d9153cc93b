"""Who is called for a warning (预警叫应): a call-up of the same areas, hazard, colour and world."""

from datetime import datetime

from django.db import transaction

from anlan.callup import actions as calls
from anlan.callup.models import Callup
from anlan.kernel import trail
from anlan.kernel.errors import NotAllowed
from anlan.people.models import Person

from .. import access
from ..flow import WarningStage
from ..models import Reached, Warning, call_brief


@transaction.atomic
def call_for_warning(warning: Warning, *, by: Person, at: datetime) -> Callup:
    """Draft the call-up of everybody who answers for the warned areas (组织叫应)."""
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
    calls.submit(callup, by=by, at=at)
    return callup
