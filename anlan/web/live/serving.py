"""What the server of the live process loads: Django first, since the rest asks the database."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .app import Live


def application() -> "Live":
    """The application, made once in each process."""
    import django

    django.setup()
    from .app import Live

    return Live()
