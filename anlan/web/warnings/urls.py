"""Addresses of warnings, and of the feed that is open to everybody."""

from django.urls import path

from . import feed, views

urlpatterns = [
    path("warnings/", views.index, name="warnings"),
    path("warnings/new/", views.new, name="warning-new"),
    path("warnings/<int:pk>/", views.page, name="warning"),
    path("warnings/<int:pk>/edit/", views.edit, name="warning-edit"),
    path("warnings/<int:pk>/<slug:verb>/", views.deed, name="warning-deed"),
    path("feeds/warnings.atom", feed.atom, name="warnings-feed"),
    path("feeds/<str:identifier>.xml", feed.message, name="warning-message"),
]
