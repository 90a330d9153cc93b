from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "anlan.kernel"
    verbose_name = "内核"
