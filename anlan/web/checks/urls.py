"""Addresses of spot checks."""

from django.urls import path

from ..ledgers.views import addresses
from . import views
from .ledger import checks, due

urlpatterns = [
    *addresses("checks/", "checks", checks),
    *addresses("checks/due/", "checks-due", due),
    path("checks/new/", views.new, name="check-new"),
    path("checks/<str:number>/", views.page, name="check"),
    path("checks/<str:number>/<int:pk>/", views.one, name="checked"),
    path("checks/<str:number>/<slug:verb>/", views.deed, name="check-deed"),
    path("checks/<str:number>/<int:pk>/<slug:verb>/", views.deed_of_one, name="checked-deed"),
]
