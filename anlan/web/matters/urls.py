"""The page of a matter, and its deeds."""

from django.urls import path

from . import views
from .doing import Do
from .opening import Edit, Enter

urlpatterns = [
    path("matters/new/", Enter.as_view(), name="enter_matter"),
    path("matters/<str:number>/edit/", Edit.as_view(), name="edit_matter"),
    path("matters/<str:number>/", views.show, name="matter"),
    path("matters/<str:number>/reveal_contact/", views.contact, name="matter_contact"),
    path("matters/<str:number>/<slug:deed>/", Do.as_view(), name="deed"),
]
