"""Addresses of stations."""

from django.urls import path

from ..ledgers.views import addresses
from . import views

urlpatterns = [
    path("stations/latest/", views.latest, name="stations-latest"),
    path("stations/map/", views.plan, name="stations-map"),
    path("stations/online/", views.online, name="stations-online"),
    path("stations/sources/", views.sources, name="stations-sources"),
    path("stations/sources/new/", views.new_source, name="stations-source-new"),
    path("stations/new/", views.new, name="station-new"),
    path("stations/points/<int:pk>/", views.points, name="stations-points"),
    path("stations/<int:pk>/", views.page, name="station"),
    path("stations/<int:pk>/<slug:verb>/", views.deed, name="station-deed"),
    *addresses("stations/", "stations", views.everything),
]
