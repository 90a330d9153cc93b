"""The answers to a call-up as CAP Acks, for the system that sent the warning (应答回执)."""

from django.http import Http404, HttpResponse

from anlan.callup import access
from anlan.callup.models import Answer
from anlan.callup.models.acks import acks_of, called_as
from anlan.formats import cap

from ..ledgers.asker import asker_of
from ..requests import Request
from .views import PREPARED, the_callup

ATOM = "application/atom+xml; charset=utf-8"


def feed(request: Request, number: str) -> HttpResponse:
    """An Atom feed with one Ack for each answer of the people one may see."""
    callup, asker = the_callup(request, number), asker_of(request)
    if callup.stage in PREPARED:
        raise Http404
    people = access.people_visible_to(asker.scope).filter(callup=callup)
    answers = Answer.objects.filter(called__in=people).select_related("called__person")
    sender = request.get_host()
    received = called_as(callup, sender=sender)
    acks = acks_of(callup, answers.order_by("pk"), sender=sender, received=received)
    place = request.build_absolute_uri(f"/callups/{callup.number}/")
    published = [
        cap.Published(alert=ack, xml=cap.write(ack), address=f"{place}#{ack.identifier}")
        for ack in acks
    ]
    body = cap.write_feed(
        published,
        identifier=request.build_absolute_uri(),
        title=f"应答回执 {callup}",
        author=sender,
        updated=max((one.alert.sent for one in published), default=asker.at),
    )
    answer = HttpResponse(body, content_type=ATOM)
    answer["Content-Disposition"] = f'attachment; filename="{callup.number}-acks.xml"'
    return answer
