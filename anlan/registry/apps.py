from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "anlan.registry"
    verbose_name = "底数"
