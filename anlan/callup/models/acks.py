"""Answers in their wire form, CAP Acks (应答回执): how another system learns who answered.

CAP 1.2, msgType Ack: private, addressed to whoever sent the message that is answered, and naming
that message in `references`. A drill's is an Exercise, by the world its row lives in.
"""

from collections.abc import Iterable, Iterator

from anlan.formats import cap

from ..flow import World
from .attempts import Answer
from .callups import Callup

STATUS = {World.LIVE: cap.Status.ACTUAL, World.DRILL: cap.Status.EXERCISE}


def called_as(callup: Callup, *, sender: str) -> cap.Reference:
    """The call-up itself as the message that was answered, where no CAP message stands behind it.

    `sender` is the name of this site as CAP wants it: without blanks and commas.
    """
    if callup.started_at is None:
        raise ValueError(f"{callup.number} was never sent, so nobody can have answered it")
    return cap.Reference(sender=sender, identifier=callup.number, sent=callup.started_at)


def acks_of(
    callup: Callup, answers: Iterable[Answer], *, sender: str, received: cap.Reference
) -> Iterator[cap.Alert]:
    """One Ack for each answer; `received` names the message they answer (应答回执).

    The note tells what was said, by whom as what, over which channel; no telephone number.
    """
    for answer in answers:
        yield cap.Alert(
            identifier=f"{callup.number}-{answer.pk}",
            sender=sender,
            sent=answer.at,
            status=STATUS[World(callup.world)],
            msg_type=cap.MsgType.ACK,
            scope=cap.Scope.PRIVATE,
            addresses=(received.sender,),
            note=_note(answer),
            references=(received,),
        )


def _note(answer: Answer) -> str:
    called = answer.called
    said = [
        answer.get_kind_display(),
        answer.text,
        f"应答人：{called.person}（{'、'.join(called.posts)}）" if called.posts else "",
        f"代接：{answer.proxy_name}" if answer.proxy_name else "",
        f"方式：{answer.get_channel_display()}",
        "逾时应答" if answer.late else "",
    ]
    return "；".join(filter(None, said))
