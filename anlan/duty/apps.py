from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "anlan.duty"
    verbose_name = "值班"
