"""The one table of addresses. Screens add theirs under anlan.web."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
