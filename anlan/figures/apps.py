from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "anlan.figures"
    verbose_name = "统计"
