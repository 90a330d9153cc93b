"""What is added to a matter without moving it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Invalid
from anlan.people.models import Person

from .. import access, events
from ..models import Matter
from .beats import Shown, _demand, _hold, _show


@transaction.atomic
def attach(
    matter: Matter, *, evidence: Sequence[Shown], words: str = "", by: Person, at: datetime
) -> None:
    """Add photos or papers that show something about it (补充佐证)."""
    under = access.check(by, "attach", matter, at=at)
    _hold(matter, "attach")
    if not evidence:
        raise Invalid("没有选择文件", mend="请至少选择一个文件", field="evidence")
    files = _show(matter, evidence, by=by, at=at)
    trail.write(matter, "attach", by=by, under=under, at=at, files=files, words=words)


@transaction.atomic
def remark(matter: Matter, *, words: str, by: Person, at: datetime) -> None:
    """Write a remark that everyone concerned reads (批注)."""
    under = access.check(by, "remark", matter, at=at)
    _hold(matter, "remark")
    words = _demand(words, what="批注", field="words")
    trail.write(matter, "remark", by=by, under=under, at=at, words=words)
    outbox.announce(events.MatterRemarked(matter.pk, by.pk))
