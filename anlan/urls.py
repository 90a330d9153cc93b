"""The one table of addresses. Screens add theirs under anlan.web, other systems use anlan.api."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("anlan.api.urls")),
    path("", include("anlan.web.urls")),
]

handler400 = "anlan.web.shell.views.bad_request"
handler403 = "anlan.web.shell.views.forbidden"
handler404 = "anlan.web.shell.views.not_found"
handler500 = "anlan.web.shell.views.failed"
