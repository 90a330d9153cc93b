from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "anlan.records"
    verbose_name = "台账"
