"""Addresses of the ledger of matters, and of one's own views over any ledger."""

from django.urls import path

from . import saved
from .matters import matters
from .views import addresses

urlpatterns = [
    *addresses("matters/", "matters", matters),
    path("views/", saved.keep, name="views"),
    path("views/<int:pk>/drop/", saved.drop, name="view-drop"),
]
