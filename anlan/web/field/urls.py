"""The phone at the scene."""

from django.urls import path

from . import patrol, views

urlpatterns = [
    path("field/", views.near, name="field"),
    path("field/report/", views.Report.as_view(), name="field_report"),
    path("field/patrol/", patrol.Patrol.as_view(), name="field_patrol"),
    path("field/hello/", views.hello, name="field_hello"),
    path("field/place/", views.place, name="field_place"),
    path("field/reference/", views.refer, name="field_reference"),
]
