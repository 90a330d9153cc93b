"""Addresses of the reports."""

from django.urls import path

from . import views

urlpatterns = [
    path("reports/", views.everything, name="reports"),
    path("reports/new/", views.new, name="report-new"),
    path("reports/<int:pk>/", views.page, name="report"),
    path("reports/<int:pk>/report.<str:ending>", views.download, name="report-file"),
    path("reports/<int:pk>/paragraphs/<int:place>/", views.paragraph, name="report-paragraph"),
    path("reports/<int:pk>/<slug:verb>/", views.deed, name="report-deed"),
]
