"""Addresses of the imports."""

from django.urls import path

from . import views

urlpatterns = [
    path("import/", views.index, name="imports"),
    path("import/<slug:kind>/", views.page, name="import"),
]
