"""Addresses of the papers."""

from django.urls import path

from . import views

urlpatterns = [
    path("papers/", views.everything, name="papers"),
    path("papers/new/<slug:kind>/", views.new, name="paper-new"),
    path("papers/<int:pk>/", views.page, name="paper"),
    path("papers/<int:pk>/paper.<str:ending>", views.download, name="paper-file"),
    path("papers/<int:pk>/<slug:verb>/", views.deed, name="paper-deed"),
]
