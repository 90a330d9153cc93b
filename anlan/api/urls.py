"""The addresses for other systems."""

from django.urls import path

from . import ingest, receipts

urlpatterns = [
    path("gateways/receipt/<slug:line>/", receipts.receipt, name="gateway-receipt"),
    path("gateways/inbound/<slug:line>/", receipts.inbound, name="gateway-inbound"),
    path("ingest/points/", ingest.points, name="ingest-points"),
    path("ingest/streams/", ingest.streams, name="ingest-streams"),
    path("ingest/events/", ingest.events, name="ingest-events"),
]
