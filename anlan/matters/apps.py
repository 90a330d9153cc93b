from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "anlan.matters"
    verbose_name = "事项"
