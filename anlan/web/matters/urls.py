"""The page of a matter, and its deeds."""

from django.urls import path

from . import views
from .doing import Do

urlpatterns = [
    path("matters/<str:number>/", views.show, name="matter"),
    path("matters/<str:number>/<slug:deed>/", Do.as_view(), name="deed"),
]
