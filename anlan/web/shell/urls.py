"""The frame's own addresses."""

from django.urls import path

from . import views

urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/type/", views.set_type, name="set_type"),
    path("app.webmanifest", views.app_manifest, name="app_manifest"),
    path("icon.svg", views.app_icon, name="app_icon"),
    path("worker.js", views.worker, name="worker"),
    path("offline/", views.offline, name="offline"),
]
