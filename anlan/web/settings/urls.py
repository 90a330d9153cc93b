"""Addresses of the settings desk."""

from django.urls import path

from . import accounts, catalogues, places, views

urlpatterns = [
    path("settings/", views.overview, name="settings"),
    path("settings/health/", views.health, name="settings-health"),
    path("settings/accounts/", accounts.listing, name="accounts"),
    path("settings/accounts/new/", accounts.new, name="account-new"),
    path("settings/accounts/<int:pk>/<slug:verb>/", accounts.deed, name="account-deed"),
    path("settings/grants/", accounts.grants, name="grants"),
    path("settings/grants/new/", accounts.lend, name="grant-new"),
    path("settings/grants/<int:pk>/withdraw/", accounts.withdraw, name="grant-withdraw"),
    path("settings/catalogues/", catalogues.listing, name="catalogues"),
    path("settings/catalogues/<slug:name>/", catalogues.one, name="catalogue"),
    path("settings/areas/", places.listing, name="settings-areas"),
    path("settings/areas/<slug:code>/<slug:verb>/", places.area_deed, name="area-deed"),
    path("settings/bodies/<int:pk>/<slug:verb>/", places.body_deed, name="body-deed"),
    path("settings/posts/<int:pk>/<slug:verb>/", places.post_deed, name="post-deed"),
]
