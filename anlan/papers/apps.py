from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "anlan.papers"
    verbose_name = "文书"
