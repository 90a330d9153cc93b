"""Addresses of the search and of suggestions in forms."""

from django.urls import path

from . import choose, views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("choose/<slug:what>/", choose.options, name="choose"),
]
