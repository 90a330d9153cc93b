from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "anlan.wiring"
    verbose_name = "接线"

    def ready(self) -> None:
        """All rooms are there: let those below know of those above."""
        from . import sources

        sources.register()
