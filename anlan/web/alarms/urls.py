"""Addresses of the alarm desk."""

from django.urls import path, re_path

from . import trying, views

NUMBER = r"(?P<number>GJ\d{4}-\d+)"

urlpatterns = [
    path("alarms/", views.index, name="alarms"),
    path("alarms/rules/", views.all_rules, name="watch-rules"),
    path("alarms/rules/<slug:key>/", trying.one_rule, name="watch-rule"),
    re_path(rf"^alarms/{NUMBER}/$", views.page, name="alarm"),
    re_path(rf"^alarms/{NUMBER}/(?P<verb>[a-z_]+)/$", views.deed, name="alarm-deed"),
]
