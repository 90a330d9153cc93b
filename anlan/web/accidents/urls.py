"""Addresses of accidents."""

from django.urls import path, re_path

from ..ledgers.bulk import page as bulk
from . import analysis, views

NUMBER = r"(?P<number>[A-Z]+\d{4}-\d+)"

urlpatterns = [
    path("accidents/", views.listed, name="accidents"),
    path("accidents/bulk/<slug:deed>/", bulk, {"find": views.found}, name="accidents-bulk"),
    path("accidents/new/", views.new, name="accident-new"),
    path("accidents/analysis/", analysis.page, name="accident-analysis"),
    re_path(rf"^accidents/{NUMBER}/$", views.page, name="accident"),
    re_path(rf"^accidents/{NUMBER}/(?P<verb>[a-z_]+)/$", views.deed, name="accident-deed"),
]
