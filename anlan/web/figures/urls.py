"""Addresses of the figures: all of them, one with its parts, and the rows behind a number."""

from django.urls import path

from . import closing, views
from .rows import rows_behind

ROWS = "figures/<slug:name>/rows/<str:period>/<slug:area>/"

urlpatterns = [
    path("figures/", views.overview, name="figures"),
    path("figures/closed/", closing.listing, name="closed-periods"),
    path("figures/closed/new/", closing.freeze, name="close-period"),
    path("figures/closed/<int:number>/", closing.one, name="closed-period"),
    path("figures/closed/<int:number>/unfreeze/", closing.unfreeze, name="open-period"),
    path("figures/<slug:name>/", views.one, name="figure"),
    path(ROWS, rows_behind, name="figure-rows"),
    # A part is whatever a ledger says: a state, a level, a person's own word, with any sign in it.
    path(f"{ROWS}<slug:by>/<path:part>/", rows_behind, name="figure-part"),
]
