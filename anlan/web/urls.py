"""All addresses of the screens, desk by desk."""

from importlib.util import find_spec

from django.urls import include, path

DESKS = (
    "shell",
    "signin",
    "work",
    "field",
    "files",
    "matters",
)
# A desk counts from the moment it has addresses.
OTHERS = (
    "ledgers",
    "items",
    "records",
    "enterprises",
    "areas",
    "people",
    "charges",
    "figures",
    "audit",
    "dues",
    "accidents",
    "papers",
    "reports",
    "assessment",
    "stations",
    "alarms",
    "warnings",
    "settings",
    "imports",
    "duty",
    "callups",
    "checks",
    "search",
)

urlpatterns = [
    path("", include(f"anlan.web.{desk}.urls"))
    for desk in (*OTHERS, *DESKS)
    if find_spec(f"anlan.web.{desk}") and find_spec(f"anlan.web.{desk}.urls")
]
