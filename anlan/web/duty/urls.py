"""Addresses of the duty room."""

from django.urls import path

from . import deeds, roster, views

urlpatterns = [
    path("duty/", views.now, name="duty"),
    path("duty/log/", views.log, name="duty-log"),
    path("duty/handover/", views.handover, name="duty-handover"),
    path("duty/roster/", roster.roster, name="duty-roster"),
    path("duty/roster/paper/", roster.paper, name="duty-paper"),
    path("duty/roster/sheet/", roster.sheet, name="duty-sheet"),
    path("duty/shifts/<int:pk>/", roster.shift, name="duty-shift"),
    path("duty/<slug:what>/<int:pk>/<slug:verb>/", deeds.deed, name="duty-deed"),
]
