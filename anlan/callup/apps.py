from django.apps import AppConfig


class CallupConfig(AppConfig):
    name = "anlan.callup"
    verbose_name = "叫应"
