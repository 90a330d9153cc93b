from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "anlan.watch"
    verbose_name = "监测预警"
