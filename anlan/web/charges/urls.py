"""Addresses of charges."""

from django.urls import path

from ..ledgers.views import addresses
from . import views
from .ledger import charges

urlpatterns = [
    *addresses("charges/", "charges", charges),
    path("charges/new/", views.new, name="charge-new"),
    path("charges/gaps/", views.gaps, name="charge-gaps"),
    path("charges/public/", views.public, name="charges-public"),
    path("charges/<int:pk>/", views.page, name="charge"),
    path("charges/<int:pk>/<slug:verb>/", views.deed, name="charge-deed"),
]
