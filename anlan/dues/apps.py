from django.apps import AppConfig


class DuesConfig(AppConfig):
    name = "anlan.dues"
    verbose_name = "应做"
