"""Addresses of what was done."""

from django.urls import path, re_path

from ..ledgers.views import addresses
from . import views

NUMBER = r"(?P<number>[A-Z]+\d{4}-\d+)"  # kinds are written small, numbers begin with capitals

urlpatterns = [
    path("records/new/", views.choose, name="record-choose"),
    re_path(rf"^records/{NUMBER}/$", views.page, name="record"),
    re_path(rf"^records/{NUMBER}/(?P<verb>[a-z_]+)/$", views.deed, name="record-deed"),
    *addresses("records/", "records", views.everything),
    path("records/<slug:kind>/new/", views.new, name="record-new"),
    *addresses("records/<slug:kind>/", "records-kind", views.of_kind),
]
