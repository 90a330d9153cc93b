"""The addresses for other systems."""

from django.urls import path, re_path

from . import ingest, receipts
from .sensorthings import views

urlpatterns = [
    path("gateways/receipt/<slug:line>/", receipts.receipt, name="gateway-receipt"),
    path("gateways/inbound/<slug:line>/", receipts.inbound, name="gateway-inbound"),
    path("ingest/points/", ingest.points, name="ingest-points"),
    path("ingest/streams/", ingest.streams, name="ingest-streams"),
    path("ingest/events/", ingest.events, name="ingest-events"),
    re_path(r"^sensorthings/v1\.1/?(?P<path>.*)$", views.resource, name="sensorthings"),
]
