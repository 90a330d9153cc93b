"""Addresses of the call-up. Literal ones before numbers."""

from functools import partial

from django.urls import path

from ..ledgers.views import addresses
from . import acks, answering, evidence, mine, persons, reach, times, views
from .ledger import callups, people_of

ONE = "callups/<str:number>"
WHO = f"{ONE}/people/<int:pk>"

urlpatterns = [
    path("callups/", views.index, name="callups"),
    addresses("callups/", "callups", callups)[1],
    path("callups/new/", partial(views.new, world="LIVE"), name="callup-new"),
    path("callups/drill/", partial(views.new, world="DRILL"), name="callup-drill"),
    path("callups/preview/<str:world>/", views.preview, name="callup-preview"),
    path("callups/areas/", views.areas, name="callup-areas"),
    path("callups/times/", times.page, name="callup-times"),
    path("callups/person/<int:pk>/", persons.history, name="callup-history"),
    *addresses(f"{ONE}/people/", "callup-people", people_of),
    path(f"{WHO}/", persons.person, name="callup-person"),
    path(f"{WHO}/ring/", persons.ring, name="callup-ring"),
    path(f"{WHO}/record/", persons.record, name="callup-record"),
    path(f"{WHO}/give_up/", persons.give_up, name="callup-give-up"),
    path(f"{ONE}/", views.page, name="callup"),
    path(f"{ONE}/now/", views.now, name="callup-now"),
    path(f"{ONE}/evidence/", evidence.sheet, name="callup-evidence"),
    path(f"{ONE}/acks/", acks.feed, name="callup-acks"),
    path(f"{ONE}/paper/", evidence.paper, name="callup-paper"),
    path(f"{ONE}/answer/", mine.answer, name="callup-answer"),
    path(f"{ONE}/<slug:verb>/", views.deed, name="callup-deed"),
    path("me/reach/", reach.page, name="reach"),
    path("a/<str:token>/", answering.page, name="answer"),
]
