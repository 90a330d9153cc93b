"""Addresses of the address book."""

from django.urls import path

from ..ledgers.views import addresses
from . import views
from .ledger import people

urlpatterns = [
    *addresses("people/", "people", people),
    path("people/new/", views.new, name="person-new"),
    path("people/<int:pk>/", views.page, name="person"),
    path("people/<int:pk>/phone/", views.phone, name="person-phone"),
    path("people/<int:pk>/<slug:verb>/", views.deed, name="person-deed"),
]
