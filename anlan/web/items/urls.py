"""Addresses of registered things."""

from django.urls import path

from ..ledgers.views import addresses
from . import views

urlpatterns = [
    path("items/", views.overview, name="items"),
    path("items/<slug:kind>/new/", views.new, name="item-new"),
    *addresses("items/<slug:kind>/", "items-kind", views.ledger),
    path("items/<slug:kind>/<str:code>/", views.page, name="item"),
    path("items/<slug:kind>/<str:code>/<slug:verb>/", views.deed, name="item-deed"),
]
