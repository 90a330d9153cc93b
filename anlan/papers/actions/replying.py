"""What comes back (回复)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from anlan.kernel import outbox, trail
from anlan.kernel.errors import Forbidden, Invalid
from anlan.kernel.models import StoredFile
from anlan.people.access import scope_of
from anlan.people.models import Body, Person

from .. import access, events
from ..models import Addressee, Paper, ReplyFile
from .beats import _hold

LONGEST = 5000


@transaction.atomic
def reply(
    paper: Paper,
    *,
    text: str,
    files: Sequence[StoredFile] = (),
    body: Body | None = None,
    by: Person,
    at: datetime,
) -> Addressee:
    """Answer a paper for one's unit, once; the last answer settles it (回复文书).

    `body` says for which addressee, where somebody may answer for several.
    """
    under = access.check(by, "reply", paper, at=at)
    _hold(paper, "reply")
    words = text.strip()
    if not words:
        raise Invalid("请填写回复内容", mend="说明整改或办理情况", field="text")
    if len(words) > LONGEST:
        raise Invalid(f"回复不能超过{LONGEST}字", mend="详细材料请作为附件上传", field="text")
    one = _for_whom(paper, body, by=by, at=at)
    one.replied_at, one.replied_by, one.reply = at, by, words
    one.save()
    ReplyFile.objects.bulk_create(ReplyFile(addressee=one, file=file) for file in files)
    if not paper.sent_to.filter(replied_at__isnull=True).exists():
        paper.replied_at = at
        paper.save(update_fields=["replied_at"])
    shown = [file.pk for file in files]
    trail.write(
        paper, "reply", by=by, under=under, at=at, body=one.body_id, words=words, files=shown
    )
    outbox.announce(events.PaperReplied(paper.pk, one.body_id))
    return one


def _for_whom(paper: Paper, body: Body | None, *, by: Person, at: datetime) -> Addressee:
    open_to_them = access.answering(scope_of(by, at=at), paper)
    if body is None and len(open_to_them) > 1:
        raise Invalid("请选择代哪个单位回复", mend="每个主送单位各回复一次", field="body")
    for one in open_to_them:
        if body is None or one.body_id == body.pk:
            return one
    raise Forbidden(f"您不能代{body}回复", mend="该单位已经回复，或不是主送单位")
