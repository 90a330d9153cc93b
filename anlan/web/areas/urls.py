"""Addresses of the division tree."""

from django.urls import path

from . import views

urlpatterns = [
    path("areas/", views.tree, name="areas"),
    path("areas/offers/", views.offers, name="area-offers"),
    path("areas/<slug:code>/", views.page, name="area"),
    path("areas/<slug:code>/below/", views.below, name="area-below"),
]
