"""Addresses of enterprises and other bodies."""

from django.urls import path

from ..ledgers.views import addresses
from . import views
from .ledger import enterprises

urlpatterns = [
    *addresses("enterprises/", "enterprises", enterprises),
    path("enterprises/new/", views.new, name="enterprise-new"),
    path("enterprises/<int:pk>/", views.page, name="enterprise"),
    path("enterprises/<int:pk>/<slug:verb>/", views.deed, name="enterprise-deed"),
]
