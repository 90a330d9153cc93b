"""Addresses of the reports."""

from django.urls import path

from ..figures.rows import rows_of_report
from . import views

ROWS = "reports/<int:pk>/rows/<slug:name>/<str:period>/"

urlpatterns = [
    path("reports/", views.everything, name="reports"),
    path("reports/new/", views.new, name="report-new"),
    path("reports/<int:pk>/", views.page, name="report"),
    path("reports/<int:pk>/report.<str:ending>", views.download, name="report-file"),
    path("reports/<int:pk>/paragraphs/<int:place>/", views.paragraph, name="report-paragraph"),
    path(ROWS, rows_of_report, name="report-rows"),
    path(f"{ROWS}<slug:by>/<path:part>/", rows_of_report, name="report-part"),
    path("reports/<int:pk>/<slug:verb>/", views.deed, name="report-deed"),
]
