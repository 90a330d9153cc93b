from django.apps import AppConfig


class AccidentsConfig(AppConfig):
    name = "anlan.accidents"
    verbose_name = "事故"
