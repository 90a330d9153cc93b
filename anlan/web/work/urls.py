"""My work."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("reported/", views.reported, name="my_reported"),
    path("supervised/", views.supervised, name="my_supervised"),
    path("waiting/", views.waiting, name="my_waiting"),
]
