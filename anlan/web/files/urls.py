"""Stored files."""

from django.urls import re_path

from . import views

urlpatterns = [
    re_path(r"^files/(?P<sha256>[0-9a-f]{64})/$", views.original, name="file"),
    re_path(r"^files/(?P<sha256>[0-9a-f]{64})/small/$", views.small, name="file_small"),
]
