"""The addresses for other systems."""

from django.urls import path

from . import receipts

urlpatterns = [
    path("gateways/receipt/<slug:line>/", receipts.receipt, name="gateway-receipt"),
    path("gateways/inbound/<slug:line>/", receipts.inbound, name="gateway-inbound"),
]
