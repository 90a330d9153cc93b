from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "anlan.web"
    verbose_name = "界面"
